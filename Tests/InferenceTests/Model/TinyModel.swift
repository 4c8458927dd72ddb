import Inference
import TestSupport

/// A random model of a few hundred thousand weights, written as a GGUF file; Golden/model/make_golden.py writes the same
/// bytes.
struct TinyModel: Sendable {
  static let vocabulary = 96
  static let width = 256
  static let context = 64

  /// The tokens that golden logits are of.
  static let tokens: [TokenID] = {
    var generator = SeededGenerator(seed: 7)
    return (0..<48).map { _ in TokenID(generator.next() % UInt64(vocabulary)) }
  }()

  /// Of the weights: a GGUF type, or the mix of types that "Q4_K_M" stands for.
  // swift-format-ignore: AlwaysUseLowerCamelCase
  enum Quantisation: String, CaseIterable, Sendable {
    case f32, f16, q8_0, q4_0, q4_k, q5_k, q6_k, q4_k_m
  }

  var name: String
  var architecture: String
  var layers = 2
  var heads = [4]
  var keyValueHeads = [2]
  var keyLength = 64
  var valueLength = 64
  var feedForward = [256]
  var isTied = false
  var epsilon: Float = 1e-5
  var fusesAttention = false
  var fusesGate = false
  /// Matrices that have biases.
  var biases: Set<String> = []
  var hasHeadNorms = false
  var hasPostNorms = false
  /// RoPE divisors by name, with the step from one pair's to the next.
  var divisors: [(String, Float)] = []
  /// Further keys, without the architecture's name.
  var keys: [(String, TinyFile.Value)] = []

  /// The file, and where its metadata and table of tensors end.
  func file(_ quantisation: Quantisation = .f32) -> TinyFile {
    var file = TinyFile()
    file.keys = [("general.architecture", .text(architecture))]
    func number(_ values: [Int]) -> TinyFile.Value {
      values.count == 1 ? .u32(UInt32(values[0])) : .u32s(values.map(UInt32.init))
    }
    let numbers: [(String, TinyFile.Value)] = [
      ("context_length", .u32(UInt32(Self.context))), ("embedding_length", .u32(UInt32(Self.width))),
      ("block_count", .u32(UInt32(layers))), ("feed_forward_length", number(feedForward)),
      ("attention.head_count", number(heads)), ("attention.head_count_kv", number(keyValueHeads)),
      ("attention.key_length", .u32(UInt32(keyLength))), ("attention.value_length", .u32(UInt32(valueLength))),
      ("attention.layer_norm_rms_epsilon", .f32(epsilon)),
    ]
    file.keys += (numbers + keys).map { ("\(architecture).\($0.0)", $0.1) }
    addTensors(to: &file, quantisation)
    return file
  }

  private func addTensors(to file: inout TinyFile, _ quantisation: Quantisation) {
    func matrix(_ stem: String, _ rows: Int, _ columns: Int, layer: Int? = nil) {
      let name = (layer.map { "blk.\($0)." } ?? "") + stem
      file.addMatrix(name + ".weight", rows: rows, columns: columns, type(of: stem, layer: layer, quantisation))
      if biases.contains(stem) {
        file.addVector(name + ".bias", TinyFile.samples(name + ".bias", rows).map { $0 * 0.25 })
      }
    }
    func norm(_ name: String, _ count: Int) {
      file.addVector(name + ".weight", TinyFile.samples(name + ".weight", count).map { 1 + $0 * 0.25 })
    }
    var pairs = keyLength / 2
    for case ("rope.dimension_count", .u32(let count)) in keys { pairs = Int(count) / 2 }
    matrix("token_embd", Self.vocabulary, Self.width)
    for (name, step) in divisors { file.addVector(name + ".weight", (0..<pairs).map { 1 + Float($0) * step }) }
    for layer in 0..<layers {
      let (heads, shared, inner) = (
        heads[layer % heads.count], keyValueHeads[layer % keyValueHeads.count],
        feedForward[layer % feedForward.count]
      )
      let prefix = "blk.\(layer)."
      norm(prefix + "attn_norm", Self.width)
      if fusesAttention {
        matrix("attn_qkv", heads * keyLength + shared * (keyLength + valueLength), Self.width, layer: layer)
      } else {
        matrix("attn_q", heads * keyLength, Self.width, layer: layer)
        matrix("attn_k", shared * keyLength, Self.width, layer: layer)
        matrix("attn_v", shared * valueLength, Self.width, layer: layer)
      }
      if hasHeadNorms {
        norm(prefix + "attn_q_norm", keyLength)
        norm(prefix + "attn_k_norm", keyLength)
      }
      matrix("attn_output", Self.width, heads * valueLength, layer: layer)
      if hasPostNorms { norm(prefix + "post_attention_norm", Self.width) }
      norm(prefix + "ffn_norm", Self.width)
      if !fusesGate { matrix("ffn_gate", inner, Self.width, layer: layer) }
      matrix("ffn_up", fusesGate ? 2 * inner : inner, Self.width, layer: layer)
      matrix("ffn_down", Self.width, inner, layer: layer)
      if hasPostNorms { norm(prefix + "post_ffw_norm", Self.width) }
    }
    norm("output_norm", Self.width)
    if !isTied { matrix("output", Self.vocabulary, Self.width) }
  }

