public import Tools

/// One turn of the conversation.
public struct TurnRecord: Hashable, Sendable {
  /// When speech began.
  public var began: WallTime
  /// One of the outcomes of the command line: acted, answered, asked, nothing_heard, refused, failed.
  public var outcome: String
  /// Milliseconds since the end of speech by stage: endpoint, recognition, first_token, action, first_audio.
  public var latencies: [String: Double]
  /// What was heard; kept only where the configuration says so.
  public var transcript: String?
  /// What was answered; kept only where the configuration says so.
  public var reply: String?

  public init(
    began: WallTime, outcome: String, latencies: [String: Double] = [:], transcript: String? = nil,
    reply: String? = nil
  ) {
    self.began = began
    self.outcome = outcome
    self.latencies = latencies
    self.transcript = transcript
    self.reply = reply
  }
}

/// One action of a tool.
public struct JournalAction: Hashable, Sendable {
  public enum State: String, Hashable, Sendable {
    /// Begun, and not yet ended.
    case started
    case succeeded
    case failed
    /// The daemon ended before the action did; whether it happened is not known.
    case interrupted
  }

  /// The call's id; unique within one run of the daemon.
  public var callID: String
  public var tool: String
  public var origin: ToolCall.Origin
  public var state: State
  public var started: WallTime
  public var finished: WallTime?
  /// How long the action took, in milliseconds.
  public var elapsedMilliseconds: Double?
  /// Whether it happened in memory only.
  public var isSimulated: Bool
  /// Whether the user said yes to it.
  public var isConfirmed: Bool
  /// The call's arguments, what was done and what came of it; kept only where the configuration says so.
  public var arguments: JSONValue?
  public var plan: String?
  public var output: JSONValue?

  public init(
    callID: String, tool: String, origin: ToolCall.Origin, state: State, started: WallTime, finished: WallTime? = nil,
    elapsedMilliseconds: Double? = nil, isSimulated: Bool = false, isConfirmed: Bool = false,
    arguments: JSONValue? = nil, plan: String? = nil, output: JSONValue? = nil
  ) {
    self.callID = callID
    self.tool = tool
    self.origin = origin
    self.state = state
    self.started = started
    self.finished = finished
    self.elapsedMilliseconds = elapsedMilliseconds
    self.isSimulated = isSimulated
    self.isConfirmed = isConfirmed
    self.arguments = arguments
    self.plan = plan
    self.output = output
  }
}

/// A line of the history.
public enum JournalEntry: Hashable, Sendable {
  case turn(TurnRecord)
  case action(JournalAction)

  public var time: WallTime {
    switch self {
    case .turn(let turn): turn.began
    case .action(let action): action.started
    }
  }
}

/// What the journal keeps, and for how long.
public struct JournalOptions: Hashable, Sendable {
  /// Whether transcripts and replies are kept. Off: nothing that is said is stored.
  public var keepsTranscripts: Bool
  /// Whether arguments, plans and outputs of actions are kept; they may repeat what was said.
  public var keepsArguments: Bool
  public var maximumTurns: Int
  public var maximumActions: Int
  /// Older records go, in days.
  public var maximumAgeDays: Int
  /// Room that the database may take on disk, in bytes, without its write-ahead log (bounded to 1 MiB after each
  /// checkpoint).
  public var maximumBytes: Int

  public init(
    keepsTranscripts: Bool = false, keepsArguments: Bool = false, maximumTurns: Int = 10_000,
    maximumActions: Int = 10_000, maximumAgeDays: Int = 90, maximumBytes: Int = 64 << 20
  ) {
    self.keepsTranscripts = keepsTranscripts
    self.keepsArguments = keepsArguments
    self.maximumTurns = maximumTurns
    self.maximumActions = maximumActions
    self.maximumAgeDays = maximumAgeDays
    self.maximumBytes = maximumBytes
  }
}
