import Inference

/// Our small vocabulary with the special tokens of a chat format.
enum TestVocabulary {
  static let specials: [String: [(String, TokenizerData.TokenType)]] = [
    "mistral": [
      "<s>", "</s>", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]", "[TOOL_RESULTS]",
      "[/TOOL_RESULTS]", "[TOOL_CALLS]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[TOOL_CONTENT]", "[ARGS]",
      "[CALL_ID]", "[THINK]", "[/THINK]",
    ].map { ($0, .control) },
    "qwen": ["<|endoftext|>", "<|im_start|>", "<|im_end|>"].map { ($0, .control) }
      + ["<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>", "<think>", "</think>"].map {
        ($0, .userDefined)
      },
    "llama": [
      "<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|eom_id|>", "<|python_tag|>",
    ].map { ($0, .control) },
    "phi": [
      "<|endoftext|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>", "<|tool|>", "<|/tool|>", "<|tool_call|>",
      "<|/tool_call|>",
    ].map { ($0, .control) },
    "earshot": [
      "<|bos|>", "<|end|>", "<|system|>", "<|tools|>", "<|user|>", "<|assistant|>", "<|tool_call|>", "<|args|>",
      "<|result|>", "<|context|>",
    ].map { ($0, .control) },
    "gemma": ["<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>"].map { ($0, .control) },
  ]

  static func tokenizer(for format: ChatFormat) throws -> Tokenizer {
    let small = try SmallVocabulary()
    let family: (name: String, preTokenizer: String, bos: Int?) =
      switch format {
      case .hermes, .qwen25, .qwen3: ("qwen", "qwen2", nil)
      case .llama31: ("llama", "llama-bpe", 0)
      case .phi4Mini: ("phi", "gpt-4o", nil)
      case .gemma3: ("gemma", "gpt-2", 0)
      case .earshot1: ("earshot", "qwen2", 0)
      default: ("mistral", "tekken", 0)
      }
    var data = small.data(preTokenizer: family.preTokenizer, specials: specials[family.name]!)
    data.bos = family.bos.map { TokenID(small.tokens.count + $0) }
    let hasEndBehindBeginning = ["mistral", "gemma", "earshot"].contains(family.name)
    data.eos = TokenID(small.tokens.count + (hasEndBehindBeginning ? 1 : 0))
    return try Tokenizer(data)
  }

  static func template(_ format: ChatFormat) throws -> ChatTemplate {
    try ChatTemplate(format, tokenizer: tokenizer(for: format))
  }
}
