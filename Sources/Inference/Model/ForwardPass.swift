internal import CKernels
internal import Glibc
internal import Synchronization

/// One pass of some tokens through all layers, computed by all threads in step. Between two passes the caller writes
/// ``job``; during one, the threads read it and write disjoint parts of the scratch, divided by ``ComputeLane``.
// Unchecked: the barriers of ComputeThreads order what the threads and the caller write.
@safe final class ForwardPass: @unchecked Sendable {
  /// What the next run computes.
  @safe enum Job {
    /// `count` tokens in ``tokens`` from the cache's position on; then the logits of all of them, of the last, or of none.
    case tokens(count: Int, logits: Output?, ofAll: Bool)
    /// Logits of the last token.
    case logits(Output)
    /// Logits of the last token for the first `count` of ``ids``, in their order.
    case someLogits(count: Int, Output)
  }

  /// [rows × vocabulary], or [ids].
  @safe struct Output {
    let start: UnsafeMutablePointer<Float>
  }

  let parameters: HyperParameters
  let weights: TransformerWeights
  let cache: KeyValueCache
  let scratch: Scratch
  let scratchByteCount: Int
  private let storage = FloatStorage()
  private let rope: RotaryEmbedding
  private let windowRope: RotaryEmbedding

  var job = Job.tokens(count: 0, logits: nil, ofAll: false) {
    didSet { isGivenUp.store(false, ordering: .relaxed) }
  }
  /// [batch]
  let tokens: UnsafeMutableBufferPointer<TokenID>
  /// The rows of ``Job/someLogits(count:_:)``; the caller keeps them alive during the run.
  var ids = unsafe UnsafeBufferPointer<TokenID>(start: nil, count: 0)
  var cancellation: CancellationFlag?
  private let isGivenUp = Atomic(false)

  init(
    _ parameters: HyperParameters, _ weights: TransformerWeights, _ cache: KeyValueCache, options: TransformerOptions
  ) throws(InferenceError) {
    self.parameters = parameters
    self.weights = weights
    self.cache = cache
    scratch = try Scratch(parameters, vocabulary: weights.embedding.rows, options: options, in: storage)
    scratchByteCount = storage.byteCount
    rope = RotaryEmbedding(parameters.rope, divisors: weights.ropeDivisors)
    windowRope = RotaryEmbedding(parameters.windowRope)
    unsafe tokens = .allocate(capacity: options.batch)
    unsafe tokens.initialize(repeating: 0)
  }

  deinit { unsafe tokens.deallocate() }

  var vocabularyCount: Int { weights.embedding.rows }

  /// Called on every thread.
  func run(_ lane: ComputeLane) {
    switch job {
    case .tokens(let count, let logits, let ofAll):
      prepare(count, lane)
      for index in weights.layers.indices {
        attend(layer: index, count, lane)
        feedForward(layer: index, count, lane)
        if wasCancelled { return }
      }
      finish(count, ofAll: ofAll, lane)
      guard let logits else { return }
      unsafe project(ofAll ? scratch.normed : scratch.last, count: ofAll ? count : 1, into: logits, lane)
    case .logits(let output):
      unsafe project(scratch.last, count: 1, into: output, lane)
    case .someLogits(let count, let output):
      lane.share(count, grain: max(1, count / (8 * lane.laneCount))) { range in
        for index in range {
          let row = unsafe Int(ids[index])
          unsafe weights.output.slice(row..<row + 1).multiply(
            scratch.last, tokens: 1, rows: 0..<1, into: output.start + index, stride: 1)
        }
        unsafe cap(output.start + range.lowerBound, range.count)
      }
    }
  }

  /// Embeddings into the residual, its norm for the first layer, and the angles of the positions.
  private func prepare(_ count: Int, _ lane: ComputeLane) {
    let width = parameters.width
    let pairs = rope.pairs
    lane.share(count, grain: 1) { range in
      for t in range {
        let row = unsafe scratch.residual + t * width
        unsafe weights.embedding.row(Int(tokens[t]), into: row)
        if parameters.embeddingScale != 1 { unsafe ckernels_multiply(parameters.embeddingScale, row, width) }
        let position = cache.position + t
        unsafe rope.write(
          position: position, cosines: scratch.cosines + t * pairs, sines: scratch.sines + t * pairs)
        if cache.window != nil {
          unsafe windowRope.write(
            position: position, cosines: scratch.windowCosines + t * pairs, sines: scratch.windowSines + t * pairs)
        }
        unsafe norm(t, of: count, weights.layers[0].attentionNorm, quantises: weights.layers[0].quantisesAttention)
      }
    }
  }

  /// Writes token t's normed residual, and makes an activation of it where packed matrices are next.
  func norm(_ t: Int, of count: Int, _ norm: UnsafePointer<Float>, quantises: Bool) {
    let width = parameters.width
    let normed = unsafe scratch.normed + t * width
    unsafe ckernels_rms_norm(scratch.residual + t * width, norm, parameters.epsilon, normed, width)
    if quantises { unsafe quantise(normed, columns: width, token: t, of: count) }
  }

  /// The final norm: of all tokens into `normed`, and of the last into `last`.
  private func finish(_ count: Int, ofAll: Bool, _ lane: ComputeLane) {
    let width = parameters.width
    lane.share(ofAll ? count : 1, grain: 1) { range in
      for index in range {
        let t = ofAll ? index : count - 1
        let normed = unsafe ofAll ? scratch.normed + t * width : scratch.last
        unsafe ckernels_rms_norm(
          scratch.residual + t * width, weights.outputNorm, parameters.epsilon, normed, width)
        if ofAll, t == count - 1 { unsafe scratch.last.update(from: normed, count: width) }
      }
    }
  }

  /// Logits [count × vocabulary] of `count` normed residuals.
  private func project(
    _ x: UnsafePointer<Float>, count: Int, into output: Output, _ lane: ComputeLane
  ) {
    let rows = vocabularyCount
    unsafe multiply(x, count: count, Products(first: Product(matrix: weights.output, out: output.start)), lane)
    guard parameters.logitCap > 0 else { return }
    lane.share(count * rows, grain: 4096) { range in
      unsafe cap(output.start + range.lowerBound, range.count)
    }
  }

  /// Gemma's soft limit, where the file has one.
  private func cap(_ logits: UnsafeMutablePointer<Float>, _ count: Int) {
    let cap = parameters.logitCap
    guard cap > 0 else { return }
    for index in 0..<count { unsafe logits[index] = cap * tanhf(logits[index] / cap) }
  }

  /// Whether the run since ``job`` was set was given up.
  var wasCancelled: Bool { isGivenUp.load(ordering: .relaxed) }

  /// Passes over at most so many tokens are given up only where somebody waits: they take hardly longer than one over a
  /// single token (docs/model-speed.md).
  static let short = 16

  /// Gives the run up where that is wished. Threads may come to know of it after different phases.
  ///
  /// Of a short pass, whose tokens would have to be evaluated again with the next ones, the last quarter is evaluated all
  /// the same: what would be saved is less than what would be lost.
  func noteCancellation(count: Int, layer: Int) {
    guard let cancellation, cancellation.isCancelled else { return }
    if count <= Self.short, !cancellation.isUrgent || 4 * (layer + 1) >= 3 * weights.layers.count { return }
    isGivenUp.store(true, ordering: .relaxed)
  }
}
