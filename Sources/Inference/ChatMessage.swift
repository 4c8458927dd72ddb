public import Tools

/// One message of a conversation.
public enum ChatMessage: Hashable, Sendable {
  case system(String)
  case user(String)
  case assistant(text: String, calls: [ToolCall])
  case tool(ToolResult)
}
