import Tools

/// A loaded model and everything that an answer takes. Belongs to one owner, who calls from a thread that may wait.
final class LocalEngine {
  let information: ModelInformation
  private let tokenizer: Tokenizer
  private let model: ModelFile
  private let transformer: Transformer
  private let cache: PromptCache
  private let vocabulary: ConstraintVocabulary
  // Of all answers: what a pass takes changes with the machine, not with the question.
  private let plan: SpeculationPlan?
  // The constraint of the last request, at its start: with the same tools the next one shares everything that was learnt.
  private var constraint: (grammar: Grammar, constraint: Constraint)?
  /// The oldest turn of the last prompt, where older ones had to go.
  private var firstTurn: [ChatMessage]?

  /// Loads a model and computes one token.
  init(
    _ path: String, options: LocalModelOptions, progress: @escaping @Sendable (LoadingProgress) -> Void,
    report: @escaping (InferenceError) -> Void
  ) throws(InferenceError) {
    var model = try ModelFile(path, format: options.format)
    model.template?.placesToolsFirst = options.placesToolsFirst
    information = model.information
    tokenizer = model.tokenizer
    self.model = model
    transformer = try Transformer(file: model.file, options: options.transformer, progress: progress, report: report)
    guard tokenizer.count <= transformer.vocabularyCount else {
      throw InferenceError(
        .fileInvalid,
        "could not load \(path): its tokenizer has \(tokenizer.count) tokens, its output only \(transformer.vocabularyCount)",
        remedy: "The file is damaged or was converted wrongly; download or convert it again.")
    }
    cache = PromptCache(transformer, folder: options.snapshotFolder, report: report)
    // A layer with a window keeps what a batch overwrites: guesses that were wrong are gone back over within it.
    let mayGuess = options.guessesAhead && options.transformer.batch >= SpeculationPlan.mostTokens
    plan = mayGuess ? SpeculationPlan() : nil
    vocabulary = ConstraintVocabulary(tokens: model.template?.constraintBytes ?? model.tokenizer.tokenBytes)
    var logits: [Float] = []
    try transformer.evaluate([tokenizer.bos ?? 0], logits: .last, into: &logits)
    guard logits.contains(where: \.isFinite) else {
      throw InferenceError(
        .fileInvalid, "could not load \(path): its weights give no finite result",
        remedy: "The file is damaged; download it again.")
    }
    transformer.truncate(to: 0)
  }

  /// Evaluates what every prompt with this system text and these tools begins with.
  func prepare(system: String, tools: [ToolDefinition]) throws(InferenceError) {
    let template = try model.requireTemplate()
    let head: [ChatMessage] = system.isEmpty ? [] : [.system(system)]
    // Compiled now as well: a schema that cannot be honoured is known before somebody speaks.
    _ = try constraint(for: GenerationRequest(messages: head, tools: tools, maximumTokens: 1), ids: [])
    let prompt = try template.render(head + [.user(".")], tools: tools)
    guard prompt.tokens.count < transformer.options.context else { throw tooLong(prompt.tokens.count) }
    _ = try cache.load(prompt, cancellation: CancellationFlag())
  }

  /// Evaluates the prompt of `request` as if its last message, the user's, were over: if it is, the first token is there to be
  /// chosen, and if it goes on, what stands behind it is little. Of an empty message, only what every other begins with too.
  func prefill(_ request: GenerationRequest, cancellation: CancellationFlag) throws(InferenceError) {
    guard case .user(let text)? = request.messages.last else { return }
    let template = try model.requireTemplate()
    let prompt = try prompt(for: request, template)
    var tokens = prompt.tokens
    if text.isEmpty {
      var longer = request
      longer.messages[longer.messages.count - 1] = .user("and so on")
      tokens = zip(tokens, try self.prompt(for: longer, template).tokens).prefix { $0 == $1 }.map(\.0)
    }
    guard !tokens.isEmpty else { return }
    try cache.read(tokens, stable: min(prompt.stableCount, tokens.count), cancellation: cancellation)
  }

