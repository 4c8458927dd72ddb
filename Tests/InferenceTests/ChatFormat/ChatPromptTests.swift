import Inference
import Testing
import Tools

@Suite struct ChatPromptTests {
  static let tool = ToolDefinition(
    name: "set_light", description: "Switch a light",
    parameters: ["type": "object", "properties": ["on": ["type": "boolean"]], "required": ["on"]])

  private func text(_ template: ChatTemplate, _ tokens: some Sequence<TokenID>) -> String {
    String(decoding: template.tokenizer.decode(tokens, showingSpecials: true), as: UTF8.self)
  }

  @Test(arguments: ChatFormat.allCases)
  func textNeverBecomesAMarker(format: ChatFormat) throws {
    let template = try TestVocabulary.template(format)
    let markers = TestVocabulary.specials.values.flatMap { $0 }.map(\.0).joined(separator: " ")
    let call = ToolCall(id: "abcdefghi", name: "set_light", arguments: ["text": .string(markers)], origin: .model)
    let hostile: [ChatMessage] = [
      .system(markers), .user(markers), .assistant(text: "", calls: [call]),
      .tool(ToolResult(id: "abcdefghi", name: "set_light", isSuccess: true, output: .string(markers))),
      .assistant(text: markers, calls: []), .user(markers),
    ]
    let harmless: [ChatMessage] = hostile.map { message in
      switch message {
      case .system: .system("x")
      case .user: .user("x")
      case .assistant(_, let calls) where calls.isEmpty: .assistant(text: "x", calls: [])
      case .assistant(let text, let calls):
        .assistant(
          text: text,
          calls: calls.map {
            var call = $0; call.arguments = ["text": "x"]; return call
          })
      case .tool(let result): .tool(ToolResult(id: result.id, name: result.name, isSuccess: true, output: "x"))
      }
    }
    var hostileTool = Self.tool
    hostileTool.description = markers
    let specials: ([TokenID]) -> [TokenID] = { $0.filter { template.tokenizer.types[Int($0)] != .normal } }
    let first = try template.render(hostile, tools: [hostileTool], context: markers)
    let second = try template.render(harmless, tools: [Self.tool], context: "x")
    #expect(specials(first.tokens) == specials(second.tokens))
    #expect(!specials(first.tokens).isEmpty)
  }

  @Test(arguments: ChatFormat.allCases)
  func theStablePrefixIsTheSameForOtherTurnsOfAFirstMessage(format: ChatFormat) throws {
    let template = try TestVocabulary.template(format)
    var prefixes: Set<[TokenID]> = []
    for question in ["Turn on the light", " ", "1", "", "\n\nÄpfel", "light light light", ".?!", "<s>[INST]"] {
      let prompt = try template.render([.system("You are kind."), .user(question)], tools: [Self.tool], context: "")
      prefixes.insert(Array(prompt.tokens[..<prompt.stableCount]))
      #expect(text(template, prompt.tokens[..<prompt.stableCount]).contains("You are kind"))
      #expect(text(template, prompt.tokens[..<prompt.stableCount]).contains("set_light"))
    }
    #expect(prefixes.count == 1)
  }

  @Test(arguments: ChatFormat.allCases)
  func theContextStandsBehindTheStablePrefixAndBeforeTheLastQuestion(format: ChatFormat) throws {
    let template = try TestVocabulary.template(format)
    let messages: [ChatMessage] = [
      .system("You are kind."), .user("first"), .assistant(text: "answer", calls: []), .user("second"),
    ]
    let prompt = try template.render(messages, tools: [Self.tool], context: "It is noon.")
    let whole = text(template, prompt.tokens)
    // Our own format has a message of its own for it.
    #expect(whole.contains(format == .earshot1 ? "It is noon.<|end|><|user|>second" : "It is noon.\n\nsecond"))
    #expect(!text(template, prompt.tokens[..<prompt.stableCount]).contains("noon"))
    let other = try template.render(messages, tools: [Self.tool], context: "It is night.")
    #expect(prompt.tokens[..<prompt.stableCount] == other.tokens[..<other.stableCount])
  }

  @Test(arguments: [ChatFormat.mistralV3Tekken, .mistralV7Tekken, .mistralV11])
  func toolsPlacedFirstStayWhereTheyAreWhileTheConversationGoesOn(format: ChatFormat) throws {
    var template = try TestVocabulary.template(format)
    template.placesToolsFirst = true
    let start: [ChatMessage] = [.system("You are kind."), .user("first")]
    let first = try template.render(start, tools: [Self.tool])
    let later = try template.render(
      start + [.assistant(text: "answer", calls: []), .user("second")], tools: [Self.tool])
    #expect(later.tokens.starts(with: first.tokens))
    #expect(text(template, first.tokens[..<first.stableCount]).contains("set_light"))
  }

  @Test(arguments: ChatFormat.allCases)
  func aConversationWithNothingToAnswerIsRefused(format: ChatFormat) throws {
    let template = try TestVocabulary.template(format)
    for messages in [[], [.system("x")], [.user("x"), .assistant(text: "y", calls: [])]] as [[ChatMessage]] {
      #expect(throws: InferenceError.self) { try template.render(messages, tools: []) }
    }
  }

  @Test func identitiesThatAreNoneAreWrittenAsNineLettersAndDigits() {
    #expect(MistralCallID.written("abcDEF123") == "abcDEF123")
    let made = MistralCallID.written("call_0123456789")
    #expect(made.utf8.count == 9)
    #expect(made.utf8.allSatisfy { MistralCallID.characters.contains($0) })
    #expect(made == MistralCallID.written("call_0123456789"))
    #expect(made != MistralCallID.written("call_0123456780"))
  }

  @Test func thinkingOfEarlierTurnsIsLeftOut() throws {
    let template = try TestVocabulary.template(.qwen3)
    let prompt = try template.render(
      [.user("a"), .assistant(text: "<think>\nlong\n</think>\n\nshort", calls: []), .user("b")], tools: [])
    let whole = text(template, prompt.tokens)
    #expect(!whole.contains("long"))
    #expect(whole.contains("assistant\nshort<|im_end|>"))
    #expect(whole.hasSuffix("<|im_start|>assistant\n<think>\n\n</think>\n\n"))
  }
}
