/// One reply being spoken. A later reply has a greater number.
public struct SpeechGeneration: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let number: Int64

  public init(number: Int64) { self.number = number }

  public var description: String { "reply \(number)" }
  public static func < (a: SpeechGeneration, b: SpeechGeneration) -> Bool { a.number < b.number }
}

/// What the pipeline says about a reply. Whoever listens compares the generation: a report may have been on its way when
/// the reply was cancelled.
public enum SpeechReport: Sendable {
  /// The first sample of a clause has been queued in the sink.
  case started(SpeechGeneration, clause: Int, StartedClause)
  /// All samples of a clause have been queued, at these positions of ``Audio/AudioSink/queuedFrames``.
  case queued(SpeechGeneration, clause: Int, frames: Range<Int64>)
  /// A clause could not be said, in part or at all; the next ones are still tried.
  case failed(SpeechGeneration, clause: Int, SpeechError)
  /// The reply has been ended and all of it has been queued; it is over when `until` has been heard.
  case allQueued(SpeechGeneration, until: Int64)
  /// All of the reply has left the loudspeaker.
  case heard(SpeechGeneration)
}

/// How quickly a clause began.
public struct StartedClause: Hashable, Sendable {
  /// Position of its first sample in the sink's ``Audio/AudioSink/queuedFrames``.
  public var firstFrame: Int64
  /// When that sample was queued.
  public var at: ContinuousClock.Instant
  /// From ``SpeechPipeline/speak(_:in:)`` until then; for the first clause this is the voice's latency.
  public var latency: Duration
}

/// What had been heard when a reply was cut off.
public struct SpeechInterruption: Hashable, Sendable {
  /// Position in the sink, see ``Audio/AudioSink/flush()``.
  public var heardFrames: Int64
  /// The text that was heard, to the word by estimate.
  public var heardText: String
  /// Whether all text given so far had been heard.
  public var isComplete: Bool
}
