/// A tool that may be called, as in OpenAI's function definitions.
public struct ToolDefinition: Hashable, Sendable {
  /// `[a-zA-Z0-9_-]{1,64}`, unique among the tools on offer.
  public var name: String
  public var description: String
  /// A JSON Schema of type object.
  public var parameters: JSONValue

  public init(name: String, description: String, parameters: JSONValue) {
    self.name = name
    self.description = description
    self.parameters = parameters
  }

  /// Whether a name keeps OpenAI's rule: 1 to 64 ASCII letters, digits, `_` and `-`.
  public static func isValidName(_ name: String) -> Bool {
    (1...64).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  /// Checks name, description and parameters, and compiles the parameters' schema.
  /// - Throws: `ToolsError`; its pointer is relative to this definition (`/name`, `/parameters/…`).
  public func compiledParameters() throws(ToolsError) -> JSONSchema {
    guard Self.isValidName(name) else {
      throw ToolsError(
        code: .invalidDefinition, what: "could not take the tool's name: it breaks the rule for names",
        pointer: "/name", remedy: "Use 1 to 64 letters, digits, _ and -.")
    }
    guard description.utf8.count <= 4096 else {
      throw ToolsError(
        code: .invalidDefinition,
        what: "could not take the tool \(name): its description is \(description.utf8.count) bytes long",
        pointer: "/description", remedy: "Use at most 4096 bytes.")
    }
    guard parameters["type"] == .string("object") else {
      throw ToolsError(
        code: .invalidDefinition, what: "could not take the tool \(name): its parameters are not of type object",
        pointer: "/parameters", remedy: "Write {\"type\": \"object\", \"properties\": {…}}.")
    }
    do {
      return try JSONSchema(parameters)
    } catch {
      var error = error
      error.pointer = "/parameters" + (error.pointer ?? "")
      throw error
    }
  }
}

extension ToolDefinition {
  /// `{"type": "object", "properties": {}}`: a tool without parameters.
  public static let noParameters: JSONValue = ["type": "object", "properties": [:]]

  /// Reads OpenAI's form `{"type": "function", "function": {"name", "description", "parameters", "strict"}}`, or the
  /// flat form of its Realtime API with the same keys beside `type`. Unknown keys are refused; `strict` is accepted
  /// and changes nothing, because arguments are always validated.
  /// - Throws: `ToolsError` with a pointer into `value`. The schema itself is checked by `compiledParameters()`.
  public init(openAI value: JSONValue) throws(ToolsError) {
    guard case .object(let outer) = value else {
      throw Self.malformed("it is \(value.typeName), not an object", at: "")
    }
    guard outer["type"] == .string("function") else {
      throw Self.malformed("its type is not \"function\"", at: "/type", "Only function tools can be called here.")
    }
    let prefix: String
    let function: JSONObject
    switch outer["function"] {
    case .object(let inner)?:
      if let key = outer.keys.first(where: { $0 != "type" && $0 != "function" }) {
        throw Self.malformed("it has an unknown key", at: JSONPointer.appending(key, to: ""))
      }
      (prefix, function) = ("/function", inner)
    case nil:
      var flat = outer
      flat["type"] = nil
      (prefix, function) = ("", flat)
    default: throw Self.malformed("its function is not an object", at: "/function")
    }
    for key in function.keys where !["name", "description", "parameters", "strict"].contains(key) {
      throw Self.malformed("it has an unknown key", at: JSONPointer.appending(key, to: prefix))
    }
    guard let name = function["name"]?.stringValue else {
      throw Self.malformed("its name is missing or no string", at: prefix + "/name")
    }
    guard Self.isValidName(name) else {
      throw Self.malformed(
        "its name breaks the rule for names", at: prefix + "/name", "Use 1 to 64 letters, digits, _ and -.")
    }
    let description = function["description"] ?? ""
    guard let description = description.stringValue else {
      throw Self.malformed("its description is no string", at: prefix + "/description")
    }
    let parameters = function["parameters"] ?? Self.noParameters
    guard case .object = parameters else {
      throw Self.malformed("its parameters are no object", at: prefix + "/parameters")
    }
    if let strict = function["strict"], strict.boolValue == nil, !strict.isNull {
      throw Self.malformed("strict is neither true nor false", at: prefix + "/strict")
    }
    self.init(name: name, description: description, parameters: parameters)
  }

  /// OpenAI's form of this tool, as `tools` of a chat-completions request holds it.
  public var openAI: JSONValue {
    [
      "type": "function",
      "function": ["name": .string(name), "description": .string(description), "parameters": parameters],
    ]
  }

  /// Refuses two tools of one name.
  public static func requireUniqueNames(_ tools: [ToolDefinition]) throws(ToolsError) {
    var seen: Set<String> = []
    for (index, tool) in tools.enumerated() where !seen.insert(tool.name).inserted {
      throw ToolsError(
        code: .invalidDefinition, what: "could not take the tool \(tool.name): its name is taken already",
        pointer: "/\(index)/name", remedy: "Give each tool a name of its own.")
    }
  }

  private static func malformed(_ reason: String, at pointer: String, _ remedy: String = "") -> ToolsError {
    ToolsError(
      code: .invalidDefinition, what: "could not read a tool definition: \(reason)", pointer: pointer,
      remedy: remedy)
  }
}
