/// The forward pass's intermediate values, made once. T is the batch.
@safe struct Scratch {
  /// The residual, [T × width].
  let residual: UnsafeMutablePointer<Float>
  /// The normed residual, [T × width].
  let normed: UnsafeMutablePointer<Float>
  /// What a layer's half gives before it is added, [T × width].
  let branch: UnsafeMutablePointer<Float>
  /// [T × heads × key length], [T × key-value heads × key length], [T × key-value heads × value length], of the widest layer.
  let queries, keys, values: UnsafeMutablePointer<Float>
  /// What attention gives, [T × heads × value length].
  let mixed: UnsafeMutablePointer<Float>
  /// [T × feed-forward] each.
  let gates, ups: UnsafeMutablePointer<Float>
  /// A product's activations as the packed kernels take them, for the widest matrix.
  let activations: UnsafeMutableRawPointer
  /// [threads × queries at a time × context]
  let scores: UnsafeMutablePointer<Float>
  /// Each thread's part of `scores`.
  let scoreStride: Int
  /// [T × pairs] each: of layers that see everything, and of those with a window.
  let cosines, sines, windowCosines, windowSines: UnsafeMutablePointer<Float>
  /// Each thread's products of one piece of a packed matrix's rows.
  let pieces: UnsafeMutablePointer<Float>
  let pieceStride: Int
  /// The normed residual of the last token, [width].
  let last: UnsafeMutablePointer<Float>

  /// Query heads of one key-value head that one piece of attention's work computes at a time, at most.
  static let mostQueries = 8

  /// The largest part of a group that divides it.
  static func queriesTogether(_ group: Int) -> Int {
    var count = min(mostQueries, group)
    while group % count != 0 { count -= 1 }
    return count
  }

  /// - Parameter vocabulary: rows of the output matrix.
  init(
    _ parameters: HyperParameters, vocabulary: Int, options: TransformerOptions, in storage: FloatStorage
  ) throws(InferenceError) {
    let batch = options.batch
    let width = parameters.width
    func most(_ size: (HyperParameters.Layer) -> Int) -> Int { parameters.layers.map(size).max() ?? 0 }
    unsafe residual = try storage.allocate(batch * width, for: "the residual")
    unsafe normed = try storage.allocate(batch * width, for: "the normed residual")
    unsafe branch = try storage.allocate(batch * width, for: "a layer's branch")
    unsafe queries = try storage.allocate(batch * most { $0.heads * parameters.keyLength }, for: "queries")
    unsafe keys = try storage.allocate(batch * most { $0.keyValueHeads * parameters.keyLength }, for: "keys")
    unsafe values = try storage.allocate(batch * most { $0.keyValueHeads * parameters.valueLength }, for: "values")
    unsafe mixed = try storage.allocate(batch * most { $0.heads * parameters.valueLength }, for: "mixed values")
    unsafe gates = try storage.allocate(batch * most(\.feedForward), for: "gates")
    unsafe ups = try storage.allocate(batch * most(\.feedForward), for: "the feed-forward layer")
    let widest = max(width, most { max($0.feedForward, $0.heads * parameters.valueLength) })
    unsafe activations = UnsafeMutableRawPointer(
      try storage.allocate(PackedMatrix.activationBytes(columns: widest, tokens: batch) / 4, for: "activations"))
    scoreStride = most { Self.queriesTogether($0.group) } * options.context
    unsafe scores = try storage.allocate(options.threads * scoreStride, for: "attention scores")
    let pairs = batch * parameters.rope.dimensions / 2
    unsafe cosines = try storage.allocate(pairs, for: "cosines")
    unsafe sines = try storage.allocate(pairs, for: "sines")
    unsafe windowCosines = try storage.allocate(pairs, for: "cosines")
    unsafe windowSines = try storage.allocate(pairs, for: "sines")
    let tallest = max(
      width, vocabulary,
      most {
        max(
          2 * $0.feedForward,
          $0.heads * parameters.keyLength + $0.keyValueHeads * (parameters.keyLength + parameters.valueLength))
      })
    // Whole cache lines, so that no thread writes into another's.
    pieceStride = (PieceSize.products(of: tallest, tokens: batch) + 15) / 16 * 16
    unsafe pieces = try storage.allocate(options.threads * pieceStride, for: "pieces of products")
    unsafe last = try storage.allocate(width, for: "the last token")
  }
}
