import Tools

/// What may happen without asking. It stands outside of any model.
enum PolicyShapes {
  static let verdicts = ["allow", "ask", "deny"]

  static let limit = ObjectShape(keys: [
    KeyShape(
      "calls", .integer(1...10000), required: true, unit: "calls",
      "So many calls of one tool are carried out within per_s."),
    KeyShape("per_s", .integer(1...604_800), required: true, "The time within which calls counts."),
    KeyShape("then", .choice(["ask", "deny"]), default: "deny", "What happens to the calls above it."),
  ])

  static let quietHours = ObjectShape(keys: [
    KeyShape(
      "from", .text(.timeOfDay), required: true, "When they begin, in the device's time zone. Write it in quotes."),
    KeyShape("to", .text(.timeOfDay), required: true, "When they end; earlier than from means the next morning."),
    KeyShape("then", .choice(["ask", "deny"]), default: "ask", "What happens to calls within them."),
  ])

  static let rule = ObjectShape(
    keys: [
      KeyShape("argument", .text(.line), required: true, "The argument that is looked at."),
      KeyShape("is", .oneOrMore(.scalar, maximumCount: 256), "It is this value, or one of these."),
      KeyShape("above", .number(-1e15...1e15), "It is more than this."),
      KeyShape("at_least", .number(-1e15...1e15), "It is this or more."),
      KeyShape("below", .number(-1e15...1e15), "It is less than this."),
      KeyShape("at_most", .number(-1e15...1e15), "It is this or less."),
      KeyShape("present", .boolean, "true: the call carries the argument at all."),
      KeyShape("then", .choice(verdicts), required: true, "What then happens to the call."),
      KeyShape("reason", .text(.line), "What is said as the reason."),
    ],
    groups: [.init(keys: ["is", "above", "at_least", "below", "at_most", "present"], isRequired: true)])

  private static let shared = [
    KeyShape("limit", .object(limit), "At most so many calls of a tool in a time."),
    KeyShape(
      "quiet_hours", .oneOrMore(.object(quietHours), maximumCount: 16),
      "Times of day at which tools are asked about or refused."),
    KeyShape(
      "ask_below_confidence", .number(0...1), unit: "confidence",
      "Asks first where it is known how sure the recogniser was, and it was less sure than this."),
  ]

  /// The section `policy`.
  static let common = ObjectShape(keys: shared)

  /// The key `policy` of a tool.
  static let ofTool = ObjectShape(
    keys: [
      KeyShape(
        "verdict", .choice(verdicts), default: "allow", "For every call of the tool; the strictest that applies wins."),
      KeyShape(
        "rules", .list(of: .object(rule), count: 0...64), "Verdicts for calls whose argument meets a condition."),
    ] + shared)
}
