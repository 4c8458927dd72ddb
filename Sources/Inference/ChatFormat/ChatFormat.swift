/// How a family of models was taught to read conversations, tools, calls and results.
public enum ChatFormat: String, Hashable, Sendable, CaseIterable {
  /// Mistral 7B v0.3, Mixtral 8x22B: SentencePiece.
  case mistralV3 = "mistral-v3"
  /// Mistral Nemo, Ministral 8B (2410), Pixtral.
  case mistralV3Tekken = "mistral-v3-tekken"
  /// Mistral Large 2411: SentencePiece.
  case mistralV7 = "mistral-v7"
  /// Mistral Small 3 and 3.1.
  case mistralV7Tekken = "mistral-v7-tekken"
  /// Mistral Small 3.2.
  case mistralV11 = "mistral-v11"
  /// Ministral 3, Devstral Small 2507, Magistral 2509.
  case mistralV13 = "mistral-v13"
  /// ChatML with Hermes' `<tool_call>` tags, the tools in Qwen's wording.
  case hermes
  case qwen25 = "qwen2.5"
  /// With thinking switched off.
  case qwen3
  case phi4Mini = "phi-4-mini"
  /// Gemma has no tool format of its own: the tools and Hermes' tags are explained in the first user turn.
  case gemma3 = "gemma-3"
  /// Llama 3.1, 3.2 and 3.3; one call an answer.
  case llama31 = "llama-3.1"
  /// The model in the box.
  case earshot1 = "earshot-1"

  /// The format of this name.
  /// - Throws: `unsupported` with the names that there are.
  public init(named name: String) throws(InferenceError) {
    guard let format = ChatFormat(rawValue: name) else {
      let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
      throw InferenceError(
        .unsupported, "could not take the chat format: there is none called \(name)",
        remedy: "Use one of these: \(known).")
    }
    self = format
  }

  /// At most this many calls in one answer.
  public var maximumCalls: Int { self == .llama31 ? 1 : .max }

  /// Whether the model writes an identity of nine letters and digits for each call.
  public var writesCallIDs: Bool {
    switch self {
    case .mistralV3, .mistralV3Tekken, .mistralV7, .mistralV7Tekken, .mistralV11: true
    default: false
    }
  }

  var isMistral: Bool {
    switch self {
    case .mistralV3, .mistralV3Tekken, .mistralV7, .mistralV7Tekken, .mistralV11, .mistralV13: true
    default: false
    }
  }
}
