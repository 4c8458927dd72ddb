public import Tools

extension ChatMessage {
  /// Reads the `messages` of a chat-completions request: an array of objects with the roles `system` (or `developer`),
  /// `user`, `assistant` and `tool`.
  ///
  /// Content is a text or an array of text parts. A call's arguments are a string that holds a JSON object, an empty
  /// string, or the object itself. A tool message answers a call of an earlier message that is not answered yet, and gets
  /// its name from there; its text stays text, and it failed if it is a JSON object with the member `error`. What a model
  /// thought (`reasoning`, `reasoning_content`) and who wrote (`name`) are dropped, other unknown keys are refused.
  /// - Throws: `requestInvalid` with a JSON pointer into `value`. The error holds nothing of what was said.
  public static func list(openAI value: JSONValue) throws(InferenceError) -> [ChatMessage] {
    guard case .array(let elements) = value else {
      throw OpenAIForm.malformed("the messages", "they are \(value.typeName), not an array", at: "")
    }
    var reader = OpenAIMessageReader()
    var messages: [ChatMessage] = []
    for (index, element) in elements.enumerated() { messages.append(try reader.read(element, at: "/\(index)")) }
    return messages
  }

  /// This message as `messages` of a chat-completions request holds it.
  public var openAI: JSONValue {
    switch self {
    case .system(let text): ["role": "system", "content": .string(text)]
    case .user(let text): ["role": "user", "content": .string(text)]
    case .assistant(let text, let calls) where calls.isEmpty: ["role": "assistant", "content": .string(text)]
    case .assistant(let text, let calls):
      [
        "role": "assistant", "content": text.isEmpty ? .null : .string(text),
        "tool_calls": .array(calls.map(\.openAI)),
      ]
    case .tool(let result): ["role": "tool", "tool_call_id": .string(result.id), "content": .string(result.text)]
    }
  }
}

extension ToolCall {
  /// This call as `tool_calls` of an assistant message holds it: its arguments as JSON text.
  public var openAI: JSONValue {
    [
      "id": .string(id), "type": "function",
      "function": ["name": .string(name), "arguments": .string(JSONValue.object(arguments).text())],
    ]
  }
}

extension ToolResult {
  /// What a result says: a string as it is, anything else as JSON.
  fileprivate var text: String { if case .string(let text) = output { text } else { output.text() } }
}

/// Reads one message after the other and keeps the calls that still wait for their results.
private struct OpenAIMessageReader {
  private static let what = "a message"
  private static let keys = [
    "role", "content", "name", "tool_calls", "tool_call_id", "refusal", "annotations", "audio", "function_call",
    "reasoning", "reasoning_content",
  ]
  /// In bytes; servers write about 30.
  private static let maximumIdentity = 256

  /// Names of the calls without a result, by identity.
  private var open: [String: String] = [:]

  mutating func read(_ value: JSONValue, at pointer: String) throws(InferenceError) -> ChatMessage {
    let message = try OpenAIForm.object(value, Self.what, known: Self.keys, at: pointer)
    for key in ["audio", "function_call"] {
      if let value = message[key], !value.isNull {
        throw OpenAIForm.malformed(Self.what, "\(key) cannot be read", at: "\(pointer)/\(key)")
      }
    }
    let role = message["role"]?.stringValue
    if role != "assistant", message["tool_calls"].map({ !$0.isNull }) == true {
      throw OpenAIForm.malformed(Self.what, "only an assistant calls tools", at: pointer + "/tool_calls")
    }
    switch role {
    case "system", "developer": return .system(try content(of: message, at: pointer))
    case "user": return .user(try content(of: message, at: pointer))
    case "assistant": return try assistant(message, at: pointer)
    case "tool": return .tool(try result(message, at: pointer))
    default:
      throw OpenAIForm.malformed(
        Self.what, "its role is unknown", at: pointer + "/role",
        remedy: "Roles are system, developer, user, assistant and tool.")
    }
  }

  private func content(of message: JSONObject, at pointer: String) throws(InferenceError) -> String {
    guard let content = message["content"] else {
      throw OpenAIForm.malformed(Self.what, "its content is missing", at: pointer + "/content")
    }
    return try OpenAIForm.text(content, Self.what, at: pointer + "/content")
  }

