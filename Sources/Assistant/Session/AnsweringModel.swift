public import Inference

/// The language model of a session, and how it is asked.
public struct AnsweringModel: Sendable {
  public var model: any LanguageModel
  /// What it is told about itself, before the tools; may be empty.
  public var persona: String
  /// An answer has at most this many tokens, 1 or more.
  public var maximumTokens: Int
  public var sampling: SamplingOptions
  /// What the model is told anew with each turn, such as the time; called once a turn, on any thread.
  public var situation: @Sendable () -> String

  public init(
    _ model: any LanguageModel, persona: String, maximumTokens: Int = 256,
    sampling: SamplingOptions = SamplingOptions(), situation: @escaping @Sendable () -> String = { "" }
  ) {
    self.model = model
    self.persona = persona
    self.maximumTokens = maximumTokens
    self.sampling = sampling
    self.situation = situation
  }
}
