/// The loop that writes one answer, token by token, behind a prompt that was evaluated.
///
/// What has to come anyway is evaluated in one batch instead of token by token (jump-forward), and of what may come only
/// the allowed rows of the output matrix are computed where they are few. What stood once already is guessed to come again
/// and evaluated along (``PromptLookup``); each guess is compared with what is then chosen as if there had been none, so that
/// guessing changes nothing in the answer.
struct Decoding {
  private let transformer: Transformer
  private let tokenizer: Tokenizer
  // Nil: anything may be written.
  private var constraint: Constraint?
  private var sampler: Sampler
  private var writer: AnswerWriter
  /// Tokens of the answer.
  private(set) var written = 0
  /// Of them, those that were not chosen.
  private(set) var forced = 0
  /// Tokens that were guessed, and were right.
  private(set) var guessedRight = 0
  // Accepted, and not evaluated yet.
  private var batch: [TokenID] = []
  // Nil: nothing is guessed.
  private let plan: SpeculationPlan?
  private var lookup: PromptLookup
  // Evaluated behind what was accepted; the first comes next, if it is right.
  private var guesses: ArraySlice<TokenID> = []
  private var matched = 0
  // Logits of a pass with guesses, [tokens × vocabulary], and the row of what comes next, where there is one.
  private var rows: [Float] = []
  private var row: Int?
  // Since the last control token: what was written, as tokens and as bytes.
  private var run: [TokenID] = []
  private var logits: [Float] = []
  private var candidates: [TokenID] = []
  private var mask: TokenMask

  init(
    transformer: Transformer, tokenizer: Tokenizer, constraint: Constraint?, sampler: Sampler, writer: AnswerWriter,
    plan: SpeculationPlan?
  ) {
    self.plan = plan
    lookup = PromptLookup(plan == nil ? [] : transformer.tokens)
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
      if constraint?.isComplete == true { break }
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
      let choice = try choose(maximumTokens - written, cancellation)
      if tokenizer.endsGeneration(choice.token), constraint?.allowsEnd != false { break }
      try take(choice.token, probability: choice.probability)
      if writer.append(choice.token, probability: choice.probability, emit: emit) { return end(.stop, emit) }
    }
    return end(writer.calls > 0 ? .toolCalls : .stop, emit)
  }

  private mutating func end(_ reason: FinishReason, _ emit: (GenerationEvent) -> Void) -> FinishReason {
    dropGuesses()
    writer.finish(emit: emit)
    return reason == .stop && writer.calls > 0 ? .toolCalls : reason
  }

  private mutating func take(_ token: TokenID, probability: Double) throws(InferenceError) {
    guard constraint?.accept(token) != false else {
      throw InferenceError(
        .unsupported, "could not go on: the token \(token) is not allowed after what was written",
        remedy: "Report this; it is a fault of Earshot's.")
    }
    if row != nil, guesses.first == token {
      guesses.removeFirst()
      row? += 1
      guessedRight += 1
      plan?.note(matched: matched, wasRight: true)
    } else {
      if !guesses.isEmpty { plan?.note(matched: matched, wasRight: false) }
      dropGuesses()
      batch.append(token)
    }
    lookup.append(token)
    sampler.note(token)
    written += 1
    if tokenizer.tokenBytes.range(Int(token)).isEmpty {
      run.removeAll(keepingCapacity: true)
    } else {
      run.append(token)
    }
  }

  /// - Parameter room: tokens that may still be written, 1 or more.
  private mutating func choose(
    _ room: Int, _ cancellation: CancellationFlag
  ) throws(InferenceError) -> Sampler.Choice {
    // Without a budget: arguments that were cut short to fit would be made up. An answer that gets too long loses its call.
    if constraint != nil {
      constraint?.fillMask(into: &mask)
      candidates.removeAll(keepingCapacity: true)
      mask.forEach { candidates.append($0) }
    } else if candidates.isEmpty {
      candidates = (0..<TokenID(tokenizer.count)).map(\.self)
    }
    guard !candidates.isEmpty else {
      throw InferenceError(
        .unsupported, "could not go on: the model's vocabulary has no token for what has to come next",
        remedy: "Use a model whose vocabulary has a token for each byte.")
    }
    if candidates.count == 1 { return Sampler.Choice(token: candidates[0], probability: 1) }
    let clock = ContinuousClock()
    let began = clock.now
    let tokens = batch.count
    if tokens > 0 { try evaluate(room, cancellation) }
    defer { if tokens > 0 { note(tokens + guesses.count, took: clock.now - began) } }
    if let row {
      let start = row * transformer.vocabularyCount
      return sampler.choose(among: candidates, logits: candidates.lazy.map { [rows] in rows[start + Int($0)] })
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
  private func forcedTokens() -> [TokenID] { constraint?.forcedTokens(tokenise: tokens) ?? [] }

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

  /// Evaluates what was accepted, and guesses behind it.
  private mutating func evaluate(_ room: Int, _ cancellation: CancellationFlag) throws(InferenceError) {
    guesses = guess(room)[...]
    if guesses.isEmpty {
      try transformer.evaluate(batch, cancellation: cancellation)
    } else {
      row = batch.count - 1
      try transformer.evaluate(batch + guesses, logits: .all, into: &rows, cancellation: cancellation)
    }
    batch.removeAll(keepingCapacity: true)
  }

  /// What is guessed to come behind the batch, as far as the grammar allows it and guessing promises to save time.
  private mutating func guess(_ room: Int) -> [TokenID] {
    let most = min(SpeculationPlan.mostTokens - batch.count, room - 1)
    guard let plan, most > 0, let guess = lookup.guess(most) else { return [] }
    matched = guess.matched
    var after = constraint
    let allowed = guess.tokens.prefix { !tokenizer.endsGeneration($0) && after?.accept($0) != false }
    let count = plan.guesses(matched: matched, most: allowed.count)
    if count == 0 { plan.noteUnused(matched: matched) }
    return Array(allowed.prefix(count))
  }

  /// Forgets what was evaluated and did not come.
  private mutating func dropGuesses() {
    row = nil
    guard !guesses.isEmpty else { return }
    transformer.truncate(to: transformer.position - guesses.count)
    guesses = []
  }

  private func note(_ tokens: Int, took time: Duration) {
    guard let plan, tokens <= SpeculationPlan.mostTokens else { return }
    plan.note(pass: tokens, seconds: time / .seconds(1))
  }

  private func written(by tokens: ArraySlice<TokenID>) -> [UInt8] {
    tokens.flatMap { tokenizer.tokenBytes[Int($0)] }
  }

  private static let cancelled = InferenceError(
    .cancelled, "the answer was cancelled", remedy: "Ask again.")
}