  /// Writes one answer of a conversation.
  /// - Parameter emit: told of everything in order; `finished` is last.
  /// - Throws: ``InferenceError``, `cancelled` among them; nothing was emitted that is not true.
  func answer(
    _ request: GenerationRequest, cancellation: CancellationFlag, emit: (GenerationEvent) -> Void
  ) throws(InferenceError) {
    let template = try model.requireTemplate()
    let ids = CallIDSequence.new(min(max(1, request.maximumCalls), 64), for: request)
    let constraint = request.isConstrained ? try constraint(for: request, ids: ids) : nil
    let writer = AnswerWriter(template, stop: request.stop, callIDs: ids)
    try write(try prompt(for: request, template), request, constraint, writer, cancellation, emit)
  }

  /// Goes on with a text, without messages and tools; what of the request says how to write counts.
  func complete(
    _ text: String, as request: GenerationRequest, cancellation: CancellationFlag, emit: (GenerationEvent) -> Void
  ) throws(InferenceError) {
    let tokens = (tokenizer.addsBOS ? [tokenizer.bos].compactMap { $0 } : []) + tokenizer.encode(text)
    guard !tokens.isEmpty else {
      throw InferenceError(.requestInvalid, "could not go on with an empty text", remedy: "Give at least one word.")
    }
    guard tokens.count < transformer.options.context else { throw tooLong(tokens.count) }
    let constraint = try constraint(.sequence([.text(notBeginningWith: []), .end]))
    let writer = AnswerWriter(tokenizer, stop: request.stop)
    try write(ChatPrompt(tokens: tokens, stableCount: 0), request, constraint, writer, cancellation, emit)
  }

  private func write(
    _ prompt: ChatPrompt, _ request: GenerationRequest, _ constraint: Constraint?, _ writer: AnswerWriter,
    _ cancellation: CancellationFlag, _ emit: (GenerationEvent) -> Void
  ) throws(InferenceError) {
    guard request.maximumTokens >= 1 else {
      throw InferenceError(
        .requestInvalid, "could not answer with at most \(request.maximumTokens) tokens", remedy: "Allow at least one.")
    }
    var sampler = try Sampler(request.sampling, vocabulary: tokenizer.count)
    let cached = try cache.load(prompt, cancellation: cancellation)
    for token in prompt.tokens.suffix(request.sampling.repetitionWindow) { sampler.note(token) }
    var decoding = Decoding(
      transformer: transformer, tokenizer: tokenizer, constraint: constraint, sampler: sampler, writer: writer,
      plan: plan)
    let reason = try decoding.run(
      maximumTokens: min(request.maximumTokens, transformer.options.context - prompt.tokens.count),
      cancellation: cancellation, emit: emit)
    emit(
      .usage(
        GenerationUsage(
          promptTokens: prompt.tokens.count, cachedTokens: cached, completionTokens: decoding.written,
          forcedTokens: decoding.forced, guessedTokens: decoding.guessedRight)))
    emit(.finished(reason))
  }

  /// The prompt of as many turns as leave room for the answer, or for half of the context where an answer may be longer.
  private func prompt(for request: GenerationRequest, _ template: ChatTemplate) throws(InferenceError) -> ChatPrompt {
    let context = transformer.options.context
    let limit = context - min(max(1, request.maximumTokens), context / 2)
    let window = ConversationWindow(request.messages)
    let messages = try window.fitting(within: limit, from: &firstTurn) { messages throws(InferenceError) in
      try template.render(messages, tools: request.tools, context: request.situation).tokens.count
    }
    return try template.render(messages, tools: request.tools, context: request.situation)
  }

  private func constraint(for request: GenerationRequest, ids: [String]) throws(InferenceError) -> Constraint {
    let template = try model.requireTemplate()
    // Fixed identities would make every answer's grammar a new one: only formats that write some have them.
    let callIDs: CallIDs = template.format.writesCallIDs && !ids.isEmpty ? .given(ids) : .written
    return try constraint(
      template.callGrammar(
        tools: request.tools, choice: request.toolChoice, maximumCalls: request.maximumCalls, callIDs: callIDs))
  }

  private func constraint(_ grammar: Grammar) throws(InferenceError) -> Constraint {
    if let constraint, constraint.grammar == grammar { return constraint.constraint }
    let made = try Constraint(grammar, vocabulary: vocabulary, endTokens: tokenizer.endOfGeneration)
    constraint = (grammar, made)
    return made
  }

  private func tooLong(_ count: Int) -> InferenceError {
    InferenceError(
      .contextExceeded,
      "could not read the prompt: system text, tools or text take \(count) tokens, the context has \(transformer.options.context)",
      remedy: "Offer fewer tools, shorten the text, or choose a longer context.")
  }
}
