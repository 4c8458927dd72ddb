/// What of a conversation fits into the context: the oldest turns go first, whole turns at a time.
///
/// A turn is what a person said and everything up to what they say next: the calls, their results and the answer. The system
/// message stays, and so does the last turn, without which there would be nothing to answer.
///
/// Where turns have to go, they go until half of the room is free: the prompt then begins with the same turn for many
/// answers, and what is evaluated of it stays. One at a time, each answer would have all of it evaluated anew.
struct ConversationWindow {
  private let head: [ChatMessage]
  private let turns: [ArraySlice<ChatMessage>]

  /// Messages before the first of a person belong to no turn; of those only the system message is kept once turns go.
  init(_ messages: [ChatMessage]) {
    let starts = messages.indices.filter { if case .user = messages[$0] { true } else { false } }
    head = Array(messages[..<(starts.first ?? messages.endIndex)])
    turns = zip(starts, starts.dropFirst() + [messages.endIndex]).map { messages[$0..<$1] }
  }

  /// The messages of the most recent turns whose prompt is within `limit`, as `length` counts it, in tokens. Asks `length`
  /// at most about log₂(turns) + 3 times: rendering a prompt is not free.
  /// - Parameter first: the turn that the window before began with; changed to the one that this one begins with, nil
  ///   where none had to go.
  /// - Throws: `contextExceeded` where not even the last turn fits; whatever `length` throws.
  func fitting(
    within limit: Int, from first: inout [ChatMessage]?, length: ([ChatMessage]) throws(InferenceError) -> Int
  ) throws(InferenceError) -> [ChatMessage] {
    if let before = first, let known = turns.firstIndex(where: { $0.elementsEqual(before) }), known > 0,
      try length(messages(droppingTurns: known)) <= limit
    {
      return messages(droppingTurns: known)
    }
    first = nil
    if try length(messages(droppingTurns: 0)) <= limit { return messages(droppingTurns: 0) }
    // Invariant: dropping `tooFew` turns does not free half of the room; dropping `enough` does, or is the most that may go.
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
      if try length(messages(droppingTurns: middle)) <= limit / 2 { enough = middle } else { tooFew = middle }
    }
    first = Array(turns[enough])
    return messages(droppingTurns: enough)
  }

  private func messages(droppingTurns count: Int) -> [ChatMessage] {
    let kept = count == 0 ? head : head.filter { if case .system = $0 { true } else { false } }
    return kept + turns.dropFirst(count).joined()
  }
}
