import Glibc
import Testing

@testable import Inference

/// What is wrong with a model file is said with the key or tensor, the value and what is allowed.
@Suite struct HyperParametersTests {
  struct Change: Sendable, CustomTestStringConvertible {
    var model: String
    var says: [String]
    var code: InferenceError.Code
    var apply: @Sendable (inout TinyFile) -> Void
    var testDescription: String { "\(model): \(says.joined(separator: ", "))" }

    init(
      _ model: String, says: [String], code: InferenceError.Code = .fileInvalid,
      _ apply: @escaping @Sendable (inout TinyFile) -> Void
    ) {
      self.model = model
      self.says = says
      self.code = code
      self.apply = apply
    }

    /// A key gets a value that is out of its range.
    static func key(_ model: String, _ key: String, _ value: TinyFile.Value?, _ says: String...) -> Change {
      let name = key.contains("general") ? key : "\(TinyModel.named(model).architecture).\(key)"
      return Change(model, says: [name] + says) { $0.set(name, value) }
    }

    static func tensor(
      _ model: String, _ name: String, code: InferenceError.Code = .fileInvalid, says: String...,
      change: @escaping @Sendable (inout TinyFile.Tensor) -> Void
    ) -> Change {
      Change(model, says: [name] + says, code: code) { file in
        change(&file.tensors[file.tensors.firstIndex { $0.name == name }!])
      }
    }

    static func missing(_ model: String, _ name: String) -> Change {
      Change(model, says: [name, "missing"]) { file in file.tensors.removeAll { $0.name == name } }
    }
  }

  static let changes: [Change] = [
    .key("llama", "general.architecture", nil, "missing"),
    .key("llama", "block_count", nil, "missing"),
    .key("llama", "block_count", .u32(0), "is 0", "1 to 1024"),
    .key("llama", "block_count", .u32(1025), "is 1025", "1 to 1024"),
    .key("llama", "block_count", .text("2"), "whole number"),
    .key("llama", "context_length", .u32(0), "is 0"),
    .key("llama", "context_length", .u32(.max), "is 4294967295", "16777216"),
    .key("llama", "embedding_length", .u32(0), "is 0"),
    .key("llama", "attention.head_count", .u32(0), "is 0"),
    .key("llama", "attention.head_count", .u32s([4]), "1 values", "allowed are 2"),
    .key("llama", "attention.head_count_kv", .u32(3), "is 3", "divisors of the 4"),
    .key("llama", "attention.head_count_kv", .u32s([2, 0]), "is 0 for layer 1"),
    .key("llama", "attention.key_length", .u32(1), "is 1", "2 to 1024"),
    .key("llama", "attention.value_length", .u32(1025), "is 1025"),
    .key("llama", "attention.layer_norm_rms_epsilon", nil, "missing"),
    .key("llama", "attention.layer_norm_rms_epsilon", .f32(.nan), "is nan"),
    .key("llama", "attention.layer_norm_rms_epsilon", .f32(-1), "is -1"),
    .key("llama", "attention.scale", .f32(.infinity), "is inf"),
    .key("llama", "rope.dimension_count", .u32(65), "is 65", "2 to 64"),
    .key("llama", "rope.dimension_count", .u32(63), "is 63", "even"),
    .key("llama", "rope.freq_base", .f32(0), "is 0"),
    .key("llama", "rope.scaling.factor", .f32(-2), "is -2"),
    .key("llama", "rope.scaling.original_context_length", .u32(0), "is 0"),
    .key("mistral3", "rope.scaling.yarn_beta_fast", .f32(0), "is 0"),
    .key("mistral3", "attention.temperature_scale", .f32(1e9), "is 1"),
    .key("gemma3", "attention.sliding_window_pattern", .u32(0), "is 0"),
    .key("gemma3", "attention.sliding_window_pattern", .flags([true]), "1 values", "allowed are 7"),
    .key("gemma3", "attention.sliding_window_pattern", .u32s([1, 1, 2, 1, 1, 1, 0]), "is 2 for layer 2"),
    .key("gemma3", "final_logit_softcapping", .f32(-30), "is -30"),
    Change("llama", says: ["\"llama9\"", "mistral3"], code: .unsupported) {
      $0.set("general.architecture", .text("llama9"))
    },
    Change("llama", says: ["rope.scaling.type", "\"dynamic\"", "yarn"], code: .unsupported) {
      $0.set("llama.rope.scaling.type", .text("dynamic"))
    },
    Change("llama", says: ["8 experts"], code: .unsupported) { $0.set("llama.expert_count", .u32(8)) },
    Change("gemma3", says: ["attn_logit_softcapping"], code: .unsupported) {
      $0.set("gemma3.attn_logit_softcapping", .f32(50))
    },
    .missing("llama", "token_embd.weight"),
    .missing("llama", "output_norm.weight"),
    .missing("llama", "blk.1.attn_q.weight"),
    .missing("llama", "blk.1.ffn_gate.weight"),
    .missing("qwen2", "blk.0.attn_k.bias"),
    .missing("qwen3", "blk.0.attn_q_norm.weight"),
    .missing("phi3", "rope_factors_long.weight"),
    .missing("gemma3", "blk.6.post_ffw_norm.weight"),
    .tensor("llama", "blk.0.attn_q.weight", says: "[128, 512]", "[256, 256]") { $0.dimensions = [128, 512] },
    .tensor("llama", "blk.0.attn_norm.weight", says: "[128, 2]", "[256]") { $0.dimensions = [128, 2] },
    .tensor("llama", "token_embd.weight", says: "[96, 256]") { $0.dimensions = [96, 256] },
    .tensor("llama", "output.weight", says: "[256, 48]", "[256, 96]") { tensor in
      tensor.dimensions = [256, 48]
      tensor.bytes.removeSubrange((tensor.bytes.count / 2)...)
    },
    .tensor("llama", "blk.0.attn_norm.weight", code: .unsupported, says: "Q8_0", "F32") { tensor in
      tensor.type = 8
      tensor.bytes.removeSubrange(272...)
    },
    .tensor("llama-rope-freqs", "rope_freqs.weight", says: "is 0") { $0.bytes[0..<4] = [0, 0, 0, 0] },
    Change("llama", says: ["blk.0.ffn_gate_inp.weight"], code: .unsupported) {
      $0.addVector("blk.0.ffn_gate_inp.weight", [1, 2])
    },
    Change("llama", says: ["blk.2.attn_norm.weight", "missing"]) { $0.set("llama.block_count", .u32(3)) },
    Change("llama", says: ["blk.1.", "no place"], code: .unsupported) { $0.set("llama.block_count", .u32(1)) },
  ]

