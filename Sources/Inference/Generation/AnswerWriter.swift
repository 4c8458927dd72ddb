import Tools

/// Turns the tokens of one answer into events: text up to a stop string, calls with how sure the model was of them.
struct AnswerWriter {
  private enum Reader {
    case parser(AnswerParser)
    /// Text alone.
    case text(Detokenizer)
  }

  private var reader: Reader
  private var stops: StopStrings
  /// Calls that are complete.
  private(set) var calls = 0
  /// Whether a call has been begun and not completed.
  private var isInCall = false
  // The least probability among the choices since the last text or call.
  private var confidence = 1.0

  init(_ template: ChatTemplate, stop: [String], callIDs: [String]) {
    // In formats without identities the calls get ours, in the same order.
    let ids = CallIDSequence(callIDs)
    reader = .parser(template.answerParser(newID: { ids.next() }))
    stops = StopStrings(stop)
  }

  /// For text without calls.
  init(_ tokenizer: Tokenizer, stop: [String]) {
    reader = .text(Detokenizer(tokenizer))
    stops = StopStrings(stop)
  }

  /// Takes the next token.
  /// - Parameter probability: how probable it was among what was allowed; 1 where there was no choice.
  /// - Returns: whether a stop string ended the answer.
  mutating func append(_ token: TokenID, probability: Double, emit: (GenerationEvent) -> Void) -> Bool {
    confidence = min(confidence, probability)
    return write(read(token), emit)
  }

  /// Gives out what was waiting. What there is of a call that was not completed is nobody's text.
  mutating func finish(emit: (GenerationEvent) -> Void) {
    let events = read(nil)
    guard !isInCall else { return }
    if write(events, emit) { return }
    let rest = stops.finish()
    if !rest.isEmpty { emit(.text(rest)) }
  }

  /// The events of a token; nil: of what was waiting.
  private mutating func read(_ token: TokenID?) -> [GenerationEvent] {
    switch reader {
    case .parser(var parser):
      defer { reader = .parser(parser) }
      return token.map { parser.append($0) } ?? parser.finish()
    case .text(var detokenizer):
      defer { reader = .text(detokenizer) }
      let bytes = token.map { detokenizer.append($0) } ?? detokenizer.finish()
      return bytes.isEmpty ? [] : [.text(String(decoding: bytes, as: UTF8.self))]
    }
  }

  private mutating func write(_ events: [GenerationEvent], _ emit: (GenerationEvent) -> Void) -> Bool {
    for event in events {
      switch event {
      case .text(let text):
        confidence = 1
        let piece = stops.append(text)
        if !piece.isEmpty { emit(.text(piece)) }
        if stops.isReached { return true }
      case .toolCallBegun:
        isInCall = true
        emit(event)
      case .toolCall(var call):
        isInCall = false
        call.confidence = confidence
        confidence = 1
        calls += 1
        emit(.toolCall(call))
      case .begun, .usage, .finished: emit(event)
      }
    }
    return false
  }
}
