/// A language model at work: tokens in, logits out, over the keys and values of the tokens before.
///
/// Tokens are appended with ``evaluate(_:cancellation:)``; what is behind a position is forgotten with
/// ``truncate(to:)``. Not Sendable: one owner uses it. Every method blocks its caller while the model's own threads
/// compute, so call it from a thread that may wait, not from Swift's pool. Nothing is allocated after the initialiser
/// but what a result array grows to.
public final class Transformer {
  /// Which tokens' logits are wanted.
  public enum Logits: Hashable, Sendable { case last, all }

  public let file: GGUFFile
  public let options: TransformerOptions
  /// The tokens whose keys and values are kept, oldest first.
  public private(set) var tokens: [TokenID] = []

  /// Tells this model from others; see ``ModelIdentity``. Computed when a snapshot first needs it. With packed weights keys
  /// and values are a little different, and so is this.
  private(set) lazy var identity = ModelIdentity.of(file, parameters) ^ (pack == nil ? 0 : 0x7061_636B)
  let parameters: HyperParameters
  let cache: KeyValueCache
  private let weights: TransformerWeights
  private let pack: WeightPack?
  private let pass: ForwardPass
  private let threads: ComputeThreads
  /// Whether the pass holds the last token's state.
  private(set) var hasLogits = false

  /// Checks that the file is a model of a known architecture with every tensor in its shape, gets all memory and starts
  /// the threads. Weights stay in the file's mapping.
  /// - Throws: `fileInvalid` or `unsupported` with the key or tensor, its value and what is allowed; `requestInvalid` for
  ///   an option out of its range; `outOfMemory`.
  ///
  /// - Parameters:
  ///   - progress: told what takes long and how much of it is done, from any thread.
  ///   - report: told why there are no packed weights although there should be; the model then runs without.
  public init(
    file: GGUFFile, options: TransformerOptions, progress: @escaping @Sendable (LoadingProgress) -> Void = { _ in },
    report: (InferenceError) -> Void = { _ in }
  ) throws(InferenceError) {
    parameters = try HyperParameters(file)
    try options.validate(longest: parameters.contextLength)
    self.file = file
    self.options = options
    // First without: what is wrong with the file is told before its weights are packed.
    let plain = try TransformerWeights(file, parameters, context: options.context)
    var pack: WeightPack?
    if let folder = options.packFolder {
      do throws(InferenceError) {
        pack = try WeightPack.open(
          for: file, identity: ModelIdentity.of(file, parameters), in: folder, threads: options.threads,
          progress: progress)
      } catch {
        report(error)
      }
    }
    self.pack = pack
    weights =
      if let pack { try TransformerWeights(file, parameters, context: options.context, pack: pack) } else { plain }
    cache = try KeyValueCache(parameters, options: options)
    let pass = try ForwardPass(parameters, weights, cache, options: options)
    self.pass = pass
    threads = try ComputeThreads(count: options.threads, niceness: options.niceness) { pass.run($0) }
    tokens.reserveCapacity(options.context)
  }

  /// `general.architecture`.
  public var architecture: String { parameters.architecture.name }
  public var layerCount: Int { parameters.layers.count }
  /// Tokens in the vocabulary: the length of a row of logits.
  public var vocabularyCount: Int { pass.vocabularyCount }
  /// The longest context that the model was made for.
  public var trainedContext: Int { parameters.contextLength }
  /// Tokens that are kept: the position of the next one.
  public var position: Int { tokens.count }
  /// Bytes for keys and values of the whole context. Pages count as resident once positions in them were used.
  public var cacheByteCount: Int { cache.byteCount }
  /// Bytes for intermediate values.
  public var scratchByteCount: Int { pass.scratchByteCount }
  /// Bytes of weights that writing one token reads.
  public var bytesPerToken: Int { weights.matrices.reduce(weights.output.byteCount) { $0 + $1.byteCount } }
  /// Multiplications and additions with weights that reading one token of a prompt takes; attention is not counted.
  public var operationsPerToken: Int { weights.matrices.reduce(0) { $0 + 2 * $1.rows * $1.columns } }
  /// Whether the weights are packed.
  public var isPacked: Bool { pack != nil }
  /// Whether the factors for long contexts are in use (Phi); keys depend on it.
  var usesLongFactors: Bool { weights.usesLongFactors }

  /// Appends `tokens` without computing logits; ``logits(into:)`` gives those of the last one.
  /// - Throws: as ``evaluate(_:logits:into:cancellation:)``.
  public func evaluate(_ tokens: [TokenID], cancellation: CancellationFlag? = nil) throws(InferenceError) {
    try unsafe append(tokens, cancellation: cancellation, logits: nil)
  }

  /// Appends `tokens` and writes logits: ``vocabularyCount`` of them for the last token, or that many for each, in the
  /// tokens' order. They may be infinite or NaN where the file's weights are damaged.
  /// - Parameter logits: is made as long as needed and keeps its memory.
  /// - Throws: `requestInvalid` for a token outside the vocabulary or no token, `contextExceeded`, and nothing was
  ///   changed; `cancelled`, and whole batches before it are kept.
  public func evaluate(
    _ tokens: [TokenID], logits wanted: Logits, into logits: inout [Float], cancellation: CancellationFlag? = nil
  ) throws(InferenceError) {
    switch wanted {
    case .last:
      try unsafe append(tokens, cancellation: cancellation, logits: nil)
      try self.logits(into: &logits)
    case .all:
      try check(tokens)
      resize(&logits, to: tokens.count * vocabularyCount)
      try unsafe logits.withUnsafeMutableBufferPointer { buffer throws(InferenceError) in
        try unsafe append(tokens, cancellation: cancellation, logits: buffer.baseAddress)
      }
    }
  }

