import Actions
import Tools

/// Turns the section `policy` and the key `policy` of tools into values.
struct PolicyDecoder {
  /// What a tool's policy begins with.
  let common: ToolPolicy

  init(_ root: YAMLNode) {
    common = Self.decode(SectionReader(root["policy"], PolicyShapes.common), into: ToolPolicy())
  }

  func policy(
    _ tool: YAMLNode, path: String, arguments: ArgumentTable, _ problems: inout ProblemList
  ) -> ToolPolicy {
    let section = SectionReader(tool["policy"], PolicyShapes.ofTool)
    var policy = Self.decode(section, into: common)
    policy.verdict = section.choice("verdict", or: .allow)
    for (index, node) in (section["rules"]?.list ?? []).enumerated() {
      if let rule = rule(node, "\(path).policy.rules[\(index + 1)]", arguments, &problems) { policy.rules.append(rule) }
    }
    let confirm = SectionReader(tool, ToolShapes.tool)
    policy.confirmation = confirm.choice("confirm", or: .whenAsked)
    if policy.confirmation == .never, Self.asks(policy) {
      problems.report(
        confirm.origin(of: "confirm"),
        "\(path).confirm is never, but the policy asks in some cases; take one of the two out")
    }
    return policy
  }

  private static func asks(_ policy: ToolPolicy) -> Bool {
    policy.verdict == .ask || policy.rules.contains { $0.verdict == .ask } || policy.rateLimit?.verdict == .ask
      || policy.quietHours.contains { $0.verdict == .ask } || policy.askBelowConfidence != nil
  }

  private static func decode(_ section: SectionReader, into start: ToolPolicy) -> ToolPolicy {
    var policy = start
    if let node = section["limit"] {
      let limit = SectionReader(node, PolicyShapes.limit)
      policy.rateLimit = ToolPolicy.RateLimit(
        count: Int(limit.integer("calls")), period: .seconds(limit.integer("per_s")),
        verdict: limit.choice("then", or: .deny))
    }
    if let node = section["quiet_hours"] {
      policy.quietHours = (node.list ?? [node]).compactMap { node in
        let hours = SectionReader(node, PolicyShapes.quietHours)
        guard let from = timeOfDay(hours.text("from")), let to = timeOfDay(hours.text("to")) else { return nil }
        return ToolPolicy.QuietHours(from: from, to: to, verdict: hours.choice("then", or: .ask))
      }
    }
    if let confidence = section.optionalNumber("ask_below_confidence") { policy.askBelowConfidence = confidence }
    return policy
  }

  private static func timeOfDay(_ text: String) -> ToolPolicy.TimeOfDay? {
    TimeText.minutes(text).flatMap { ToolPolicy.TimeOfDay(hour: $0 / 60, minute: $0 % 60) }
  }

  private func rule(
    _ node: YAMLNode, _ path: String, _ arguments: ArgumentTable, _ problems: inout ProblemList
  ) -> ToolPolicy.Rule? {
    let section = SectionReader(node, PolicyShapes.rule)
    let name = section.text("argument")
    guard !name.isEmpty,
      let argument = arguments.require(
        name, section.origin(of: "argument"), path: path + ".argument", isNeeded: false, &problems)
    else { return nil }
    for key in ["above", "at_least", "below", "at_most"] where section[key] != nil {
      if !argument.types.isEmpty, argument.types.isDisjoint(with: ["integer", "number"]) {
        problems.report(section.origin(of: key), "\(path).\(key): \"\(name)\" is no number")
      }
    }
    guard let condition = condition(section, argument, name, path, &problems) else { return nil }
    return ToolPolicy.Rule(
      argument: name, condition: condition, verdict: section.choice("then", or: .deny),
      reason: section.optionalText("reason"))
  }

  private func condition(
    _ section: SectionReader, _ argument: ArgumentTable.Argument, _ name: String, _ path: String,
    _ problems: inout ProblemList
  ) -> ToolPolicy.Rule.Condition? {
    if let node = section["is"] {
      let nodes = node.list ?? [node]
      for node in nodes {
        guard let values = argument.values, !values.contains(node.json) else { continue }
        let hint = node.text.flatMap { NearestName.of($0, in: argument.texts ?? []) }
        problems.report(
          node.origin,
          "\(path).is: no value of \(name)"
            + (hint.map { "; did you mean \"\($0)\"?" } ?? "; this rule could never apply"))
      }
      return .isOne(of: nodes.map(\.json))
    }
    if let bound = section.optionalNumber("above") { return .isAbove(bound) }
    if let bound = section.optionalNumber("at_least") { return .isAtLeast(bound) }
    if let bound = section.optionalNumber("below") { return .isBelow(bound) }
    if let bound = section.optionalNumber("at_most") { return .isAtMost(bound) }
    guard let node = section["present"] else { return nil }
    guard node.boolean == true else {
      problems.report(node.origin, "\(path).present can only be true; a rule for calls without it needs none")
      return nil
    }
    return .isPresent
  }
}
