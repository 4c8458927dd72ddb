/// The loop that writes one answer, token by token, behind a prompt that was evaluated.
///
/// What has to come anyway is evaluated in one batch instead of token by token (jump-forward), and of what may come only
/// the allowed rows of the output matrix are computed where they are few.
struct Decoding {
  private let transformer: Transformer
  private let tokenizer: Tokenizer
  private var constraint: Constraint
  private var sampler: Sampler
  private var writer: AnswerWriter
  /// Tokens of the answer.
  private(set) var written = 0
  /// Of them, those that were not chosen.
  private(set) var forced = 0
  // Accepted, and not evaluated yet.
  private var batch: [TokenID] = []
  // Since the last control token: what was written, as tokens and as bytes.
  private var run: [TokenID] = []
  private var logits: [Float] = []
  private var candidates: [TokenID] = []
  private var mask: TokenMask

  init(
    transformer: Transformer, tokenizer: Tokenizer, constraint: Constraint, sampler: Sampler, writer: AnswerWriter
  ) {
    self.transformer = transformer
    self.tokenizer = tokenizer
    self.constraint = constraint
    self.sampler = sampler
    self.writer = writer
    mask = TokenMask(tokenCount: tokenizer.count)
  }

  mutating func run(
    maximumTokens: Int, cancellation: CancellationFlag, emit: (GenerationEvent) -> Void
  ) throws(InferenceError) -> FinishReason {
    while true {
      if cancellation.isCancelled { throw Self.cancelled }
      if constraint.isComplete { break }
      let given = forcedTokens()
      for token in given {
        guard written < maximumTokens else { return end(.length, emit) }
        try take(token, probability: 1)
        forced += 1
        if writer.append(token, probability: 1, emit: emit) { return end(.stop, emit) }
      }
      // More may have become certain behind them.
      if !given.isEmpty { continue }
      guard written < maximumTokens else { return end(.length, emit) }
      let choice = try choose(cancellation)
      if tokenizer.endsGeneration(choice.token), constraint.allowsEnd { break }
      try take(choice.token, probability: choice.probability)
      if writer.append(choice.token, probability: choice.probability, emit: emit) { return end(.stop, emit) }
    }
    return end(writer.calls > 0 ? .toolCalls : .stop, emit)
  }

  private mutating func end(_ reason: FinishReason, _ emit: (GenerationEvent) -> Void) -> FinishReason {
    writer.finish(emit: emit)
    return reason == .stop && writer.calls > 0 ? .toolCalls : reason
  }

  private mutating func take(_ token: TokenID, probability: Double) throws(InferenceError) {
    guard constraint.accept(token) else {
      throw InferenceError(
        .unsupported, "could not go on: the token \(token) is not allowed after what was written",
        remedy: "Report this; it is a fault of Earshot's.")
    }
    batch.append(token)
    sampler.note(token)
    written += 1
    if tokenizer.tokenBytes.range(Int(token)).isEmpty {
      run.removeAll(keepingCapacity: true)
    } else {
      run.append(token)
    }
  }

  private mutating func choose(_ cancellation: CancellationFlag) throws(InferenceError) -> Sampler.Choice {
    // Without a budget: arguments that were cut short to fit would be made up. An answer that gets too long loses its call.
    constraint.fillMask(into: &mask)
    candidates.removeAll(keepingCapacity: true)
    mask.forEach { candidates.append($0) }
    guard !candidates.isEmpty else {
      throw InferenceError(
        .unsupported, "could not go on: the model's vocabulary has no token for what has to come next",
        remedy: "Use a model whose vocabulary has a token for each byte.")
    }
    if candidates.count == 1 { return Sampler.Choice(token: candidates[0], probability: 1) }
    if !batch.isEmpty {
      try transformer.evaluate(batch, cancellation: cancellation)
      batch.removeAll(keepingCapacity: true)
    }
    if candidates.count * 4 <= transformer.vocabularyCount {
      try transformer.logits(of: candidates, into: &logits)
      return sampler.choose(among: candidates, logits: logits)
    }
    try transformer.logits(into: &logits)
    return sampler.choose(among: candidates, logits: candidates.lazy.map { [logits] in logits[Int($0)] })
  }

  /// Tokens that have to come. The last of a text is left to choice where a choice follows: the model may know one that
  /// reaches further (token healing).
  private func forcedTokens() -> [TokenID] { constraint.forcedTokens(tokenise: tokens) }

  /// The tokens of bytes, cut together with what stands before them, as the model has seen it cut; none where they cannot
  /// be cut so, and the model then writes them itself.
  private func tokens(of bytes: [UInt8]) -> [TokenID] {
    var before: [UInt8] = []
    for token in run { before += tokenizer.tokenBytes[Int(token)] }
    var text = before + bytes
    // The encoder puts a space before a text that follows a control token; it stands in the bytes already.
    if tokenizer.addsSpacePrefix, text.first == UInt8(ascii: " ") { text.removeFirst() }
    let all = tokenizer.encode(text)
    if all.starts(with: run), written(by: all.dropFirst(run.count)) == bytes { return Array(all.dropFirst(run.count)) }
    // What was written is cut in another way than the encoder would: then the text stands alone.
    let alone = continuing(bytes)
    return written(by: alone[...]) == bytes ? alone : []
  }

  /// The tokens of bytes in the middle of a text. Where the encoder puts a space before every text, a line break takes it,
  /// with which no other token runs together.
  private func continuing(_ bytes: [UInt8]) -> [TokenID] {
    guard tokenizer.addsSpacePrefix else { return tokenizer.encode(bytes) }
    let all = tokenizer.encode([0x0A] + bytes)
    var head: [UInt8] = []
    for (index, token) in all.enumerated() {
      head += tokenizer.tokenBytes[Int(token)]
      if head.last == 0x0A { return Array(all[(index + 1)...]) }
    }
    return []
  }

  private func written(by tokens: ArraySlice<TokenID>) -> [UInt8] {
    tokens.flatMap { tokenizer.tokenBytes[Int($0)] }
  }

  private static let cancelled = InferenceError(
    .cancelled, "the answer was cancelled", remedy: "Ask again.")
}
