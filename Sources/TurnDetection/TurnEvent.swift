public import Audio

/// One stretch of the stream in which the user spoke.
public struct Turn: Hashable, Sendable {
  public enum Reason: String, Hashable, Sendable, CaseIterable {
    /// The silence after it was long enough, or the stream has ended.
    case silence
    /// The words were complete, and the shorter silence for that case was long enough.
    case complete
    /// It reached the maximum length.
    case limit
  }

  /// The first sample, pre-roll included.
  public var start: SampleTime
  /// Just after the last sample, the closing silence included.
  public var end: SampleTime
  /// Just after the last sample that was speech; latencies count from here.
  public var lastSpeech: SampleTime
  public var reason: Reason

  public init(start: SampleTime, end: SampleTime, lastSpeech: SampleTime, reason: Reason) {
    self.start = start
    self.end = end
    self.lastSpeech = lastSpeech
    self.reason = reason
  }
}

/// What ``TurnDetector`` says, in this order: started, (paused, resumed)*, then ended or discarded.
public enum TurnEvent: Hashable, Sendable {
  /// Speech has begun at `at`. The turn's samples begin at `turnStart`, the pre-roll before it, but never before the end
  /// of the turn before.
  case speechStarted(at: SampleTime, turnStart: SampleTime)
  /// A first silence after speech that ended at `at`: maybe the end. Recognition may be brought to an end in advance.
  case speechPaused(at: SampleTime)
  /// It was not the end: speech again from `at` on.
  case speechResumed(at: SampleTime)
  case turnEnded(Turn)
  /// The turn that had started was too short to be one.
  case discarded(start: SampleTime, end: SampleTime)
}
