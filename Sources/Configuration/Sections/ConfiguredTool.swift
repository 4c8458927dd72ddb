public import Actions
public import OrderedCollections
public import Tools

extension Configuration {
  /// One tool: what it is called with, by which sentences, what then happens and what is answered.
  public struct Tool: Hashable, Sendable {
    public var definition: ToolDefinition
    /// For an argument, for one of its values as text, what people say; replaces the value's own text.
    public var spoken: Spoken
    /// Sentence templates as they were written.
    public var phrases: [String]
    public var action: ToolAction
    public var policy: ToolPolicy
    /// The reply template as it was written; nil: `Replies.done`.
    public var reply: String?

    public typealias Spoken = OrderedDictionary<String, OrderedDictionary<String, [String]>>
  }
}
