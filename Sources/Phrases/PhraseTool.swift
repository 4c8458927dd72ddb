public import Tools

/// A tool with the sentences that call it.
public struct PhraseTool: Hashable, Sendable {
  public var tool: ToolDefinition
  public var phrases: [Phrase]
  /// More ways to say a parameter's values: parameter → value as text → spoken forms. Numbers and booleans are named
  /// by their JSON text ("4", "true"). A spoken form may hold groups, but no slots. For a boolean the forms replace
  /// the usual words (on and off, …) of the values they are given for; for an enum value they are added to its own.
  public var spoken: [String: [String: [String]]]

  public init(tool: ToolDefinition, phrases: [Phrase], spoken: [String: [String: [String]]] = [:]) {
    self.tool = tool
    self.phrases = phrases
    self.spoken = spoken
  }
}

/// One sentence template, and the arguments that it gives without their being said.
public struct Phrase: Hashable, Sendable, ExpressibleByStringLiteral {
  /// In the notation of docs/phrases.md.
  public var text: String
  public var fixed: JSONObject

  public init(_ text: String, fixed: JSONObject = [:]) {
    self.text = text
    self.fixed = fixed
  }

  public init(stringLiteral value: String) { self.init(value) }
}

/// A sentence that a template understood completely.
public struct PhraseMatch: Hashable, Sendable {
  /// Index of the tool in the list that was compiled.
  public var tool: Int
  /// Index of the template in the tool's phrases.
  public var template: Int
  /// The tool's name.
  public var name: String
  /// The slots' values, in the order of the parameters in the schema, and the fixed arguments.
  public var arguments: JSONObject
  /// How many words went into free-text slots; of two templates the one with fewer wins.
  public var freeWords: Int

  public init(tool: Int, template: Int, name: String, arguments: JSONObject, freeWords: Int = 0) {
    self.tool = tool
    self.template = template
    self.name = name
    self.arguments = arguments
    self.freeWords = freeWords
  }
}
