public import Tools

/// A language model with function calling, as the session sees it: messages and tools in, text and calls out.
///
/// One generation runs at a time; the stream of a cancelled one ends within one token. Errors end the stream.
public protocol LanguageModel: Sendable {
  /// What to call it in messages, for example the model file's own name.
  var name: String { get }

  /// Starts one answer. Cancel by ending the iteration or cancelling the task that iterates.
  func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error>
}

/// What a model is asked.
public struct GenerationRequest: Hashable, Sendable {
  /// Oldest first; the system message, if any, is the first.
  public var messages: [ChatMessage]
  /// What may be called, in the order in which the prompt lists it.
  public var tools: [ToolDefinition]
  /// At most this many tokens are written, 1 or more.
  public var maximumTokens: Int

  public init(messages: [ChatMessage], tools: [ToolDefinition], maximumTokens: Int) {
    self.messages = messages
    self.tools = tools
    self.maximumTokens = maximumTokens
  }
}

/// One message of a conversation.
public enum ChatMessage: Hashable, Sendable {
  case system(String)
  case user(String)
  case assistant(text: String, calls: [ToolCall])
  case tool(ToolResult)
}

/// What a generation reports, in order; `finished` is last.
public enum GenerationEvent: Hashable, Sendable {
  /// More of the answer's text, never cut inside a character.
  case text(String)
  /// A complete call whose arguments parse and fit the tool's schema.
  case toolCall(ToolCall)
  case finished(FinishReason)
}

public enum FinishReason: String, Hashable, Sendable { case stop, toolCalls = "tool_calls", length, cancelled }
