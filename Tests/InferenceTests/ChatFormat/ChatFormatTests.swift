import Inference
import Testing

@Suite struct ChatFormatTests {
  @Test func everyNameGivesItsFormat() throws {
    for format in ChatFormat.allCases { #expect(try ChatFormat(named: format.rawValue) == format) }
  }

  @Test func anUnknownNameIsRefusedWithTheKnownOnes() {
    let error = #expect(throws: InferenceError.self) { try ChatFormat(named: "alpaca") }
    #expect(error?.code == .unsupported)
    #expect(error?.message.contains("alpaca") == true)
    for format in ChatFormat.allCases { #expect(error?.remedy.contains(format.rawValue) == true) }
  }

  private func tokenizer(_ model: TokenizerData.Model, _ specials: [String]) throws -> Tokenizer {
    try Tokenizer(
      TokenizerData(
        model: model, preTokenizer: "tekken", tokens: ByteStrings(["a"] + specials),
        scores: Array(repeating: 0, count: specials.count + 1),
        types: [.normal] + specials.map { _ in .control }))
  }

  private static let v3 = ["[INST]", "[/INST]", "[TOOL_CALLS]"]
  private static let v7 = v3 + ["[SYSTEM_PROMPT]"]
  private static let v11 = v7 + ["[ARGS]", "[CALL_ID]"]

  @Test(arguments: [
    (TokenizerData.Model.spm, v3, "llama", "", nil as String?, ChatFormat.mistralV3),
    (.spm, v7, "llama", "", "{{ '[SYSTEM_PROMPT]' }}", .mistralV7),
    (.spm, v7, "llama", "Mistral-7B-Instruct-v0.3", "{{ '[INST]' }}", .mistralV3),
    (.spm, v7, "llama", "Mistral Large Instruct 2411", nil, .mistralV7),
    (.bytePair, v3, "llama", "Mistral Nemo", nil, .mistralV3Tekken),
    (.bytePair, v7, "llama", "", nil, .mistralV7Tekken),
    (.bytePair, v7, "llama", "", "{{ '[INST]' }}", .mistralV3Tekken),
    (.bytePair, v11, "llama", "", "[SYSTEM_PROMPT][CALL_ID][ARGS]", .mistralV11),
    (.bytePair, v11, "llama", "", "[SYSTEM_PROMPT][ARGS]", .mistralV13),
    (.bytePair, v11, "llama", "Mistral Small 3.2 24B", nil, .mistralV11),
    (.bytePair, v11, "mistral3", "Ministral 3 8B Instruct 2512", nil, .mistralV13),
    (.bytePair, v11, "llama", "Mistral Small 3.1 24B", nil, .mistralV7Tekken),
    (.bytePair, ["<|im_start|>", "<|im_end|>"], "qwen2", "", nil, .qwen25),
    (.bytePair, ["<|im_start|>", "<|im_end|>"], "qwen3", "", nil, .qwen3),
    (.bytePair, ["<|im_start|>", "<|im_end|>"], "llama", "Hermes", nil, .hermes),
    (.bytePair, ["<|start_header_id|>"], "llama", "", nil, .llama31),
    (.bytePair, ["<|user|>", "<|end|>", "<|tools|>", "<|tool_call|>", "<|args|>"], "llama", "", nil, .earshot1),
    (.spm, ["<start_of_turn>"], "gemma3", "", nil, .gemma3),
    (.bytePair, ["<|user|>", "<|assistant|>", "<|end|>", "<|tool|>"], "phi3", "", nil, .phi4Mini),
  ])
  func theFileTellsTheFormat(
    model: TokenizerData.Model, specials: [String], architecture: String, name: String, template: String?,
    format: ChatFormat
  ) throws {
    let evidence = ChatFormatEvidence(architecture: architecture, names: [name], template: template)
    #expect(try ChatFormat(evidence, tokenizer: tokenizer(model, specials)) == format)
  }

  @Test func aFileWithoutMarkersIsRefused() throws {
    let plain = try tokenizer(.spm, ["<s>"])
    let error = #expect(throws: InferenceError.self) {
      try ChatFormat(ChatFormatEvidence(architecture: "llama"), tokenizer: plain)
    }
    #expect(error?.code == .unsupported)
  }

  @Test func aVocabularyWithoutTheFormatsTokensIsRefused() throws {
    let plain = try tokenizer(.bytePair, Self.v7)
    let error = #expect(throws: InferenceError.self) { try ChatTemplate(.mistralV13, tokenizer: plain) }
    #expect(error?.message.contains("[AVAILABLE_TOOLS]") == true)
  }
}
