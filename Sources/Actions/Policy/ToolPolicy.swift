public import Tools

/// What may be done without asking, for one tool. The strictest of everything that applies wins: deny over ask over
/// allow. It stands outside of any model: nothing that is said can change it.
public struct ToolPolicy: Hashable, Sendable {
  /// How the session treats a call; ordered by strictness.
  public enum Verdict: String, Hashable, Sendable, CaseIterable, Comparable {
    case allow, ask, deny

    public static func < (left: Verdict, right: Verdict) -> Bool { left.strictness < right.strictness }

    private var strictness: Int {
      switch self {
      case .allow: 0
      case .ask: 1
      case .deny: 2
      }
    }
  }

  /// Whether a call is confirmed aloud.
  public enum Confirmation: String, Hashable, Sendable, CaseIterable {
    /// Only where a rule, the quiet hours, the rate limit or a low confidence asks.
    case whenAsked = "when-asked"
    /// Every call that is not denied.
    case always
    /// Not at all; contradicts anything above that asks, which `ActionRunner.register` refuses.
    case never
  }

  /// A verdict for calls whose argument meets a condition, such as: deny where `heating` is above 25.
  public struct Rule: Hashable, Sendable {
    public enum Condition: Hashable, Sendable {
      /// Equal as JSON values; 1 and 1.0 are equal.
      case isOne(of: [JSONValue])
      case isAbove(Double)
      case isAtLeast(Double)
      case isBelow(Double)
      case isAtMost(Double)
      /// The call carries the argument at all.
      case isPresent
    }

    /// The argument's name, as the tool's schema has it.
    public var argument: String
    public var condition: Condition
    public var verdict: Verdict
    /// Said to the user instead of the made-up reason; nil makes one up.
    public var reason: String?

    public init(argument: String, condition: Condition, verdict: Verdict, reason: String? = nil) {
      self.argument = argument
      self.condition = condition
      self.verdict = verdict
      self.reason = reason
    }
  }

  /// At most `count` calls (1...10,000) that were carried out within any `period` (1 s...7 days).
  public struct RateLimit: Hashable, Sendable {
    public var count: Int
    public var period: Duration
    /// For the calls above it.
    public var verdict: Verdict

    public init(count: Int, period: Duration, verdict: Verdict = .deny) {
      self.count = count
      self.period = period
      self.verdict = verdict
    }
  }

  /// A time of day in the device's time zone.
  public struct TimeOfDay: Hashable, Sendable, Comparable {
    /// Minutes since midnight, 0...1439.
    public let minutes: Int

    /// - Parameters: hour 0...23 and minute 0...59; nil otherwise.
    public init?(hour: Int, minute: Int) {
      guard (0...23).contains(hour), (0...59).contains(minute) else { return nil }
      minutes = hour * 60 + minute
    }

    public static func < (left: TimeOfDay, right: TimeOfDay) -> Bool { left.minutes < right.minutes }
  }

  /// From `from` (inclusive) to `to` (exclusive), over midnight where `to` is the earlier; the same time twice is the
  /// whole day.
  public struct QuietHours: Hashable, Sendable {
    public var from: TimeOfDay
    public var to: TimeOfDay
    public var verdict: Verdict

    public init(from: TimeOfDay, to: TimeOfDay, verdict: Verdict = .ask) {
      self.from = from
      self.to = to
      self.verdict = verdict
    }
  }

  /// For every call, whatever its arguments.
  public var verdict: Verdict
  public var rules: [Rule]
  public var rateLimit: RateLimit?
  public var quietHours: [QuietHours]
  public var confirmation: Confirmation
  /// Asks where the call's confidence is known and below this, 0...1; nil never does.
  public var askBelowConfidence: Double?

  public init(
    verdict: Verdict = .allow, rules: [Rule] = [], rateLimit: RateLimit? = nil, quietHours: [QuietHours] = [],
    confirmation: Confirmation = .whenAsked, askBelowConfidence: Double? = nil
  ) {
    self.verdict = verdict
    self.rules = rules
    self.rateLimit = rateLimit
    self.quietHours = quietHours
    self.confirmation = confirmation
    self.askBelowConfidence = askBelowConfidence
  }
}
