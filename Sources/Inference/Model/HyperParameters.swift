internal import Glibc

/// The numbers that shape a model's graph, read from its file and checked; tensors are checked against them.
struct HyperParameters: Hashable, Sendable {
  /// Of one layer.
  struct Layer: Hashable, Sendable {
    var heads: Int
    /// Heads of keys and values; divides `heads`.
    var keyValueHeads: Int
    var feedForward: Int
    /// How many positions back a query sees, itself included; nil: all.
    var window: Int?

    /// Query heads that share one head of keys and values.
    var group: Int { heads / keyValueHeads }
  }

  let architecture: Architecture
  /// The longest context the model was made for.
  let contextLength: Int
  /// Of the residual: `embedding_length`.
  let width: Int
  let epsilon: Float
  let keyLength: Int
  let valueLength: Int
  let layers: [Layer]
  let embeddingScale: Float
  /// Queries are multiplied by it.
  let scoreScale: Float
  /// Queries at position p are also multiplied by 1 + scale × ln(p / period + 1), the quotient rounded down.
  let temperatureScale: Double
  let temperaturePeriod: Int
  /// Logits x become cap × tanh(x / cap); 0: they stay.
  let logitCap: Float
  let rope: RopeParameters
  /// Of layers with a window.
  let windowRope: RopeParameters

  /// 16 Mi tokens; the longest seen is 1 Mi. Keeps every product of sizes far from overflow.
  static let longestContext = 1 << 24

  init(_ file: GGUFFile) throws(InferenceError) {
    guard let name = file.metadata.string("general.architecture") else {
      throw InferenceError.model(file.path, "the key general.architecture is missing or not text")
    }
    guard let architecture = Architecture.named(name) else {
      throw InferenceError.model(
        file.path,
        "the architecture \"\(name.prefix(40))\" is not among "
          + Architecture.all.map(\.name).joined(separator: ", "), code: .unsupported)
    }
    let metadata = ModelMetadata(file, prefix: name)
    self.architecture = architecture
    contextLength = try metadata.integer("context_length", in: 1...Self.longestContext)
    width = try metadata.integer("embedding_length", in: 1...65_536)
    let count = try metadata.integer("block_count", in: 1...1024)
    epsilon = Float(try metadata.number("attention.layer_norm_rms_epsilon", in: 1e-12...1e-1))
    let experts = try metadata.integer("expert_count", in: 0...4096, default: 0)
    guard experts == 0 else {
      throw metadata.invalid("it has \(experts) experts, allowed are 0", code: .unsupported)
    }

    let heads = try metadata.perLayer("attention.head_count", layers: count, in: 1...1024)
    let keyValueHeads = try metadata.perLayer(
      "attention.head_count_kv", layers: count, in: 1...1024, default: heads)
    let feedForward = try metadata.perLayer("feed_forward_length", layers: count, in: 1...262_144)
    for layer in 0..<count where heads[layer] % keyValueHeads[layer] != 0 {
      throw metadata.invalid(
        "the key \(metadata.full("attention.head_count_kv")) is \(keyValueHeads[layer]) for layer \(layer), allowed are "
          + "divisors of the \(heads[layer]) heads")
    }
    let share = max(1, min(Self.longestHead, width / heads[0]))
    keyLength = try metadata.integer("attention.key_length", in: 2...Self.longestHead, default: share)
    valueLength = try metadata.integer("attention.value_length", in: 1...Self.longestHead, default: share)
    guard keyLength >= 2 else { throw metadata.invalid("\(heads[0]) heads do not fit into the width \(width)") }

    let windows = try Self.windows(metadata, architecture: architecture, layers: count)
    layers = (0..<count).map {
      Layer(
        heads: heads[$0], keyValueHeads: keyValueHeads[$0], feedForward: feedForward[$0], window: windows[$0])
    }
    embeddingScale = architecture.scalesEmbeddings ? Float(width).squareRoot() : 1

    let stated = try metadata.number("attention.scale", in: 0...1000, default: 0)
    let scaled = architecture.widthScaledLayers == count ? width / heads[0] : keyLength
    scoreScale = stated > 0 ? Float(stated) : Float(1 / Double(max(1, scaled)).squareRoot())
    let scoreCap = try metadata.number("attn_logit_softcapping", in: 0...1e6, default: 0)
    guard scoreCap == 0 else {
      throw metadata.invalid(
        "the key \(metadata.full("attn_logit_softcapping")) is \(scoreCap), allowed is 0", code: .unsupported)
    }
    logitCap = Float(try metadata.number("final_logit_softcapping", in: 0...1e6, default: 0))

    rope = try RopeParameters(metadata, keyLength: keyLength, contextLength: contextLength)
    windowRope = RopeParameters(
      dimensions: rope.dimensions,
      base: try metadata.number("rope.freq_base_swa", in: RopeParameters.bases, default: 10_000))
    temperaturePeriod = rope.originalContext
    temperatureScale =
      architecture.hasTemperature
      ? try metadata.number("attention.temperature_scale", in: 0...10, default: 0) : 0
  }

  /// What `ckernels_attend` takes.
  static let longestHead = 1024

  /// The window of each layer. A pattern is the period, or one truth value for each layer: whether it has the window.
  private static func windows(
    _ metadata: ModelMetadata, architecture: Architecture, layers: Int
  ) throws(InferenceError) -> [Int?] {
    guard let usual = architecture.windowPeriod else { return Array(repeating: nil, count: layers) }
    let window = try metadata.integer("attention.sliding_window", in: 0...longestContext, default: 0)
    guard window > 0 else { return Array(repeating: nil, count: layers) }
    if let pattern = try metadata.flags("attention.sliding_window_pattern", layers: layers) {
      return pattern.map { $0 ? window : nil }
    }
    if metadata.isArray("attention.sliding_window_pattern") {
      let pattern = try metadata.perLayer("attention.sliding_window_pattern", layers: layers, in: 0...1)
      return pattern.map { $0 == 1 ? window : nil }
    }
    let period = try metadata.integer("attention.sliding_window_pattern", in: 1...1024, default: usual)
    return (0..<layers).map { $0 % period < period - 1 ? window : nil }
  }
}