  private mutating func assistant(_ message: JSONObject, at pointer: String) throws(InferenceError) -> ChatMessage {
    var text: String?
    if let content = message["content"], !content.isNull {
      text = try OpenAIForm.text(content, Self.what, at: pointer + "/content")
    }
    if let refusal = message["refusal"], !refusal.isNull {
      guard let refusal = refusal.stringValue else {
        throw OpenAIForm.malformed(Self.what, "its refusal is no text", at: pointer + "/refusal")
      }
      if (text ?? "").isEmpty { text = refusal }
    }
    var calls: [ToolCall] = []
    if let value = message["tool_calls"], !value.isNull {
      guard case .array(let elements) = value else {
        throw OpenAIForm.malformed(Self.what, "its calls are no array", at: pointer + "/tool_calls")
      }
      for (index, element) in elements.enumerated() {
        calls.append(try call(element, at: "\(pointer)/tool_calls/\(index)"))
      }
    }
    guard text != nil || !calls.isEmpty else {
      throw OpenAIForm.malformed(Self.what, "it has neither content nor calls", at: pointer)
    }
    return .assistant(text: text ?? "", calls: calls)
  }

  private mutating func call(_ value: JSONValue, at pointer: String) throws(InferenceError) -> ToolCall {
    let what = "a tool call"
    let call = try OpenAIForm.object(value, what, known: ["id", "type", "function", "index"], at: pointer)
    guard call["type"] == nil || call["type"] == "function" else {
      throw OpenAIForm.malformed(what, "its type is not \"function\"", at: pointer + "/type")
    }
    let id = try identity(call["id"], what, at: pointer + "/id")
    guard open[id] == nil else {
      throw OpenAIForm.malformed(
        what, "another call of this identity has no result yet", at: pointer + "/id",
        remedy: "Give each call an identity of its own.")
    }
    guard let value = call["function"] else {
      throw OpenAIForm.malformed(what, "its function is missing", at: pointer + "/function")
    }
    let function = try OpenAIForm.object(value, what, known: ["name", "arguments"], at: pointer + "/function")
    guard let name = function["name"]?.stringValue, ToolDefinition.isValidName(name) else {
      throw OpenAIForm.malformed(
        what, "its name is missing or breaks the rule for names", at: pointer + "/function/name",
        remedy: "Use 1 to 64 letters, digits, _ and -.")
    }
    open[id] = name
    return ToolCall(
      id: id, name: name, arguments: try arguments(function["arguments"], at: pointer + "/function/arguments"),
      origin: .model)
  }

  private func arguments(_ value: JSONValue?, at pointer: String) throws(InferenceError) -> JSONObject {
    let what = "a tool call"
    switch value {
    case .object(let object)?: return object
    case .string(let text)? where text.isEmpty: return [:]
    case .string(let text)?:
      do {
        guard case .object(let object) = try JSONValue(parsing: text) else {
          throw OpenAIForm.malformed(what, "its arguments hold no JSON object", at: pointer)
        }
        return object
      } catch let error as ToolsError {
        throw OpenAIForm.malformed(what, "its arguments are no JSON: \(error.reason)", at: pointer)
      } catch let error as InferenceError {
        throw error
      } catch {
        throw OpenAIForm.malformed(what, "its arguments cannot be read", at: pointer)
      }
    default: throw OpenAIForm.malformed(what, "its arguments are no text", at: pointer)
    }
  }

  private mutating func result(_ message: JSONObject, at pointer: String) throws(InferenceError) -> ToolResult {
    let id = try identity(message["tool_call_id"], Self.what, at: pointer + "/tool_call_id")
    guard let name = open.removeValue(forKey: id) else {
      throw OpenAIForm.malformed(
        Self.what, "no call of this identity waits for a result", at: pointer + "/tool_call_id",
        remedy: "Let it follow an assistant message with a call of this id.")
    }
    if let given = message["name"], !given.isNull, given != .string(name) {
      throw OpenAIForm.malformed(Self.what, "its name is not that of the call", at: pointer + "/name")
    }
    let text = try content(of: message, at: pointer)
    let failed = (try? JSONValue(parsing: text))?["error"] != nil
    return ToolResult(id: id, name: name, isSuccess: !failed, output: .string(text))
  }

  private func identity(
    _ value: JSONValue?, _ what: String, at pointer: String
  ) throws(InferenceError) -> String {
    guard let id = value?.stringValue, (1...Self.maximumIdentity).contains(id.utf8.count) else {
      throw OpenAIForm.malformed(
        what, "the call's identity is missing or no text of 1 to \(Self.maximumIdentity) bytes", at: pointer)
    }
    return id
  }
}

extension ToolsError {
  /// Its text without what this module says itself.
  var reason: String {
    let start = "could not read JSON: "
    let what = self.what.hasPrefix(start) ? String(self.what.dropFirst(start.count)) : self.what
    return position.map { "\(what) (byte \($0.offset))" } ?? what
  }
}
