import Inference
import TestModels
import TestSupport
import Testing

@Suite struct TokenizerMetadataTests {
  /// Reads a file with these keys.
  private func metadata<Result>(
    _ keys: [(String, GGUFWriter.Value)], _ body: (GGUFMetadata) throws -> Result
  ) throws -> Result {
    var writer = GGUFWriter()
    for (key, value) in keys { writer.add(key, value) }
    return try withTemporaryFolder { folder in
      try writer.write(to: folder + "/vocabulary.gguf")
      return try body(try GGUFFile(path: folder + "/vocabulary.gguf").metadata)
    }
  }

  private static let spm: [(String, GGUFWriter.Value)] = [
    ("tokenizer.ggml.model", .string("llama")), ("tokenizer.ggml.tokens", .strings(["<unk>", "<s>", "</s>", "▁a"])),
    ("tokenizer.ggml.scores", .float32s([0, 0, 0, -1])), ("tokenizer.ggml.token_type", .int32s([2, 3, 3, 1])),
  ]

  private static let bytePair: [(String, GGUFWriter.Value)] = [
    ("tokenizer.ggml.model", .string("gpt2")), ("tokenizer.ggml.tokens", .strings(["a", "b", "ab", "<e>"])),
    ("tokenizer.ggml.pre", .string("tekken")), ("tokenizer.ggml.token_type", .uint32s([1, 1, 1, 3])),
    ("tokenizer.ggml.merges", .strings(["a b"])),
  ]

  private func replacing(
    _ keys: [(String, GGUFWriter.Value)], _ key: String, _ value: GGUFWriter.Value?
  ) -> [(String, GGUFWriter.Value)] {
    keys.filter { $0.0 != key } + (value.map { [(key, $0)] } ?? [])
  }

  @Test func whatTheFileLeavesOutIsWhatSentencePieceModelsHave() throws {
    let data = try metadata(Self.spm) { try TokenizerData(metadata: $0) }
    #expect(data.model == .spm)
    #expect([data.bos, data.eos, data.unknown] == [1, 2, 0])
    #expect(data.addBOS && data.addSpacePrefix && !data.addEOS)
    #expect(data.types == [.unknown, .control, .control, .normal])
    #expect(try Tokenizer(data).encode("a") == [3])
  }

  @Test func theFilesOwnKeysCount() throws {
    let own: [(String, GGUFWriter.Value)] = [
      ("tokenizer.ggml.bos_token_id", .uint32(2)), ("tokenizer.ggml.eos_token_id", .uint32(1)),
      ("tokenizer.ggml.eot_token_id", .uint32(3)), ("tokenizer.ggml.padding_token_id", .uint32(.max)),
      ("tokenizer.ggml.add_bos_token", .bool(false)), ("tokenizer.ggml.add_eos_token", .bool(true)),
      ("tokenizer.ggml.add_space_prefix", .bool(false)),
    ]
    let data = try metadata(Self.spm + own) { try TokenizerData(metadata: $0) }
    #expect([data.bos, data.eos, data.eot, data.padding] == [2, 1, 3, nil])
    #expect(!data.addBOS && !data.addSpacePrefix && data.addEOS)
    #expect(try Tokenizer(data).endOfGeneration == [1, 2, 3])
  }

  @Test func tekkenBeginsWithBOSUnlessTheFileSaysOtherwise() throws {
    let data = try metadata(Self.bytePair) { try TokenizerData(metadata: $0) }
    #expect(data.addBOS && data.bos == nil && data.merges.count == 1 && !data.addSpacePrefix)
    #expect(try Tokenizer(data).encode("abb") == [2, 1])
    let qwen = replacing(Self.bytePair, "tokenizer.ggml.pre", .string("qwen2"))
    #expect(try !metadata(qwen) { try TokenizerData(metadata: $0) }.addBOS)
  }

  @Test func damagedKeysAreRefused() throws {
    let damages: [(String, GGUFWriter.Value?, InferenceError.Code)] = [
      ("tokenizer.ggml.model", .string("bert"), .unsupported), ("tokenizer.ggml.model", nil, .unsupported),
      ("tokenizer.ggml.model", .uint32(1), .unsupported), ("tokenizer.ggml.tokens", nil, .fileInvalid),
      ("tokenizer.ggml.tokens", .string("a"), .fileInvalid), ("tokenizer.ggml.token_type", .int32s([0]), .fileInvalid),
      ("tokenizer.ggml.token_type", .int32s([1, 1, 1, 7]), .fileInvalid),
      ("tokenizer.ggml.token_type", .strings(["a"]), .fileInvalid),
      ("tokenizer.ggml.token_type", .int32s([1]), .fileInvalid), ("tokenizer.ggml.scores", nil, .fileInvalid),
      ("tokenizer.ggml.scores", .float32s([1]), .fileInvalid),
      ("tokenizer.ggml.bos_token_id", .uint32(4), .fileInvalid),
      ("tokenizer.ggml.eos_token_id", .int64(1 << 40), .fileInvalid),
    ]
    for (key, value, code) in damages {
      let error = #expect(throws: InferenceError.self, "\(key)") {
        try metadata(replacing(Self.spm, key, value)) { try Tokenizer(TokenizerData(metadata: $0)) }
      }
      #expect(error?.code == code, "\(key)")
    }
  }

  @Test func theFileIsEvidenceOfItsFormat() throws {
    let keys: [(String, GGUFWriter.Value)] = [
      ("general.architecture", .string("mistral3")), ("general.name", .string("Ministral 3")),
      ("general.finetune", .string("Instruct")), ("tokenizer.chat_template", .string("{{ bos_token }}")),
    ]
    let evidence = try metadata(keys) { ChatFormatEvidence(metadata: $0) }
    #expect(evidence.architecture == "mistral3")
    #expect(evidence.names == ["Ministral 3", "Instruct"])
    #expect(evidence.template == "{{ bos_token }}")
  }
}
