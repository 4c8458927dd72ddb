/// How finished the words of a running turn are; decides how long a silence must last to be its end.
public enum Completeness: String, Hashable, Sendable, CaseIterable {
  /// A sentence that nobody ends so: "turn on the", "set a timer for twenty", "um".
  case unfinished
  /// The words tell nothing about it, or there are none yet.
  case unknown
  /// A whole command that a longer one begins with: "turn on the light", where "in the hall" may follow.
  case mayGoOn
  /// A whole command, and none is longer.
  case complete
}

/// How soon a listener takes a silence for the end, in the words of the cloud's real-time interfaces.
public enum Eagerness: String, Hashable, Sendable, CaseIterable {
  /// For people who take their time, and for dictation.
  case low
  case medium
  /// For short commands; cuts in on slow speakers.
  case high
  /// As ``medium``.
  case auto

  /// What every silence is multiplied with.
  public var patience: Double {
    switch self {
    case .low: 2
    case .medium, .auto: 1
    case .high: 0.7
    }
  }
}
