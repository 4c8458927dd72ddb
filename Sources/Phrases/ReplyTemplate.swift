public import Tools

/// What is said after a tool was called: "The {room} light is {on:on|off}."
///
/// A placeholder is `{parameter}` (an argument's value), `{parameter:a|b}` (`a` where a boolean is true, `b` where it is
/// false), `{parameter:x=a|y=b}` (by the value's text; a last alternative without `=` stands for every other value),
/// `{output}` (the whole output, where it is text or a number), `{output.key.0}` (a part of it) or `{error}`. The same
/// alternatives work on outputs. Compiled and checked when the configuration is read.
public struct ReplyTemplate: Hashable, Sendable {
  /// Longest text that is rendered, in characters; a longer value is cut there.
  public static let maximumLength = 2_000

  public let text: String
  let parts: [Part]

  enum Part: Hashable, Sendable {
    case text(String)
    case value(Source, [Alternative])
  }

  enum Source: Hashable, Sendable {
    case argument(String)
    case output([String])
    case error
  }

  struct Alternative: Hashable, Sendable {
    /// Text of the value, nil for every other.
    var value: String?
    var text: String
  }

  /// Reads a reply and checks its placeholders against the tool's parameters.
  /// - Throws: `PhraseProblem` with the column; its tool is the caller's to set.
  public init(_ text: String, for tool: ToolDefinition) throws(PhraseProblem) {
    var parser = ReplyParser(text: text, tool: tool)
    parts = try parser.parse()
    self.text = text
  }

  /// The reply with values filled in. A value that is not there is left out; where nothing but punctuation remains the
  /// result is empty, and nothing needs to be said.
  public func rendered(arguments: JSONObject, output: JSONValue) -> String {
    var result = ""
    for part in parts {
      switch part {
      case .text(let text): result += text
      case .value(let source, let alternatives):
        result += Self.spoken(Self.value(of: source, arguments, output), alternatives)
      }
    }
    result = String(result.prefix(Self.maximumLength))
    let words = result.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return words.contains { $0.isLetter || $0.isNumber } ? words : ""
  }

  private static func value(of source: Source, _ arguments: JSONObject, _ output: JSONValue) -> JSONValue? {
    switch source {
    case .argument(let name): return arguments[name]
    case .error: return output["error"]
    case .output(let path):
      var value = output
      for key in path {
        let next = if case .array = value { Int(key).flatMap { value[$0] } } else { value[key] }
        guard let next else { return nil }
        value = next
      }
      return value
    }
  }

  private static func spoken(_ value: JSONValue?, _ alternatives: [Alternative]) -> String {
    guard let value else { return "" }
    if !alternatives.isEmpty {
      let key = value.stringValue ?? value.text()
      return alternatives.first { $0.value == key || $0.value == nil }?.text ?? ""
    }
    switch value {
    case .string(let text): return text.split(separator: "_").joined(separator: " ")
    case .bool(let flag): return flag ? "on" : "off"
    case .integer(let integer): return String(integer)
    case .number(let number): return Int64(exactly: number).map { String($0) } ?? number.description
    case .null, .object: return ""
    case .array(let elements): return elements.prefix(20).map { spoken($0, []) }.joined(separator: ", ")
    }
  }
}

/// Reads the text of a reply.
struct ReplyParser {
  private let scalars: [Unicode.Scalar]
  private let tool: ToolDefinition
  private var index = 0

  init(text: String, tool: ToolDefinition) {
    scalars = Array(text.unicodeScalars)
    self.tool = tool
  }

  mutating func parse() throws(PhraseProblem) -> [ReplyTemplate.Part] {
    guard scalars.count <= TemplateParser.maximumLength else {
      throw problem("the reply is longer than \(TemplateParser.maximumLength) characters", "", at: 0, .limitExceeded)
    }
    var parts: [ReplyTemplate.Part] = []
    while index < scalars.count {
      switch scalars[index] {
      case "{": parts.append(try parsePlaceholder())
      case "}": throw problem("} closes nothing", "", at: index)
      default: parts.append(.text(readText { $0 == "{" || $0 == "}" }))
      }
    }
    return parts
  }

  private func problem(
    _ text: String, _ remedy: String, at column: Int, _ code: PhraseProblem.Code = .syntax
  ) -> PhraseProblem {
    PhraseProblem(severity: .error, code: code, column: column, text: text, remedy: remedy)
  }

  private mutating func readText(until isEnd: (Unicode.Scalar) -> Bool) -> String {
    var text = String.UnicodeScalarView()
    while index < scalars.count, !isEnd(scalars[index]) {
      text.append(scalars[index])
      index += 1
    }
    return String(text)
  }

  private mutating func parsePlaceholder() throws(PhraseProblem) -> ReplyTemplate.Part {
    let start = index
    index += 1
    let name = readText { "{}:|= ".unicodeScalars.contains($0) }
    let source = try source(name, at: start)
    var alternatives: [ReplyTemplate.Alternative] = []
    if index < scalars.count, scalars[index] == ":" {
      repeat {
        index += 1
        var alternative = ReplyTemplate.Alternative(value: nil, text: readText { "{}|=".unicodeScalars.contains($0) })
        if index < scalars.count, scalars[index] == "=" {
          index += 1
          alternative.value = alternative.text
          alternative.text = readText { "{}|".unicodeScalars.contains($0) }
        }
        alternatives.append(alternative)
      } while index < scalars.count && scalars[index] == "|"
    }
    guard index < scalars.count, scalars[index] == "}" else {
      throw problem("a placeholder is not closed", "Write {name} or {name:a|b}.", at: start)
    }
    index += 1
    return .value(source, try checked(alternatives, source, at: start))
  }

  private func source(_ name: String, at start: Int) throws(PhraseProblem) -> ReplyTemplate.Source {
    if name == "error" { return .error }
    let path = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let parameters = tool.parameters["properties"]?.objectValue.map { Array($0.keys) } ?? []
    if parameters.contains(name) { return .argument(name) }
    if path.first == "output" {
      guard path.count <= 8, path.allSatisfy({ !$0.isEmpty }) else {
        throw problem("{\(name)} is no path into the output", "Write {output.key}.", at: start)
      }
      return .output(Array(path.dropFirst()))
    }
    let known = parameters + ["output", "error"]
    throw problem(
      "{\(name)} is no parameter of \(tool.name)",
      NearestName.of(name, in: known).map { "Did you mean {\($0)}?" } ?? "Known are \(known.joined(separator: ", ")).",
      at: start, .unknownParameter)
  }

  /// Alternatives without values stand for true and false, or the last of them for every other value.
  private func checked(
    _ alternatives: [ReplyTemplate.Alternative], _ source: ReplyTemplate.Source, at start: Int
  ) throws(PhraseProblem) -> [ReplyTemplate.Alternative] {
    let open = alternatives.filter { $0.value == nil }.count
    if alternatives.count == 2, open == 2 {
      if case .argument(let name) = source, let type = tool.parameters["properties"]?[name]?["type"],
        type != "boolean"
      {
        throw problem(
          "{\(name):a|b} speaks about true and false, but the parameter is no boolean", "Write {\(name):value=a|b}.",
          at: start, .unfitSlot)
      }
      return [.init(value: "true", text: alternatives[0].text), .init(value: "false", text: alternatives[1].text)]
    }
    guard open == 0 || (open == 1 && alternatives.last?.value == nil) else {
      throw problem(
        "alternatives need values", "Write {name:a|b} for a boolean or {name:x=a|y=b|other}.", at: start, .unfitSlot)
    }
    return alternatives
  }
}