  /// Writes the logits of the last token, ``vocabularyCount`` of them.
  /// - Throws: `requestInvalid` where no token was evaluated since the start, ``truncate(to:)`` or a restored snapshot.
  public func logits(into logits: inout [Float]) throws(InferenceError) {
    try requireLast()
    resize(&logits, to: vocabularyCount)
    unsafe logits.withUnsafeMutableBufferPointer { buffer in
      run(unsafe .logits(ForwardPass.Output(start: buffer.baseAddress!)))
    }
  }

  /// Writes the logits of the last token for `ids` only, in their order: a constraint that allows few tokens reads few
  /// rows of the output matrix.
  /// - Throws: `requestInvalid` as ``logits(into:)``, or for an id outside the vocabulary.
  public func logits(of ids: [TokenID], into logits: inout [Float]) throws(InferenceError) {
    try requireLast()
    try requireKnown(ids)
    resize(&logits, to: ids.count)
    guard !ids.isEmpty else { return }
    unsafe logits.withUnsafeMutableBufferPointer { buffer in
      unsafe ids.withUnsafeBufferPointer { ids in
        unsafe pass.ids = ids
        run(unsafe .someLogits(count: ids.count, ForwardPass.Output(start: buffer.baseAddress!)))
        unsafe pass.ids = UnsafeBufferPointer(start: nil, count: 0)
      }
    }
  }

  /// Forgets the tokens from `position` on.
  /// - Returns: how many tokens are kept: `position`, or fewer: as many as were there, or 0 where a layer with a sliding
  ///   window no longer has what that position sees (see ``TransformerOptions/rewind``). Evaluate the tokens from there.
  @discardableResult public func truncate(to position: Int) -> Int {
    let kept = cache.truncate(to: max(0, position))
    if kept < tokens.count {
      tokens.removeSubrange(kept...)
      hasLogits = false
    }
    return kept
  }

  /// Takes over what a snapshot has put into the cache.
  func restored(_ tokens: [TokenID]) {
    self.tokens.removeAll(keepingCapacity: true)
    self.tokens.append(contentsOf: tokens)
    cache.restored(tokens.count)
    hasLogits = false
  }

  private func append(
    _ tokens: [TokenID], cancellation: CancellationFlag?, logits: UnsafeMutablePointer<Float>?
  ) throws(InferenceError) {
    try check(tokens)
    var done = 0
    while done < tokens.count {
      let count = min(options.batch, tokens.count - done)
      for index in 0..<count { unsafe pass.tokens[index] = tokens[done + index] }
      let output = unsafe logits.map { unsafe ForwardPass.Output(start: $0 + done * vocabularyCount) }
      cache.willWrite(count)
      pass.cancellation = cancellation
      run(unsafe .tokens(count: count, logits: output, ofAll: output != nil))
      pass.cancellation = nil
      if pass.wasCancelled {
        hasLogits = false
        throw InferenceError(
          .cancelled, "the evaluation was cancelled after \(done) of \(tokens.count) tokens", remedy: "Ask again.")
      }
      cache.advance(count)
      self.tokens.append(contentsOf: tokens[done..<done + count])
      done += count
    }
    hasLogits = true
  }

  private func check(_ tokens: [TokenID]) throws(InferenceError) {
    guard !tokens.isEmpty else {
      throw InferenceError(
        .requestInvalid, "could not evaluate 0 tokens", remedy: "Give at least one.")
    }
    try requireKnown(tokens)
    guard tokens.count <= options.context - position else {
      throw InferenceError(
        .contextExceeded,
        "could not evaluate \(tokens.count) tokens after \(position): the context is \(options.context)",
        remedy: "Shorten the conversation or choose a longer context.")
    }
  }

  private func run(_ job: ForwardPass.Job) {
    pass.job = job
    threads.run()
  }

  private func requireLast() throws(InferenceError) {
    guard hasLogits else {
      throw InferenceError(
        .requestInvalid, "could not compute logits at position \(position): its last token was not evaluated",
        remedy: "Evaluate the last token again.")
    }
  }

  private func requireKnown(_ ids: [TokenID]) throws(InferenceError) {
    for index in ids.indices where ids[index] < 0 || Int(ids[index]) >= vocabularyCount {
      throw InferenceError(
        .requestInvalid,
        "could not evaluate the token \(ids[index]): allowed are 0 to \(vocabularyCount - 1)",
        remedy: "Use the tokenizer of this model's file.")
    }
  }

  private func resize(_ logits: inout [Float], to count: Int) {
    guard logits.count != count else { return }
    if logits.count > count {
      logits.removeSubrange(count...)
    } else {
      logits.append(contentsOf: repeatElement(0, count: count - logits.count))
    }
  }
}
