public import Tools

/// What a generation reports, in order; `finished` is last.
public enum GenerationEvent: Hashable, Sendable {
  /// Its turn has come: generations of one model run one after the other. The number is its own in this process.
  case begun(generation: UInt64)
  /// More of the answer's text, never cut inside a character.
  case text(String)
  /// A call whose tool is decided; its arguments are still being written.
  case toolCallBegun(name: String)
  /// A complete call whose arguments parse and fit the tool's schema.
  case toolCall(ToolCall)
  /// What it took; comes once, before `finished`.
  case usage(GenerationUsage)
  case finished(FinishReason)
}

public enum FinishReason: String, Hashable, Sendable { case stop, toolCalls = "tool_calls", length, cancelled }

/// Tokens of one generation.
public struct GenerationUsage: Hashable, Sendable {
  public var promptTokens: Int
  /// Of the prompt's tokens, those whose keys and values were still there.
  public var cachedTokens: Int
  /// All tokens of the answer.
  public var completionTokens: Int
  /// Of the answer's tokens, those that the constraint left no choice about.
  public var forcedTokens: Int
  /// Of the answer's tokens, those that were evaluated along with the one before because they had been guessed.
  public var guessedTokens: Int

  public init(
    promptTokens: Int, cachedTokens: Int, completionTokens: Int, forcedTokens: Int, guessedTokens: Int = 0
  ) {
    self.guessedTokens = guessedTokens
    self.promptTokens = promptTokens
    self.cachedTokens = cachedTokens
    self.completionTokens = completionTokens
    self.forcedTokens = forcedTokens
  }
}
