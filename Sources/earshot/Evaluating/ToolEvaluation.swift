import Inference
import Tools

/// Asks a model every case, one after the other.
enum ToolEvaluation {
  /// Tokens that an answer may have: a model that finds no end must not take the evening.
  static let maximumTokens = 256
  static let maximumCalls = 8

  /// - Parameters:
  ///   - isConstrained: whether only what the tools' schemas allow may be written, as the assistant does it.
  ///   - told: called after each case with the number of cases that are done.
  /// - Throws: ``CommandFailure`` with the case's id.
  static func run(
    _ cases: [ToolCase], on model: any LanguageModel, system: String?, isConstrained: Bool, told: (Int) -> Void
  ) async throws -> [ToolOutcome] {
    var outcomes: [ToolOutcome] = []
    for one in cases {
      var messages = one.messages
      if let system, !system.isEmpty {
        if case .system? = messages.first { messages.removeFirst() }
        messages.insert(.system(system), at: 0)
      }
      let request = GenerationRequest(
        messages: messages, tools: one.tools, maximumCalls: maximumCalls, maximumTokens: maximumTokens,
        isConstrained: isConstrained)
      do {
        outcomes.append(try await outcome(of: one, model.generate(request)))
      } catch let error as InferenceError {
        let failure = CommandFailure(error)
        throw CommandFailure(status: failure.status, description: "case \(one.id): \(error)")
      }
      told(outcomes.count)
    }
    return outcomes
  }

  private static func outcome(
    of one: ToolCase, _ answer: AsyncThrowingStream<GenerationEvent, any Error>
  ) async throws -> ToolOutcome {
    let clock = ContinuousClock()
    let start = clock.now
    var text = ""
    var calls: [ToolCall] = []
    var usage = GenerationUsage(promptTokens: 0, cachedTokens: 0, completionTokens: 0, forcedTokens: 0)
    for try await event in answer {
      switch event {
      case .text(let piece): text += piece
      case .toolCall(let call): calls.append(call)
      case .usage(let taken): usage = taken
      case .begun, .toolCallBegun, .finished: break
      }
    }
    let asked = one.messages.reversed().lazy.compactMap { if case .user(let text) = $0 { text } else { nil } }.first
    return ToolOutcome(
      id: one.id, asked: asked ?? "", expected: one.expected, calls: calls, text: text, usage: usage,
      duration: clock.now - start, any: one.any)
  }
}
