import Inference
import Tools
import Transcription

/// What the model is asked, and what it begins before it is asked.
extension AssistantSession {
  /// What phrases did, and what was asked about first, is told to the model too, so that "and the hall too" means
  /// something to it. What a model does by itself it has written itself.
  func remember(_ call: ToolCall, isConfirmed: Bool) {
    guard call.origin == .phrase || isConfirmed else { return }
    rememberRequest()
    remember(.assistant(text: "", calls: [call]))
  }

  func rememberRequest() {
    if parts.model != nil { dialogue.addRequest(transcript) }
  }

  /// What is said and was not written by the model, which remembers its own words.
  func remember(_ saying: Saying, as text: String) {
    switch saying {
    case .result: break
    case .question, .refusal, .cancelled: rememberRequest()
    // The model has no part in these.
    case .text, .notUnderstood, .failure, .alarm: return
    }
    remember(.assistant(text: text, calls: []))
  }

  /// A call is not made now.
  func rememberNotMade() {
    let turn = session.state.turn
    if turn?.calls.first?.origin == .model { dialogue.withdrawCalls() }
    if turn?.isOverheard ?? false { dialogue.forgetRequest() }
  }

  func remember(_ message: ChatMessage) {
    if parts.model != nil { dialogue.add(message) }
  }

  func generate(_ generation: Int, from input: GenerationInput) {
    guard let answering = parts.model else { return }
    var begun: Draft?
    var candidates: [(reading: Transcript.Reading, request: GenerationRequest)] = []
    switch input {
    case .words(let words):
      asked = Asked(words: words, isHalfHeard: isHalfHeard)
      if let draft, draft.words == words {
        adopt(draft)
        begun = draft
        self.draft = nil
      } else {
        settleSituation()
      }
      if isHalfHeard, answering.model.isQuick { candidates = requests(forReadingsOf: words, answering) }
      dialogue.add(.user(words))
    case .results(let results):
      asked.isWeighed = false
      for result in results { dialogue.add(.tool(result)) }
    }
    dropDraft()
    let events = begun?.events ?? answering.model.generate(request(for: dialogue, answering))
    generating?.task.cancel()
    let isOverheard = session.state.turn?.isOverheard ?? false
    let words = asked.words
    let task = Task { [door] in
      do {
        var text = ""
        var calls: [ToolCall] = []
        let events =
          candidates.isEmpty ? events : try await weigh(events, to: words, among: candidates, answering)
        for try await event in events {
          // What was given up is neither said nor remembered; the model learns of it by the cancellation.
          if Task.isCancelled { return }
          switch event {
          case .text(let piece): text += piece
          case .toolCall(let call):
            // Small models stammer; nobody wants the same thing done twice by one sentence.
            if calls.contains(where: { $0.name == call.name && $0.arguments == call.arguments }) { continue }
            calls.append(call)
          case .begun, .toolCallBegun, .usage: break
          case .finished where isOverheard && calls.isEmpty: dialogue.forgetRequest()
          case .finished:
            dialogue.add(.assistant(text: text, calls: calls))
            if !text.isEmpty { observer(.reply(text: text)) }
          }
          door.yield(.step(.generated(generation: generation, event)))
        }
      } catch {
        guard !Task.isCancelled else { return }
        door.yield(.fault(code: "model", message: "\(error)"))
        door.yield(.step(.generationFailed(generation: generation)))
      }
    }
    generating = (generation, task)
  }

  // MARK: Half-heard words

  /// What a model is asked about the readings of half-heard words; none where there are only these words.
  private func requests(
    forReadingsOf words: String, _ answering: AnsweringModel
  ) -> [(reading: Transcript.Reading, request: GenerationRequest)] {
    guard readings.contains(where: { $0.text != words }) else { return [] }
    var readings = readings
    // As likely as the likeliest: the decoder had reasons of its own to prefer it.
    if !readings.contains(where: { $0.text == words }) { readings.insert(.init(text: words, likelihood: 1), at: 0) }
    return readings.map { reading in
      var asked = dialogue
      asked.add(.user(reading.text))
      return (reading, request(for: asked, answering))
    }
  }

