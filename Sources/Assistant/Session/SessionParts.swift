public import Tools

/// What a session needs from others; the executable chooses.
public struct SessionParts: Sendable {
  public var interpreter: any Interpreting
  public var hands: any Hands
  public var wording: any Wording
  /// Nil: what is no phrase is not understood.
  public var model: AnsweringModel?
  /// Nil: the session acts silently.
  public var voice: (any ReplyVoice)?
  public var log: any TurnLog
  /// Whether somebody must call before what is said counts.
  public var needsWake: Bool
  /// Whether somebody may cut in while the assistant speaks. Needs ears that do not hear the assistant itself.
  public var canBeInterrupted: Bool
  /// Tools whose results ``wording`` has words of their own for.
  public var wordedTools: Set<String>

  public init(
    interpreter: any Interpreting, hands: any Hands, wording: any Wording, model: AnsweringModel?,
    voice: (any ReplyVoice)?, log: any TurnLog, needsWake: Bool = false, canBeInterrupted: Bool = false,
    wordedTools: Set<String> = []
  ) {
    self.interpreter = interpreter
    self.hands = hands
    self.wording = wording
    self.model = model
    self.voice = voice
    self.log = log
    self.needsWake = needsWake
    self.canBeInterrupted = canBeInterrupted
    self.wordedTools = wordedTools
  }
}

/// Finds out what words mean. Quick and without side effects.
public protocol Interpreting: Sendable {
  /// - Parameter isConfirming: a question is open, so a yes or no means something.
  func meaning(of text: String, isConfirming: Bool) -> Understanding
  /// Whether words that go on like this may be a configured phrase, for which no model is needed.
  func mayBecomePhrase(_ text: String) -> Bool
}

/// Decides about calls and carries them out. Neither throws: what goes wrong is a decision or a result.
public protocol Hands: Sendable {
  var tools: [ToolDefinition] { get }
  /// The tools that switch something for sure: a model must not use them for a mere question without a yes.
  var switching: Set<String> { get }
  func decide(_ call: ToolCall) async -> CallDecision
  func perform(_ call: ToolCall, isConfirmed: Bool) async -> ToolResult
}

/// Chooses the words for everything that is not a model's own text; empty means: say nothing.
public protocol Wording: Sendable {
  func words(for saying: Saying) -> String
}

/// Says replies one after the other. None of the calls blocks; what happens is reported to the handler given at the
/// start, from a thread of the voice's own.
public protocol ReplyVoice: Sendable {
  /// Must be called once, before anything else.
  func report(to handler: @escaping @Sendable (ReplyVoiceReport) -> Void)
  func open(_ voice: Int)
  func say(_ text: String, voice: Int)
  func close(_ voice: Int)
  /// Falls silent within a period, and goes on from the same sample after `resume`; what is said meanwhile waits.
  func pause(_ voice: Int)
  func resume(_ voice: Int)
  func stop(_ voice: Int)
  /// Plays a short sound, unless something is being said.
  func play(_ earcon: Earcon)
}

extension ReplyVoice {
  /// For voices that only speak.
  public func play(_ earcon: Earcon) {}
}

public enum ReplyVoiceReport: Hashable, Sendable {
  /// The first sample was handed to the loudspeaker.
  case started(voice: Int)
  /// All was heard, or the voice failed; `heard` is how much of it came out.
  case ended(voice: Int, heard: Duration)
  /// The voice was stopped; `text` is what had been heard by then, to the word by estimate.
  case interrupted(voice: Int, heard: Duration, text: String)
}

/// Takes note of turns. Does not block.
public protocol TurnLog: Sendable {
  func record(_ turn: FinishedTurn)
}

/// One finished turn.
public struct FinishedTurn: Hashable, Sendable {
  public var outcome: TurnOutcome
  public var latency: TurnLatency
  /// What was understood; whoever keeps it does so only where the configuration says so.
  public var transcript: String
  public var reply: String
}
