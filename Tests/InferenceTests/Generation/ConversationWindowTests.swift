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

  @Test func whatFitsIsLeftAlone() throws {
    let messages = [.assistant(text: "Hello.", calls: [])] + conversation(turns: 3)
    #expect(try ConversationWindow(messages).fitting(within: messages.count) { $0.count } == messages)
  }

  @Test(arguments: 1...20) func oldestTurnsGoWholeAndNoMoreThanMust(turns: Int) throws {
    let messages = conversation(turns: turns)
    for limit in 5...messages.count {
      let kept = try ConversationWindow(messages).fitting(within: limit) { $0.count }
      #expect(kept.first == messages.first)
      #expect((kept.count - 1) % 4 == 0)
      #expect(Array(kept.dropFirst()) == Array(messages.suffix(kept.count - 1)))
      #expect(kept.count <= limit && (kept.count == messages.count || kept.count + 4 > limit))
    }
  }

  @Test func lengthIsAskedForSeldom() throws {
    var asked = 0
    _ = try ConversationWindow(conversation(turns: 1000)).fitting(within: 100) {
      asked += 1
      return $0.count
    }
    #expect(asked <= 12)
  }

  @Test(arguments: [1, 5]) func lastTurnThatDoesNotFitIsAnError(turns: Int) {
    #expect(throws: InferenceError.self) {
      try ConversationWindow(conversation(turns: turns)).fitting(within: 4) { $0.count }
    }
  }

  @Test func conversationWithoutAPersonIsKept() throws {
    let messages: [ChatMessage] = [.system("s"), .assistant(text: "Hello.", calls: [])]
    #expect(try ConversationWindow(messages).fitting(within: 2) { $0.count } == messages)
    #expect(throws: InferenceError.self) { try ConversationWindow(messages).fitting(within: 1) { $0.count } }
  }
}
