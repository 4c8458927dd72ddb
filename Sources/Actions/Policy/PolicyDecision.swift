/// What the policy says about one call.
public enum PolicyDecision: Hashable, Sendable {
  case allow
  /// The user must say yes first; the reason can be spoken ("it is within the quiet hours").
  case ask(reason: String)
  case deny(reason: String)

  /// Without the reason.
  public var verdict: ToolPolicy.Verdict {
    switch self {
    case .allow: .allow
    case .ask: .ask
    case .deny: .deny
    }
  }
}

/// When a call comes, in both times the policy needs.
public struct PolicyMoment: Hashable, Sendable {
  /// Since any fixed moment of this boot; never goes back.
  public var uptime: Duration
  /// The wall clock of the device's time zone.
  public var timeOfDay: ToolPolicy.TimeOfDay

  public init(uptime: Duration, timeOfDay: ToolPolicy.TimeOfDay) {
    self.uptime = uptime
    self.timeOfDay = timeOfDay
  }
}