  /// As the usual quantiser mixes Q4_K_M.
  private func type(of stem: String, layer: Int?, _ quantisation: Quantisation) -> Quantisation {
    guard quantisation == .q4_k_m else { return quantisation }
    let gets6 = layer.map { $0 < layers / 8 || $0 >= 7 * layers / 8 || ($0 - layers / 8) % 3 == 2 } ?? false
    if stem == "output" || stem == "token_embd" && isTied { return .q6_k }
    if gets6, stem == "attn_v" || stem == "ffn_down" { return .q6_k }
    return stem == "attn_qkv" ? .q5_k : .q4_k
  }
}

extension TinyModel {
  static func named(_ name: String) -> TinyModel { all.first { $0.name == name }! }

  static let architectures = ["llama", "mistral3", "qwen2", "qwen3", "phi3", "gemma3"]

  private static let yarn: [(String, TinyFile.Value)] = [
    ("rope.freq_base", .f32(1e6)), ("rope.scaling.type", .text("yarn")), ("rope.scaling.factor", .f32(4)),
    ("rope.scaling.original_context_length", .u32(16)), ("rope.scaling.yarn_beta_fast", .f32(32)),
    ("rope.scaling.yarn_beta_slow", .f32(1)),
  ]
  private static let gemmaKeys: [(String, TinyFile.Value)] = [
    ("rope.freq_base", .f32(1e6)), ("attention.sliding_window", .u32(16)), ("rope.scaling.type", .text("linear")),
    ("rope.scaling.factor", .f32(8)),
  ]

  private static func phi(_ name: String, isTied: Bool = true, biases: Set<String> = []) -> TinyModel {
    TinyModel(
      name: name, architecture: "phi3", isTied: isTied, fusesAttention: true, fusesGate: true, biases: biases,
      divisors: [("rope_factors_long", 0.125), ("rope_factors_short", 0.03125)],
      keys: [
        ("rope.dimension_count", .u32(48)), ("rope.scaling.original_context_length", .u32(48)),
        ("rope.scaling.attn_factor", .f32(1.1875)),
      ])
  }

  private static func gemma(_ name: String, layers: Int, _ keys: [(String, TinyFile.Value)] = []) -> TinyModel {
    TinyModel(
      name: name, architecture: "gemma3", layers: layers, isTied: true, epsilon: 1e-6, hasHeadNorms: true,
      hasPostNorms: true, keys: gemmaKeys + keys)
  }

  static let all: [TinyModel] = [
    TinyModel(name: "llama", architecture: "llama"),
    TinyModel(
      name: "mistral3", architecture: "mistral3", keyLength: 128, valueLength: 128,
      keys: yarn + [("rope.scaling.yarn_log_multiplier", .f32(1)), ("attention.temperature_scale", .f32(0.1))]),
    TinyModel(
      name: "qwen2", architecture: "qwen2", heads: [8], keyValueHeads: [1], keyLength: 32, valueLength: 32,
      epsilon: 1e-6, biases: ["attn_q", "attn_k", "attn_v"], keys: [("rope.freq_base", .f32(1e6))]),
    TinyModel(
      name: "qwen3", architecture: "qwen3", keyLength: 128, valueLength: 128, isTied: true, epsilon: 1e-6,
      hasHeadNorms: true, keys: [("rope.freq_base", .f32(1e6))]),
    phi("phi3"),
    gemma("gemma3", layers: 7),
    TinyModel(
      name: "llama-rope-freqs", architecture: "llama", isTied: true, divisors: [("rope_freqs", 0.25)],
      keys: [("rope.freq_base", .f32(5e5))]),
    TinyModel(
      name: "llama-linear", architecture: "llama",
      keys: [("rope.scaling.type", .text("linear")), ("rope.scaling.factor", .f32(4))]),
    TinyModel(name: "llama-unnamed-scaling", architecture: "llama", keys: [("rope.scaling.factor", .f32(2))]),
    TinyModel(
      name: "llama-fused", architecture: "llama", fusesAttention: true,
      biases: ["attn_qkv", "attn_output", "ffn_gate", "ffn_up", "ffn_down"]),
    TinyModel(
      name: "llama-lengths", architecture: "llama", heads: [8], keyLength: 48, valueLength: 32,
      keys: [("attention.scale", .f32(0.25))]),
    TinyModel(
      name: "llama-layers", architecture: "llama", heads: [4, 8], keyValueHeads: [2, 1], feedForward: [256, 512]),
    TinyModel(
      name: "mistral3-magnitude", architecture: "mistral3", keys: yarn + [("rope.scaling.attn_factor", .f32(0.875))]),
    TinyModel(
      name: "mistral3-extrapolation", architecture: "mistral3",
      keys: yarn + [("rope.scaling.yarn_ext_factor", .f32(0.5))]),
    phi("phi3-untied", isTied: false, biases: ["ffn_up"]),
    gemma(
      "gemma3-pattern", layers: 4,
      [("attention.sliding_window_pattern", .flags([true, false, false, true])), ("rope.freq_base_swa", .f32(2e4))]),
    gemma(
      "gemma3-period", layers: 3,
      [("attention.sliding_window_pattern", .u32(2)), ("final_logit_softcapping", .f32(2))]),
  ]
}
