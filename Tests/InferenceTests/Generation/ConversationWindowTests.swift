import Testing
import Tools

@testable import Inference

@Suite struct ConversationWindowTests {
  private let result = ToolResult(id: "1", name: "set_light", isSuccess: true, output: true)

  private func conversation(turns: Int) -> [ChatMessage] {
    [.system("You are a house.")]
      + (0..<turns).flatMap { turn -> [ChatMessage] in
        [.user("\(turn)"), .assistant(text: "", calls: []), .tool(result), .assistant(text: "Done.", calls: [])]
      }
  }

  /// What stays of a conversation that nothing had to go of before.
  private func kept(
    _ messages: [ChatMessage], within limit: Int, length: ([ChatMessage]) -> Int = { $0.count }
  ) throws -> [ChatMessage] {
    var first: [ChatMessage]?
    return try ConversationWindow(messages).fitting(within: limit, from: &first) { length($0) }
  }

  @Test func whatFitsIsLeftAlone() throws {
    let messages = [.assistant(text: "Hello.", calls: [])] + conversation(turns: 3)
    #expect(try kept(messages, within: messages.count) == messages)
  }

  @Test(arguments: 1...20) func oldestTurnsGoWholeUntilHalfIsFree(turns: Int) throws {
    let messages = conversation(turns: turns)
    for limit in 5...messages.count {
      let kept = try kept(messages, within: limit)
      #expect(kept.first == messages.first)
      #expect((kept.count - 1) % 4 == 0)
      #expect(Array(kept.dropFirst()) == Array(messages.suffix(kept.count - 1)))
      if kept.count < messages.count {
        #expect(kept.count <= max(limit / 2, 5) && (kept.count == 5 || kept.count + 4 > limit / 2))
      }
    }
  }

  @Test func theSameTurnStaysFirstUntilThereIsNoRoom() throws {
    var first: [ChatMessage]?
    var beginnings: [ChatMessage] = []
    for turns in 1...100 {
      let messages = conversation(turns: turns)
      let kept = try ConversationWindow(messages).fitting(within: 41, from: &first) { $0.count }
      #expect(kept.count <= 41 && kept.last == messages.last)
      if beginnings.last != kept[1] { beginnings.append(kept[1]) }
    }
    // Ten turns fit; of eleven four are left, so that every seventh turn is one too many.
    #expect(beginnings.count == 1 + stride(from: 11, through: 100, by: 7).count { _ in true })
    // Another conversation.
    let other = [.system("You are a barn.")] + conversation(turns: 3).dropFirst()
    #expect(try ConversationWindow(other).fitting(within: 41, from: &first) { $0.count } == other)
    #expect(first == nil)
  }

  @Test func lengthIsAskedForSeldom() throws {
    var asked = 0
    _ = try kept(conversation(turns: 1000), within: 100) {
      asked += 1
      return $0.count
    }
    #expect(asked <= 12)
  }

  @Test(arguments: [1, 5]) func lastTurnThatDoesNotFitIsAnError(turns: Int) {
    #expect(throws: InferenceError.self) {
      try kept(conversation(turns: turns), within: 4)
    }
  }

  @Test func conversationWithoutAPersonIsKept() throws {
    let messages: [ChatMessage] = [.system("s"), .assistant(text: "Hello.", calls: [])]
    #expect(try kept(messages, within: 2) == messages)
    #expect(throws: InferenceError.self) { try kept(messages, within: 1) }
  }
}
