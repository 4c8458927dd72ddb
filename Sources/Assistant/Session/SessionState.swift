public import Tools

/// What the session is doing. Every state but the two quiet ones has a deadline; reaching it leads back to `asleep`.
///
/// ```
///            speech                 turn ended            call allowed
///  asleep ───────────▶ listening ──────────────▶ thinking ─────────────▶ acting
///    ▲                   │   ▲                      │                      │ result
///    │ nothing said      │   │ question asked       │ answer               ▼
///    ├───────────────────┘   └──────────────────────┴────────────────▶ speaking
///    └─────────────────────────────────────────────────────────────────────┘ said
///  Whoever interrupts leads from thinking, acting and speaking to listening; while it is not sure that somebody does, the
///  voice is paused.
///  muted: reached from everywhere, left only by unmute.
/// ```
public enum SessionState: Hashable, Sendable {
  /// Nobody speaks and nothing is going on.
  case asleep
  /// Somebody speaks, or an answer to `confirming` is awaited, or what somebody says who has just called or been answered.
  case listening(confirming: ToolCall?, deadline: Duration)
  /// What was said is being understood, or a model is writing its first words.
  case thinking(SessionTurn, deadline: Duration)
  /// Calls are being decided and carried out.
  case acting(SessionTurn, deadline: Duration)
  /// The reply is being said. A `confirming` call waits for its answer afterwards.
  case speaking(SessionTurn, confirming: ToolCall?, deadline: Duration)
  /// The microphone is ignored until somebody unmutes it.
  case muted

  /// The name as in events and `earshot status`.
  public var name: String {
    switch self {
    case .asleep: "asleep"
    case .listening: "listening"
    case .thinking: "thinking"
    case .acting: "acting"
    case .speaking: "speaking"
    case .muted: "muted"
    }
  }

  /// When the session must do something about this state by itself; nil where it may stay.
  public var deadline: Duration? {
    switch self {
    case .asleep, .muted: nil
    case .listening(_, let deadline): deadline
    case .thinking(let turn, let deadline), .acting(let turn, let deadline), .speaking(let turn, _, let deadline):
      turn.held.map { min($0, deadline) } ?? deadline
    }
  }

  /// The turn being worked on, from the end of its speech on.
  public var turn: SessionTurn? {
    switch self {
    case .asleep, .listening, .muted: nil
    case .thinking(let turn, _), .acting(let turn, _), .speaking(let turn, _, _): turn
    }
  }
}

/// One turn between the end of its speech and its outcome.
public struct SessionTurn: Hashable, Sendable {
  /// Counts up from 1 within the life of the session.
  public let id: Int
  /// Calls still to be decided or carried out; the first is the current one.
  public var calls: [ToolCall] = []
  /// The calls that were carried out, in order.
  public var done: [ToolCall] = []
  /// What they gave.
  public var results: [ToolResult] = []
  /// How many of them the model has been told.
  public var told = 0
  /// A call failed, and the model was asked for another way.
  public var isRepaired = false
  /// When to let the person know next that it takes a while; see ``Session/Limits/patience``.
  public var sign: Duration?
  /// The generation whose words count; nil while no model is writing.
  public var generation: Int?
  /// Generations started in this turn.
  public var generations = 0
  /// The voice that is saying this turn's reply.
  public var voice: Int?
  /// Whether more text may still be given to that voice.
  public var isVoiceOpen = false
  /// Until when the voice is paused at most, because somebody speaks over it; nil while it speaks.
  public var held: Duration?
  /// Somebody has something else to say: what is being done is done, and nothing is said about it.
  public var isInterrupted = false
  /// Whether it may not have been meant for the assistant: it asks nothing back and makes no talk.
  public var isOverheard = false
  /// What rings; such a turn begins without anybody's speech. How often it has: its sound, and now and then its words.
  public var alarm: Alarm?
  public var rings = 0
  /// What the turn will have come to if nothing else happens.
  public var outcome = TurnOutcome.nothingHeard

  public init(id: Int) { self.id = id }
}

/// How a turn ended; the words are those of `ask --json`.
public enum TurnOutcome: String, Hashable, Sendable, CaseIterable {
  /// At least one tool was carried out.
  case acted
  /// A model answered in words.
  case answered
  /// A question was asked back, for example before something risky.
  case asked
  /// No words, or none that were meant for the assistant.
  case nothingHeard = "nothing_heard"
  /// Understood and not done: policy, a "no", or nothing that can serve it.
  case refused
  /// Understood, tried, and it did not work.
  case failed
}
