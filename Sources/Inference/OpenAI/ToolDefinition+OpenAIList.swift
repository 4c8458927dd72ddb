public import Tools

extension ToolDefinition {
  /// Reads the `tools` of a chat-completions request; the schemas are checked by `compiledParameters()`.
  /// - Throws: `requestInvalid` with a JSON pointer into `value`.
  public static func list(openAI value: JSONValue) throws(InferenceError) -> [ToolDefinition] {
    guard case .array(let elements) = value else {
      throw OpenAIForm.malformed("the tools", "they are \(value.typeName), not an array", at: "")
    }
    var tools: [ToolDefinition] = []
    for (index, element) in elements.enumerated() {
      do {
        tools.append(try ToolDefinition(openAI: element))
      } catch {
        throw InferenceError(
          .requestInvalid, "\(error.what) (at /\(index)\(error.pointer ?? ""))",
          remedy: error.remedy.isEmpty ? OpenAIForm.remedy : error.remedy)
      }
    }
    do {
      try ToolDefinition.requireUniqueNames(tools)
    } catch {
      throw InferenceError(.requestInvalid, "\(error.what) (at \(error.pointer ?? ""))", remedy: error.remedy)
    }
    return tools
  }
}

extension ToolChoice {
  /// Reads `tool_choice` of a chat-completions request: `"auto"`, `"none"`, `"required"` or
  /// `{"type": "function", "function": {"name": …}}`.
  /// - Throws: `requestInvalid` with a JSON pointer into `value`.
  public init(openAI value: JSONValue) throws(InferenceError) {
    let what = "the tool choice"
    switch value {
    case "auto": self = .auto
    case "none": self = .none
    case "required": self = .required
    case .object:
      let object = try OpenAIForm.object(value, what, known: ["type", "function"], at: "")
      guard object["type"] == "function" else {
        throw OpenAIForm.malformed(what, "its type is not \"function\"", at: "/type")
      }
      guard let function = object["function"] else {
        throw OpenAIForm.malformed(what, "its function is missing", at: "/function")
      }
      guard let name = try OpenAIForm.object(function, what, known: ["name"], at: "/function")["name"]?.stringValue
      else {
        throw OpenAIForm.malformed(what, "its name is missing or no text", at: "/function/name")
      }
      self = .named(name)
    default:
      throw OpenAIForm.malformed(
        what, "it is unknown", at: "", remedy: "Choose auto, none, required or one named function.")
    }
  }

  /// This choice as a chat-completions request holds it.
  public var openAI: JSONValue {
    switch self {
    case .auto: "auto"
    case .none: "none"
    case .required: "required"
    case .named(let name): ["type": "function", "function": ["name": .string(name)]]
    }
  }
}
