import Inference
import Testing
import Tools

/// The format of the model in the box, against the renderer that its training used; see Golden/chat/make_earshot_chat.py.
@Suite struct EarshotChatTests {
  private static let context = "It is ten past nine.\nThe hall's light is on."

  private func text(_ prompt: ChatPrompt, _ template: ChatTemplate) -> [UInt8] {
    template.tokenizer.decode(prompt.tokens, showingSpecials: true)
  }

  private func prompt(_ seed: Int, _ template: ChatTemplate, _ words: [String]) throws -> ChatPrompt {
    let conversation = GeneratedConversation(seed: UInt64(seed), words: words)
    return try template.render(
      conversation.messages, tools: conversation.tools, context: seed % 3 == 0 ? Self.context : "")
  }

  @Test func conversationsBecomeThePromptsOfTheTraining() throws {
    let template = try TestVocabulary.template(.earshot1)
    let words = try GeneratedText().words
    let golden = TokenGolden.words(try #require(TokenGolden.lines("chat/earshot_chat.golden").first))
    #expect(golden.count == 150)
    var different: [Int] = []
    for (seed, expected) in golden.enumerated() {
      let prompt = try prompt(seed, template, words)
      let text = text(prompt, template)
      if TemplateChatTests.hash(text) != expected { different.append(seed) }
      guard seed % 5 == 0 else { continue }
      #expect(template.tokenizer.encode(text, parsingSpecials: true) == prompt.tokens, "\(seed)")
    }
    #expect(different == [], "\(different.count) conversations differ")
  }

  @Test func toolsBecomeTheSignaturesOfTheTraining() throws {
    let template = try TestVocabulary.template(.earshot1)
    var lines = try TokenGolden.lines("chat/earshot_signatures.txt").map { try JSONValue(parsing: Array($0)) }
    let whole = lines.removeLast()
    #expect(lines.count == 12)
    for line in lines {
      let tool = try ToolDefinition(openAI: try #require(line[0]))
      let prompt = try template.render([.user("hello")], tools: [tool])
      let signature = try #require(line[1]?.stringValue)
      let expected = "<|bos|><|tools|>\(signature)<|end|><|user|>hello<|end|><|assistant|>"
      #expect(String(decoding: text(prompt, template), as: UTF8.self) == expected)
    }
    let prompt = try prompt(7, template, try GeneratedText().words)
    #expect(.string(String(decoding: text(prompt, template), as: UTF8.self)) == whole)
  }

  @Test func whatChangesFromTurnToTurnStandsBehindTheStablePart() throws {
    let template = try TestVocabulary.template(.earshot1)
    let tool = ChatPromptTests.tool
    let first = try template.render([.system("Be kind."), .user("one")], tools: [tool], context: "It is noon.")
    let other: [ChatMessage] = [.system("Be kind."), .user("one"), .assistant(text: "Two.", calls: []), .user("three")]
    let second = try template.render(other, tools: [tool], context: "It is one.")
    #expect(first.stableCount == second.stableCount)
    #expect(first.tokens.prefix(first.stableCount) == second.tokens.prefix(second.stableCount))
    #expect(template.tokenizer.special("<|context|>") == first.tokens[first.stableCount])
  }

  @Test func schemasInsideSchemasEnd() throws {
    let template = try TestVocabulary.template(.earshot1)
    var schema: JSONValue = ["type": "string"]
    for _ in 0..<200 { schema = ["type": "array", "items": schema] }
    let tool = ToolDefinition(
      name: "deep", description: "", parameters: ["type": "object", "properties": ["a": schema]])
    let prompt = try template.render([.user("x")], tools: [tool])
    #expect(String(decoding: text(prompt, template), as: UTF8.self).contains("[[[any]]]"))
  }
}
