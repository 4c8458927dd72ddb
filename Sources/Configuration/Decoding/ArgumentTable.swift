import Tools

/// What a tool's schema says of its arguments, as far as actions, replies and policies need to know it.
struct ArgumentTable {
  struct Argument {
    /// JSON Schema's names; empty where the schema does not say it plainly.
    var types: Set<String>
    /// The values of `enum` or `const`.
    var values: [JSONValue]?
    /// Bounds of a number, where the schema has them.
    var minimum: Double?
    var maximum: Double?

    /// A number that is always from 0 to 100.
    var isPercentage: Bool { (minimum ?? -1) >= 0 && (maximum ?? 101) <= 100 }

    /// The values as `spoken` names them: text, or what JSON writes. Nil where any value is possible.
    var spokenValues: [String]? {
      if let values { return values.map { $0.stringValue ?? $0.text() } }
      return types == ["boolean"] ? ["true", "false"] : nil
    }

    /// The values as text, where all are text.
    var texts: [String]? {
      guard let values else { return nil }
      let texts = values.compactMap(\.stringValue)
      return texts.count == values.count ? texts : nil
    }
  }

  let toolName: String
  private(set) var arguments: [(name: String, argument: Argument)] = []
  /// Required ones, and those with a default.
  private var always: Set<String> = []

  init(toolName: String, parameters: JSONValue) {
    self.toolName = toolName
    for (name, schema) in parameters["properties"]?.objectValue ?? [:] {
      let types: [String] =
        switch schema["type"] {
        case .string(let type)?: [type]
        case .array(let types)?: types.compactMap(\.stringValue)
        default: []
        }
      let values = schema["enum"]?.arrayValue ?? schema["const"].map { [$0] }
      let minimum = (schema["minimum"] ?? schema["exclusiveMinimum"])?.doubleValue
      let maximum = (schema["maximum"] ?? schema["exclusiveMaximum"])?.doubleValue
      arguments.append((name, Argument(types: Set(types), values: values, minimum: minimum, maximum: maximum)))
      if schema["default"] != nil { always.insert(name) }
    }
    always.formUnion(parameters["required"]?.arrayValue?.compactMap(\.stringValue) ?? [])
  }

  var names: [String] { arguments.map(\.name) }

  subscript(name: String) -> Argument? { arguments.first { $0.name == name }?.argument }

  /// Reports an argument that the schema does not have, or that a call may lack where it is needed.
  func require(
    _ name: String, _ origin: ConfigurationOrigin, path: String, isNeeded: Bool = true,
    _ problems: inout ProblemList
  ) -> Argument? {
    guard let argument = self[name] else {
      let hint =
        NearestName.of(name, in: names).map { "did you mean \"\($0)\"?" }
        ?? (names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))")
      problems.report(
        origin, "\(path): the parameters of \(toolName) have no \"\(Quoting.shortened(name))\"; \(hint)")
      return nil
    }
    if isNeeded, !always.contains(name) {
      problems.report(
        origin,
        "\(path) needs the argument \"\(name)\", which a call may lack; add it to \"required\" of the parameters, or give it a default"
      )
    }
    return argument
  }
}
