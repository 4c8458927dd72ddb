/// A model's tensors, each checked for its place in the graph. Matrices stay in the mapped file; norms, biases and RoPE
/// factors are copied as floats.
@safe final class TransformerWeights {
  /// One layer's tensors; what an architecture does not have is nil.
  @safe struct Layer {
    let shape: HyperParameters.Layer
    let attentionNorm: UnsafePointer<Float>
    let query, key, value: Projection
    let queryNorm, keyNorm: UnsafePointer<Float>?
    let attentionOutput: Projection
    let attentionPostNorm: UnsafePointer<Float>?
    let feedForwardNorm: UnsafePointer<Float>
    let gate, up, down: Projection
    let feedForwardPostNorm: UnsafePointer<Float>?

    /// Whether packed matrices read the normed residual in front of attention.
    var quantisesAttention: Bool { query.isPacked || key.isPacked || value.isPacked }
    /// Whether packed matrices read it in front of the feed-forward half.
    var quantisesFeedForward: Bool { gate.isPacked || up.isPacked }
  }

  /// [vocabulary × width]
  let embedding: WeightMatrix
  let layers: [Layer]
  let outputNorm: UnsafePointer<Float>
  /// [vocabulary × width]; the embedding itself where the file has no `output.weight`.
  let output: WeightMatrix
  /// What RoPE frequencies are divided by, for each pair; nil: nothing.
  let ropeDivisors: [Float]?
  /// Whether the factors for long contexts were taken.
  let usesLongFactors: Bool

  /// Matrices that every token goes through, without the output's.
  var matrices: [WeightMatrix] {
    layers.flatMap { layer in
      [layer.query, layer.key, layer.value, layer.attentionOutput, layer.gate, layer.up, layer.down].map(\.matrix)
    }
  }

  // Keeps the mapping and the copied vectors alive.
  private let file: GGUFFile
  private let pack: WeightPack?
  private let vectors: FloatStorage

  /// - Parameter context: the runtime context's length, which decides between Phi's two sets of RoPE factors.
  init(
    _ file: GGUFFile, _ parameters: HyperParameters, context: Int, pack: WeightPack? = nil
  ) throws(InferenceError) {
    var tensors = TensorLookup(file, pack: pack)
    let width = parameters.width
    embedding = try tensors.matrix("token_embd.weight", columns: width, rows: nil)
    unsafe outputNorm = try tensors.vector("output_norm.weight", count: width)
    output =
      tensors.has("output.weight")
      ? try tensors.matrix("output.weight", columns: width, rows: embedding.rows) : embedding

    var layers: [Layer] = []
    for index in parameters.layers.indices {
      layers.append(try Layer(index, parameters, &tensors))
    }
    self.layers = layers

    let pairs = parameters.rope.dimensions / 2
    let fixed = try tensors.divisors("rope_freqs.weight", count: pairs)
    let long = try tensors.divisors("rope_factors_long.weight", count: pairs)
    let short = try tensors.divisors("rope_factors_short.weight", count: pairs)
    guard (long == nil) == (short == nil) else {
      throw InferenceError.model(
        file.path, "the tensor rope_factors_\(long == nil ? "long" : "short").weight is missing")
    }
    usesLongFactors = fixed == nil && long != nil && context > parameters.rope.originalContext
    ropeDivisors = fixed ?? (usesLongFactors ? long : short)
    try tensors.refuseUnused()
    self.file = file
    self.pack = pack
    vectors = tensors.vectors
  }
}

extension TransformerWeights.Layer {
  fileprivate init(
    _ index: Int, _ parameters: HyperParameters, _ tensors: inout TensorLookup
  ) throws(InferenceError) {
    let architecture = parameters.architecture
    let width = parameters.width
    let prefix = "blk.\(index)."
    shape = parameters.layers[index]
    unsafe attentionNorm = try tensors.vector(prefix + "attn_norm.weight", count: width)

    let queries = shape.heads * parameters.keyLength
    let keys = shape.keyValueHeads * parameters.keyLength
    let values = shape.keyValueHeads * parameters.valueLength
    if tensors.has(prefix + "attn_qkv.weight") {
      let fused = try tensors.projection(prefix + "attn_qkv", columns: width, rows: queries + keys + values)
      query = fused.slice(0..<queries)
      key = fused.slice(queries..<queries + keys)
      value = fused.slice(queries + keys..<queries + keys + values)
    } else {
      let needsBias = architecture.needsAttentionBiases
      query = try tensors.projection(prefix + "attn_q", columns: width, rows: queries, needsBias: needsBias)
      key = try tensors.projection(prefix + "attn_k", columns: width, rows: keys, needsBias: needsBias)
      value = try tensors.projection(prefix + "attn_v", columns: width, rows: values, needsBias: needsBias)
    }
    if architecture.hasHeadNorms {
      unsafe queryNorm = UnsafePointer(
        try tensors.vector(prefix + "attn_q_norm.weight", count: parameters.keyLength))
      unsafe keyNorm = UnsafePointer(try tensors.vector(prefix + "attn_k_norm.weight", count: parameters.keyLength))
    } else {
      unsafe (queryNorm, keyNorm) = (nil, nil)
    }
    attentionOutput = try tensors.projection(
      prefix + "attn_output", columns: shape.heads * parameters.valueLength, rows: width)
    unsafe feedForwardNorm = try tensors.vector(prefix + "ffn_norm.weight", count: width)
    if architecture.hasPostNorms {
      unsafe attentionPostNorm = UnsafePointer(
        try tensors.vector(prefix + "post_attention_norm.weight", count: width))
      unsafe feedForwardPostNorm = UnsafePointer(try tensors.vector(prefix + "post_ffw_norm.weight", count: width))
    } else {
      unsafe (attentionPostNorm, feedForwardPostNorm) = (nil, nil)
    }

    let inner = shape.feedForward
    if architecture.hasFusedGate {
      let fused = try tensors.projection(prefix + "ffn_up", columns: width, rows: 2 * inner)
      gate = fused.slice(0..<inner)
      up = fused.slice(inner..<2 * inner)
    } else {
      gate = try tensors.projection(prefix + "ffn_gate", columns: width, rows: inner)
      up = try tensors.projection(prefix + "ffn_up", columns: width, rows: inner)
    }
    down = try tensors.projection(prefix + "ffn_down", columns: inner, rows: width)
  }
}

extension Projection {
  fileprivate func slice(_ range: Range<Int>) -> Projection {
    unsafe Projection(matrix: matrix.slice(range), bias: bias.map { unsafe $0 + range.lowerBound })
  }
}