  @Test(arguments: changes) func whatIsWrongIsNamed(_ change: Change) throws {
    var file = TinyModel.named(change.model).file()
    change.apply(&file)
    let error = #expect(throws: InferenceError.self) { try withTransformer(file.bytes) { _ in } }
    #expect(error?.code == change.code, "\(error?.description ?? "")")
    for part in change.says { #expect(error?.message.contains(part) == true, "\(error?.message ?? "")") }
    #expect(error?.message.hasPrefix("could not") == true)
  }

  @Test func missingOptionalKeysHaveTheirDefaults() throws {
    var file = TinyModel.named("llama").file()
    for key in ["attention.head_count_kv", "attention.key_length", "attention.value_length"] {
      file.set("llama.\(key)", nil)
    }
    let parameters = try HyperParameters(GGUFFile(bytes: file.bytes.span, name: "tiny.gguf"))
    #expect(parameters.layers[0].keyValueHeads == 4)
    #expect(parameters.keyLength == 64)
    #expect(parameters.valueLength == 64)
    #expect(parameters.rope.dimensions == 64)
    #expect(parameters.rope.base == 10_000)
    #expect(parameters.scoreScale == 0.125)
  }

  @Test func theLargestGemmaScalesByTheWidth() throws {
    var file = TinyModel.named("gemma3").file()
    file.set("gemma3.block_count", .u32(62))
    file.set("gemma3.attention.head_count", .u32(2))
    let parameters = try HyperParameters(GGUFFile(bytes: file.bytes.span, name: "tiny.gguf"))
    #expect(parameters.scoreScale == 1 / Float(128).squareRoot())
  }

  @Test func aWindowOfNoneAndAnIgnoredOneSeeEverything() throws {
    var gemma = TinyModel.named("gemma3").file()
    gemma.set("gemma3.attention.sliding_window", .u32(0))
    var phi = TinyModel.named("phi3").file()
    phi.set("phi3.attention.sliding_window", .u32(16))
    for file in [gemma, phi] {
      let parameters = try HyperParameters(GGUFFile(bytes: file.bytes.span, name: "tiny.gguf"))
      #expect(parameters.layers.allSatisfy { $0.window == nil })
    }
  }

  @Test func everyPatternOfWindowsIsUnderstood() throws {
    func windows(_ pattern: TinyFile.Value?) throws -> [Bool] {
      var file = TinyModel.named("gemma3").file()
      file.set("gemma3.attention.sliding_window_pattern", pattern)
      let parameters = try HyperParameters(GGUFFile(bytes: file.bytes.span, name: "tiny.gguf"))
      return parameters.layers.map { $0.window == 16 }
    }
    #expect(try windows(nil) == [true, true, true, true, true, false, true])
    #expect(try windows(.u32(3)) == [true, true, false, true, true, false, true])
    #expect(try windows(.u32(1)) == [false, false, false, false, false, false, false])
    let flags = [true, false, true, true, false, false, true]
    #expect(try windows(.flags(flags)) == flags)
    #expect(try windows(.u32s(flags.map { $0 ? 1 : 0 })) == flags)
  }
}
