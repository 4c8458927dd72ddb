public import Tools

extension ToolPolicy {
  /// What this policy says of a call: pure, so that the same three always give the same answer.
  /// - Parameters:
  ///   - call: its arguments have been checked against the tool's schema, defaults filled in.
  ///   - moment: now.
  ///   - history: when calls of this tool were carried out, as `PolicyMoment.uptime`; any order. The rate limit looks
  ///     at them.
  /// - Returns: the strictest of all that applies, with the first such reason.
  public func decision(for call: ToolCall, at moment: PolicyMoment, history: [Duration]) -> PolicyDecision {
    var strictest = Verdict.allow
    var reason = ""
    func consider(_ verdict: Verdict, _ text: @autoclosure () -> String) {
      if verdict > strictest { (strictest, reason) = (verdict, text()) }
    }
    consider(verdict, verdict == .deny ? "\(call.name) is not allowed" : "\(call.name) needs a yes")
    for rule in rules where rule.applies(to: call.arguments) {
      consider(rule.verdict, rule.reason ?? rule.madeUpReason)
    }
    for hours in quietHours where hours.contain(moment.timeOfDay) {
      consider(hours.verdict, "it is within the quiet hours (\(hours.from) to \(hours.to))")
    }
    if let limit = rateLimit {
      let recent = history.filter { moment.uptime - $0 < limit.period }.count
      if recent >= limit.count {
        consider(limit.verdict, "\(call.name) was done \(recent) times in the last \(limit.period.spoken)")
      }
    }
    if let threshold = askBelowConfidence, let confidence = call.confidence, confidence < threshold {
      consider(.ask, "it was not clearly understood")
    }
    if confirmation == .always { consider(.ask, "\(call.name) is always confirmed") }
    // A configuration in which this contradicts another ask is refused when it is registered.
    if confirmation == .never && strictest == .ask { return .allow }
    switch strictest {
    case .allow: return .allow
    case .ask: return .ask(reason: reason)
    case .deny: return .deny(reason: reason)
    }
  }
}

extension ToolPolicy.Rule {
  /// Whether the arguments meet the condition. An argument that is missing, or no number where one is compared, meets
  /// none.
  func applies(to arguments: JSONObject) -> Bool {
    guard let value = arguments[argument] else { return false }
    let number = value.doubleValue
    return switch condition {
    case .isOne(of: let values): values.contains { Self.areEqual($0, value) }
    case .isAbove(let limit): number.map { $0 > limit } ?? false
    case .isAtLeast(let limit): number.map { $0 >= limit } ?? false
    case .isBelow(let limit): number.map { $0 < limit } ?? false
    case .isAtMost(let limit): number.map { $0 <= limit } ?? false
    case .isPresent: true
    }
  }

  /// As JSON Schema has it: 1 and 1.0 are one value.
  private static func areEqual(_ left: JSONValue, _ right: JSONValue) -> Bool {
    if let left = left.doubleValue, let right = right.doubleValue { return left == right }
    return left == right
  }

  /// Names the argument and the rule's own limit, never the value that was said.
  var madeUpReason: String {
    switch condition {
    case .isOne: "of what \(argument) is"
    case .isAbove(let limit): "\(argument) is above \(limit.plain)"
    case .isAtLeast(let limit): "\(argument) is \(limit.plain) or more"
    case .isBelow(let limit): "\(argument) is below \(limit.plain)"
    case .isAtMost(let limit): "\(argument) is \(limit.plain) or less"
    case .isPresent: "\(argument) is given"
    }
  }
}

extension ToolPolicy.QuietHours {
  /// Whether the time lies within.
  public func contain(_ time: ToolPolicy.TimeOfDay) -> Bool {
    if from < to { return from <= time && time < to }
    return time >= from || time < to
  }
}

extension ToolPolicy.TimeOfDay: CustomStringConvertible {
  /// `22:05`.
  public var description: String {
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    return two(minutes / 60) + ":" + two(minutes % 60)
  }
}

extension Double {
  /// Without a fraction where there is none.
  var plain: String { rounded() == self && magnitude < 1e15 ? String(Int64(self)) : String(self) }
}

extension Duration {
  /// In the largest unit that fits it whole: `2 hours`, `90 seconds`.
  var spoken: String {
    let seconds = components.seconds
    func words(_ count: Int64, _ unit: String) -> String { "\(count) \(unit)\(count == 1 ? "" : "s")" }
    if components.attoseconds != 0 || seconds == 0 {
      return words(milliseconds, "millisecond")
    }
    if seconds % 86400 == 0 { return words(seconds / 86400, "day") }
    if seconds % 3600 == 0 { return words(seconds / 3600, "hour") }
    if seconds % 60 == 0 { return words(seconds / 60, "minute") }
    return words(seconds, "second")
  }

  /// What is left of a timer, as people say it: "1 hour 20 minutes", "4 minutes 10 seconds", "10 seconds".
  public var spokenRoughly: String {
    func words(_ count: Int64, _ unit: String) -> String { "\(count) \(unit)\(count == 1 ? "" : "s")" }
    let seconds = components.seconds + (components.attoseconds > 0 ? 1 : 0)
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
    if hours > 0 { return words(hours, "hour") + (minutes > 0 ? " " + words(minutes, "minute") : "") }
    // From ten minutes on nobody wants to hear the seconds.
    if minutes >= 10 || seconds % 60 == 0, minutes > 0 { return words(minutes, "minute") }
    return (minutes > 0 ? words(minutes, "minute") + " " : "") + words(seconds % 60, "second")
  }
}