  /// The answer to the words that most readings of them speak for. What the model has begun already is used for its own.
  private func weigh(
    _ events: AsyncThrowingStream<GenerationEvent, any Error>, to words: String,
    among readings: [(reading: Transcript.Reading, request: GenerationRequest)], _ answering: AnsweringModel
  ) async throws -> AsyncThrowingStream<GenerationEvent, any Error> {
    let first = try await events.reduce(into: []) { $0.append($1) }
    var answers: [Consensus.Answer] = []
    for (reading, request) in readings where !Task.isCancelled {
      if reading.text == words {
        answers.append(Consensus.Answer(reading: reading, events: first))
      } else if let events = try? await answering.model.generate(request).reduce(into: [], { $0.append($1) }) {
        answers.append(Consensus.Answer(reading: reading, events: events))
      }
    }
    guard answers.count > 1, !Task.isCancelled, let chosen = Consensus.of(answers) else { return stream(of: first) }
    asked.isWeighed = true
    if chosen.reading.text != words {
      dialogue.correctRequest(words, to: chosen.reading.text)
      asked.words = chosen.reading.text
      if transcript == words { transcript = chosen.reading.text }
    }
    return stream(of: chosen.events)
  }

  private func stream(of events: [GenerationEvent]) -> AsyncThrowingStream<GenerationEvent, any Error> {
    AsyncThrowingStream { continuation in
      for event in events { continuation.yield(event) }
      continuation.finish()
    }
  }

  func request(for dialogue: Dialogue, _ answering: AnsweringModel) -> GenerationRequest {
    GenerationRequest(
      messages: dialogue.messages, situation: situation, tools: parts.hands.tools,
      maximumTokens: answering.maximumTokens, sampling: answering.sampling)
  }

  /// Once a turn: a changed text would have the whole turn evaluated again.
  func settleSituation() {
    if readAhead.isEmpty, let answering = parts.model { situation = answering.situation() }
  }

  // MARK: Ahead of the turn's end

  /// Nobody waits now: the model reads what the next request will begin with.
  func readDialogue() {
    guard let answering = parts.model else { return }
    settleSituation()
    var next = dialogue
    next.add(.user(""))
    answering.model.prefill(request(for: next, answering))
  }

  /// The speaker pauses after these words: what a model would answer is begun. Nil: they were not all.
  func suppose(_ words: Heard.Words?, at pause: Int) {
    if draft?.words != words?.text { dropDraft() }
    if let words, words.isCalled, words.text.isEmpty, case .listening(nil, _) = session.state {
      parts.voice?.play(.wake)
    }
    guard let answering = parts.model, let words, let asked = dialogue(with: words) else { return dropDraft() }
    if draft == nil { beginDraft(of: words.text, asked, answering) }
    draft?.whenKnown { [foresight] in foresight.tell($0, at: pause) }
  }

  /// The speaker has fallen silent a moment ago: the answer to the words so far is begun, before it is known whether it is
  /// a pause and what the words will be by then. Most often they are these.
  func foresee(_ text: String) {
    guard let answering = parts.model, answering.model.isAtHand, draft?.words != text,
      !parts.interpreter.mayBecomePhrase(text), let asked = dialogue(with: Heard.Words(text: text))
    else { return }
    dropDraft()
    beginDraft(of: text, asked, answering)
  }

  private func beginDraft(of words: String, _ asked: Dialogue, _ answering: AnsweringModel) {
    settleSituation()
    draft = Draft(of: words, by: answering.model, request: request(for: asked, answering))
  }

  /// Lets the model read the words so far, while more of them are being spoken. The newest may still become others; then they
  /// are read again, with those that follow.
  func readAhead(_ text: String) {
    if let draft, draft.words != text { dropDraft() }
    guard let answering = parts.model, text != readAhead, !parts.interpreter.mayBecomePhrase(text),
      let asked = dialogue(with: Heard.Words(text: text))
    else { return }
    settleSituation()
    readAhead = text
    answering.model.prefill(request(for: asked, answering))
  }

  /// What a model would be asked if these were the words of the running turn; nil where it would not be asked.
  func dialogue(with words: Heard.Words) -> Dialogue? {
    guard case .listening(nil, _) = session.state else { return nil }
    switch meaning(of: words, isConfirming: false) {
    case .words(let text), .overheard(let text):
      var asked = dialogue
      asked.add(.user(text))
      return asked
    case .nothing, .called, .call, .confirmation: return nil
    }
  }

  func dropDraft() {
    draft?.discard()
    draft = nil
  }

  func cancelGeneration(_ generation: Int) {
    guard let generating, generating.generation == generation else { return }
    generating.task.cancel()
    self.generating = nil
  }
}
