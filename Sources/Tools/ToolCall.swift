/// One call of a tool, from a phrase or from a model. Its arguments are what was said; nothing has been checked yet.
public struct ToolCall: Hashable, Sendable {
  public enum Origin: String, Hashable, Sendable { case phrase, model, command }

  /// Unique within the daemon's life; ties call, result and journal together.
  public var id: String
  public var name: String
  public var arguments: JSONObject
  public var origin: Origin
  /// How sure whoever made the call was, 0...1, where known.
  public var confidence: Double?

  public init(id: String, name: String, arguments: JSONObject, origin: Origin, confidence: Double? = nil) {
    self.id = id
    self.name = name
    self.arguments = arguments
    self.origin = origin
    self.confidence = confidence
  }
}

/// What came of a call.
public struct ToolResult: Hashable, Sendable {
  public var id: String
  public var name: String
  public var isSuccess: Bool
  /// What the tool said: its output where it succeeded, `{"error": …}` where it did not.
  public var output: JSONValue

  public init(id: String, name: String, isSuccess: Bool, output: JSONValue) {
    self.id = id
    self.name = name
    self.isSuccess = isSuccess
    self.output = output
  }
}
