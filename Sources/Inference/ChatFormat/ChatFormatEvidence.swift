/// What a model file says that tells its chat format.
public struct ChatFormatEvidence: Hashable, Sendable {
  /// `general.architecture`
  public var architecture: String
  /// `general.name`, `general.basename`, `general.finetune`, as far as there are any.
  public var names: [String]
  /// `tokenizer.chat_template`: only read for the markers in it, never run.
  public var template: String?

  public init(architecture: String, names: [String] = [], template: String? = nil) {
    self.architecture = architecture
    self.names = names
    self.template = template
  }
}

extension ChatFormat {
  /// The format that the file's tokens, architecture, names and template speak for: the vocabulary's special tokens
  /// tell the family, the rest tells the version.
  /// - Throws: `unsupported` where nothing speaks for any.
  public init(_ evidence: ChatFormatEvidence, tokenizer: Tokenizer) throws(InferenceError) {
    let has: (String) -> Bool = { tokenizer.special($0) != nil }
    if has("<|tool_call|>"), has("<|args|>"), has("<|tools|>") {
      self = .earshot1
    } else if has("[INST]"), has("[TOOL_CALLS]") {
      self = Self.mistral(evidence, tokenizer: tokenizer)
    } else if has("<|im_start|>") {
      let isThinking = evidence.template?.contains("enable_thinking") ?? false
      self =
        evidence.architecture == "qwen3" || isThinking ? .qwen3 : evidence.architecture == "qwen2" ? .qwen25 : .hermes
    } else if has("<|start_header_id|>") {
      self = .llama31
    } else if has("<start_of_turn>") {
      self = .gemma3
    } else if has("<|user|>"), has("<|assistant|>"), has("<|end|>"), has("<|tool|>") {
      self = .phi4Mini
    } else {
      let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
      throw InferenceError(
        .unsupported,
        "could not tell the chat format of a \(evidence.architecture) model: its vocabulary has none of the known markers",
        remedy: "Name one of these in the configuration: \(known).")
    }
  }

  private static func mistral(_ evidence: ChatFormatEvidence, tokenizer: Tokenizer) -> ChatFormat {
    let template = evidence.template ?? ""
    let hasSystem = tokenizer.special("[SYSTEM_PROMPT]") != nil
    let names = evidence.names.joined(separator: " ").lowercased()
    let isNamed: ([String]) -> Bool = { words in words.contains { names.contains($0) } }
    if tokenizer.model == .spm {
      let saysSystem = template.contains("[SYSTEM_PROMPT]") || (template.isEmpty && isNamed(["2411", "large"]))
      return hasSystem && saysSystem ? .mistralV7 : .mistralV3
    }
    if tokenizer.special("[ARGS]") != nil {
      let hasIDs = tokenizer.special("[CALL_ID]") != nil
      if template.contains("[ARGS]") { return template.contains("[CALL_ID]") && hasIDs ? .mistralV11 : .mistralV13 }
      if isNamed(["small-3.2", "small 3.2", "2506"]) { return hasIDs ? .mistralV11 : .mistralV13 }
      if isNamed(["ministral", "devstral", "magistral"]) || evidence.architecture == "mistral3" { return .mistralV13 }
      if !isNamed(["small-3.1", "small 3.1", "2503", "2501"]), template.isEmpty {
        return hasIDs ? .mistralV11 : .mistralV13
      }
    }
    if template.isEmpty ? hasSystem : template.contains("[SYSTEM_PROMPT]") && hasSystem { return .mistralV7Tekken }
    return .mistralV3Tekken
  }
}
