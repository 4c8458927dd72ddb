import Inference
import Testing
import Tools

@testable import Assistant

@Suite struct DialogueTests {
  @Test func personaIsFirstAndWhatIsSaidFollows() {
    var dialogue = Dialogue(persona: "You are a house.")
    dialogue.add(.user("Hello."))
    #expect(dialogue.messages == [.system("You are a house."), .user("Hello.")])
    #expect(Dialogue(persona: "").messages.isEmpty)
  }

  @Test func monthsOfTurnsStayBoundedAndBeginWithAPerson() {
    var dialogue = Dialogue(persona: "p")
    for turn in 0..<1000 {
      for message: ChatMessage in [
        .user("\(turn)"), .assistant(text: "", calls: []), .assistant(text: "a", calls: []),
      ] {
        dialogue.add(message)
        #expect(dialogue.messages.count <= Dialogue.maximumMessages + 1)
        guard case .user = dialogue.messages[1] else {
          Issue.record("the oldest turn is cut")
          return
        }
      }
    }
    #expect(dialogue.messages.last == .assistant(text: "a", calls: []))
    #expect(dialogue.messages.count > Dialogue.maximumMessages - 3)
  }

  @Test func oneTurnWithoutEndIsCutToo() {
    var dialogue = Dialogue(persona: "p")
    let long = String(repeating: "a", count: 5_000)
    for _ in 0..<1000 { dialogue.add(.assistant(text: long, calls: [])) }
    #expect(dialogue.messages.count == Dialogue.maximumMessages + 1)
  }

  @Test func answerThatWasCutOffIsRememberedAsFarAsItWasHeard() {
    var dialogue = Dialogue(persona: "")
    dialogue.add(.user("Tell me a story."))
    dialogue.add(.assistant(text: "Once upon a time there was a house.", calls: []))
    dialogue.cutOff(to: "Once upon a")
    #expect(dialogue.messages == [.user("Tell me a story."), .assistant(text: "Once upon a", calls: [])])
    dialogue.add(.user("Another one."))
    // It was still being written.
    dialogue.cutOff(to: "There was")
    #expect(dialogue.messages.last == .assistant(text: "There was", calls: []))
    dialogue.cutOff(to: "")
    #expect(dialogue.messages.last == .user("Another one."))
    // The answer of the turn before stays as it was.
    dialogue.cutOff(to: "")
    #expect(dialogue.messages.count == 3)
  }

  @Test func twoSentencesAreOneAnswerAndAResultIsToldOnce() {
    let calls = ["1", "2"].map { ToolCall(id: $0, name: "set_light", arguments: [:], origin: .model) }
    let results = calls.map { ToolResult(id: $0.id, name: $0.name, isSuccess: true, output: .null) }
    var dialogue = Dialogue(persona: "")
    dialogue.add(.user("Both lights."))
    dialogue.add(.assistant(text: "", calls: calls))
    for result in results + results { dialogue.add(.tool(result)) }
    dialogue.add(.assistant(text: "The hall light is on.", calls: []))
    dialogue.add(.assistant(text: "The kitchen light is on.", calls: []))
    #expect(dialogue.messages.count == 5)
    #expect(dialogue.messages.last == .assistant(text: "The hall light is on. The kitchen light is on.", calls: []))
  }

  @Test func callThatWasRefusedIsKnownToBeNotDone() {
    let calls = ["1", "2"].map { ToolCall(id: $0, name: "open_garage", arguments: [:], origin: .model) }
    var dialogue = Dialogue(persona: "")
    dialogue.add(.user("Open both garages."))
    dialogue.add(.assistant(text: "", calls: calls))
    dialogue.add(.tool(ToolResult(id: "1", name: "open_garage", isSuccess: true, output: true)))
    dialogue.add(.user("Thanks."))
    guard dialogue.messages.count == 5, case .tool(let result) = dialogue.messages[3] else {
      Issue.record("no result of the second call: \(dialogue.messages)")
      return
    }
    #expect(result.id == "2" && !result.isSuccess)
  }

  @Test func callsThatAreNotMadeAreTakenBackAndTheOthersStay() {
    let calls = ["1", "2"].map { ToolCall(id: $0, name: "open_garage", arguments: [:], origin: .model) }
    let result = ChatMessage.tool(ToolResult(id: "1", name: "open_garage", isSuccess: true, output: true))
    var dialogue = Dialogue(persona: "")
    dialogue.withdrawCalls()
    dialogue.add(.user("Open both garages."))
    dialogue.add(.assistant(text: "", calls: calls))
    dialogue.add(result)
    dialogue.withdrawCalls()
    #expect(
      dialogue.messages == [.user("Open both garages."), .assistant(text: "", calls: Array(calls.prefix(1))), result])
    dialogue.addRequest("And now?")
    dialogue.addRequest("And now?")
    dialogue.addRequest("")
    dialogue.add(.assistant(text: "", calls: Array(calls.suffix(1))))
    dialogue.withdrawCalls()
    #expect(dialogue.messages.dropFirst(3) == [.user("And now?")])
  }
}
