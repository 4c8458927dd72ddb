import Tools

/// A tool on one line: `Switches a light: set_light(room: "hall"|"kitchen" (which), on?: boolean)`.
///
/// The description comes first: what stands before a token is all that a model knows when it reads it, so a name is read
/// together with its meaning. A question mark stands behind what may be left out. What a line cannot say, such as a pattern, it leaves away: the
/// constraint keeps to the whole schema all the same.
struct ToolSignature {
  /// Schemas inside schemas that are written; `any` stands for what lies deeper.
  static let maximumDepth = 16

  let text: String

  init(_ tool: ToolDefinition) {
    let head = "\(tool.name)(\(Self.members(tool.parameters, 0)))"
    let description = Self.oneLine(tool.description)
    text = description.isEmpty ? head : description + ": " + head
  }

  private static func members(_ schema: JSONValue, _ depth: Int) -> String {
    let required = Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
    let members = (schema["properties"]?.objectValue ?? [:]).map { name, part in
      let mark = required.contains(name) ? "" : "?"
      let description = part["description"]?.stringValue.map { oneLine($0) } ?? ""
      return "\(name)\(mark): \(type(part, depth + 1))" + (description.isEmpty ? "" : " (\(description))")
    }
    return members.joined(separator: ", ")
  }

  private static func type(_ schema: JSONValue?, _ depth: Int) -> String {
    guard let schema, case .object(let keys) = schema, depth <= maximumDepth else { return "any" }
    if let value = keys["const"] { return value.text(.spaced) }
    if let values = keys["enum"]?.arrayValue { return values.map { $0.text(.spaced) }.joined(separator: "|") }
    if let parts = (keys["anyOf"] ?? keys["oneOf"])?.arrayValue {
      return parts.map { type($0, depth + 1) }.joined(separator: " | ")
    }
    if let kinds = keys["type"]?.arrayValue {
      return kinds.map { kind in
        var one = keys
        one["type"] = kind
        return type(.object(one), depth + 1)
      }.joined(separator: " | ")
    }
    switch keys["type"]?.stringValue {
    case let kind? where kind == "integer" || kind == "number":
      let (low, high) = (keys["minimum"], keys["maximum"])
      guard low != nil || high != nil else { return kind }
      return "\(kind) \(low?.text(.spaced) ?? "")..\(high?.text(.spaced) ?? "")"
    case "array": return "[\(type(keys["items"], depth + 1))]"
    case "object": return "{\(members(schema, depth))}"
    case nil where keys["properties"] != nil: return "{\(members(schema, depth))}"
    case let kind? where ["string", "boolean", "null"].contains(kind): return kind
    default: return "any"
    }
  }

  /// Line breaks become spaces: a signature is one line.
  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
