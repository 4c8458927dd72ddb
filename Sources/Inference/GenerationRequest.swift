public import Tools

/// What a model is asked.
public struct GenerationRequest: Hashable, Sendable {
  /// Oldest first; the system message, if any, is the first.
  public var messages: [ChatMessage]
  /// What changes from turn to turn, such as the time or the state of the lights. It stands before the last text of the
  /// user, as late as a prompt allows, so that what is before it need not be evaluated again.
  public var situation: String
  /// What may be called, in the order in which the prompt lists it.
  public var tools: [ToolDefinition]
  public var toolChoice: ToolChoice
  /// At most this many calls in one answer, 1 or more.
  public var maximumCalls: Int
  /// At most this many tokens are written, 1 or more.
  public var maximumTokens: Int
  public var sampling: SamplingOptions
  /// The text ends before the first of these; empty strings are ignored.
  public var stop: [String]
  /// Whether nothing may be written but what the format and the tools' schemas allow. Without it, a model shows what it
  /// would do by itself, for comparisons: what it calls may not exist, and its arguments may be anything.
  public var isConstrained: Bool

  public init(
    messages: [ChatMessage], situation: String = "", tools: [ToolDefinition], toolChoice: ToolChoice = .auto,
    maximumCalls: Int = 4, maximumTokens: Int, sampling: SamplingOptions = SamplingOptions(), stop: [String] = [],
    isConstrained: Bool = true
  ) {
    self.messages = messages
    self.situation = situation
    self.tools = tools
    self.toolChoice = toolChoice
    self.maximumCalls = maximumCalls
    self.maximumTokens = maximumTokens
    self.sampling = sampling
    self.stop = stop
    self.isConstrained = isConstrained
  }
}

/// Whether tools are called, as in OpenAI's `tool_choice`.
public enum ToolChoice: Hashable, Sendable {
  /// The model decides.
  case auto
  /// Text only.
  case none
  /// At least one call, of any tool.
  case required
  /// At least one call, of this tool only.
  case named(String)
}

/// How the next token is chosen from the probabilities.
public struct SamplingOptions: Hashable, Sendable {
  /// 0: the most probable token always. Otherwise logits are divided by it; up to 2.
  public var temperature: Float
  /// Only this many of the most probable; 0: all.
  public var topK: Int
  /// Only the fewest most probable whose probabilities reach this sum; 1: all.
  public var topP: Float
  /// Only those at least this fraction as probable as the most probable; 0: all.
  public var minP: Float
  /// Logits of tokens among the last `repetitionWindow` are divided (positive) or multiplied (negative) by it; 1: not.
  public var repetitionPenalty: Float
  /// In tokens.
  public var repetitionWindow: Int
  /// Added to the logits of these tokens, −100 to 100.
  public var logitBias: [TokenID: Float]
  /// The same seed, file, request and settings write the same text; nil: from the system's randomness.
  public var seed: UInt64?

  public init(
    temperature: Float = 0, topK: Int = 0, topP: Float = 1, minP: Float = 0, repetitionPenalty: Float = 1,
    repetitionWindow: Int = 64, logitBias: [TokenID: Float] = [:], seed: UInt64? = nil
  ) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.repetitionPenalty = repetitionPenalty
    self.repetitionWindow = repetitionWindow
    self.logitBias = logitBias
    self.seed = seed
  }
}
