import Tools

/// A tool call that arrives in pieces: its name first, then its arguments as JSON text cut anywhere.
struct StreamedCall {
  /// Of the arguments, in bytes.
  static let maximumBytes = 65536

  /// Where it stands among the calls of the answer.
  let index: Int
  private(set) var name: String?
  private(set) var id: String?
  private var arguments: [UInt8] = []

  init(index: Int) { self.index = index }

  /// Takes one element of a delta's `tool_calls`.
  /// - Returns: whether the name became known by it.
  mutating func append(_ delta: JSONValue) throws(InferenceError) -> Bool {
    if id == nil, let given = delta["id"]?.stringValue, (1...256).contains(given.utf8.count) { id = given }
    let function = delta["function"]
    var isNamed = false
    if let given = function?["name"]?.stringValue, !given.isEmpty {
      // Some servers repeat the name with every piece.
      guard name == nil || name == given else {
        throw ChatCompletionAssembler.malformed("a tool call changes its name")
      }
      isNamed = name == nil
      name = given
    }
    switch function?["arguments"] {
    case nil, .null?: break
    case .string(let piece)?:
      guard arguments.count + piece.utf8.count <= Self.maximumBytes else {
        throw ChatCompletionAssembler.malformed(
          "the arguments of a tool call are longer than \(Self.maximumBytes) bytes")
      }
      arguments += piece.utf8
    case .object(let object)?: arguments += JSONValue.object(object).bytes()
    default: throw ChatCompletionAssembler.malformed("the arguments of a tool call are no text")
    }
    return isNamed
  }

  /// The arguments, if they are a JSON object that fits the schema; an empty text is an empty object.
  /// - Throws: `serverFailed` with `miscalledTool`. The text names places and rules, and no argument's value.
  func checkedArguments(_ schema: JSONSchema) throws(InferenceError) -> JSONObject {
    guard !arguments.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) else {
      return try check([:], schema)
    }
    let value: JSONValue
    do {
      value = try JSONValue(parsing: arguments)
    } catch {
      throw miscalled("its arguments are no JSON: \(error.reason)")
    }
    guard case .object(let object) = value else {
      throw miscalled("its arguments are \(value.typeName), not an object")
    }
    return try check(object, schema)
  }

  private func check(_ object: JSONObject, _ schema: JSONSchema) throws(InferenceError) -> JSONObject {
    if let violation = schema.validate(.object(object)).first { throw miscalled(violation.description) }
    return object
  }

  private func miscalled(_ reason: String) -> InferenceError {
    InferenceError(
      .serverFailed,
      "could not take the model's call of \(name ?? "a tool"): \(ServerMessage.cleaned(reason) ?? reason)",
      remedy: "Ask again, or use a model that is better at calling tools.", miscalledTool: name)
  }
}
