/// What distinguishes one architecture's graph from another's, as data: all of them are one decoder of pre-normed
/// attention and gated feed-forward layers. The names are those of `general.architecture`.
struct Architecture: Hashable, Sendable {
  /// Which elements of a head a rotary angle turns together.
  enum RotaryPairs: Hashable, Sendable {
    /// 2p and 2p + 1 (RoPE "NORM").
    case adjacent
    /// p and p + half of the turned elements ("NEOX").
    case halves
  }

  /// The gate's activation in the feed-forward layer.
  enum Activation: Hashable, Sendable { case silu, gelu }

  let name: String
  var pairs = RotaryPairs.halves
  var activation = Activation.silu
  /// RMS norms of each head's query and key before the rotation.
  var hasHeadNorms = false
  /// RMS norms of what attention and feed-forward give, before it is added to the residual.
  var hasPostNorms = false
  /// The biases of query, key and value must be there; elsewhere a bias may be there.
  var needsAttentionBiases = false
  /// `ffn_up` holds the gate's rows and then up's; there is no `ffn_gate`.
  var hasFusedGate = false
  /// Token embeddings are multiplied by the square root of the width.
  var scalesEmbeddings = false
  /// `attention.sliding_window` counts, with this period where the file names none: the last layer of each period sees
  /// everything. nil: the key is ignored, as llama.cpp does.
  var windowPeriod: Int?
  /// Queries grow with the logarithm of their position: `attention.temperature_scale`.
  var hasTemperature = false
  /// With this many layers, scores are scaled by the heads' share of the width instead of the head's length (Gemma 3 27B).
  var widthScaledLayers: Int?

  static let all: [Architecture] = [
    Architecture(name: "llama", pairs: .adjacent),
    Architecture(name: "mistral3", pairs: .adjacent, hasTemperature: true),
    Architecture(name: "qwen2", needsAttentionBiases: true),
    Architecture(name: "qwen3", hasHeadNorms: true),
    Architecture(name: "phi3", hasFusedGate: true),
    Architecture(
      name: "gemma3", activation: .gelu, hasHeadNorms: true, hasPostNorms: true, scalesEmbeddings: true,
      windowPeriod: 6, widthScaledLayers: 62),
  ]

  static func named(_ name: String) -> Architecture? { all.first { $0.name == name } }
}
