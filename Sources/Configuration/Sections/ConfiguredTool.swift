public import Actions
public import Phrases
public import Tools

extension Configuration {
  /// One tool: what it is called with, by which sentences, what then happens and what is answered.
  public struct Tool: Hashable, Sendable {
    public var definition: ToolDefinition
    public var phrases: [Phrase]
    /// For an argument, for one of its values as text, what people say beside the value's own words.
    public var spoken: [String: [String: [String]]]
    public var action: ToolAction
    public var policy: ToolPolicy
    /// Nil: `Replies.done`.
    public var reply: ReplyTemplate?
    /// Whether the language model may call it.
    public var isForModel = true

    public var name: String { definition.name }
  }

  /// The tools that the language model is offered, in the order of the file.
  public var modelTools: [ToolDefinition] { tools.filter(\.isForModel).map(\.definition) }
}
