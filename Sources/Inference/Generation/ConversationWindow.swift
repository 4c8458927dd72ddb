/// What of a conversation fits into the context: the oldest turns go first, whole turns at a time.
///
/// A turn is what a person said and everything up to what they say next: the calls, their results and the answer. The system
/// message stays, and so does the last turn, without which there would be nothing to answer.
struct ConversationWindow {
  private let head: [ChatMessage]
  private let turns: [ArraySlice<ChatMessage>]

  /// Messages before the first of a person belong to no turn; of those only the system message is kept once turns go.
  init(_ messages: [ChatMessage]) {
    let starts = messages.indices.filter { if case .user = messages[$0] { true } else { false } }
    head = Array(messages[..<(starts.first ?? messages.endIndex)])
    turns = zip(starts, starts.dropFirst() + [messages.endIndex]).map { messages[$0..<$1] }
  }

  /// The most recent turns whose prompt is within `limit`, as `length` counts it, in tokens. Asks `length` at most about
  /// log₂(turns) + 2 times: rendering a prompt is not free.
  ///
  /// - Throws: `contextExceeded` where not even the last turn fits; whatever `length` throws.
  func fitting(within limit: Int, length: ([ChatMessage]) throws(InferenceError) -> Int) throws(InferenceError)
    -> [ChatMessage]
  {
    if try length(messages(droppingTurns: 0)) <= limit { return messages(droppingTurns: 0) }
    // Invariant: dropping `tooFew` turns is not enough; dropping `enough` is, or is the most that may go.
    var tooFew = 0
    var enough = max(turns.count - 1, 0)
    let least = try length(messages(droppingTurns: enough))
    guard enough > 0, least <= limit else {
      let needed = enough > 0 ? least : try length(messages(droppingTurns: 0))
      throw InferenceError(
        .contextExceeded,
        "Cannot answer: system text, tools and the last turn take \(needed) tokens, \(limit) are left",
        remedy: "Offer fewer tools, shorten the system text, or set a larger model.context.")
    }
    while enough - tooFew > 1 {
      let middle = (tooFew + enough) / 2
      if try length(messages(droppingTurns: middle)) <= limit { enough = middle } else { tooFew = middle }
    }
    return messages(droppingTurns: enough)
  }

  private func messages(droppingTurns count: Int) -> [ChatMessage] {
    let kept = count == 0 ? head : head.filter { if case .system = $0 { true } else { false } }
    return kept + turns.dropFirst(count).joined()
  }
}
