import Inference
import Testing
import Tools

/// Prompts of the models' own templates; see Golden/chat/make_template_chat.py.
@Suite struct TemplateChatTests {
  static func format(_ name: String) throws -> ChatFormat {
    try ChatFormat(named: name == "llama-3.2" ? "llama-3.1" : name)
  }

  @Test(arguments: ["qwen2.5", "qwen3", "llama-3.1", "llama-3.2", "phi-4-mini", "gemma-3"])
  func conversationsBecomeThePromptsOfTheModelsTemplates(name: String) throws {
    let template = try TestVocabulary.template(Self.format(name))
    let words = try GeneratedText().words
    let line = try TokenGolden.lines("chat/template_chat.golden").first { $0.starts(with: (name + " ").utf8) }
    let golden = TokenGolden.words(try #require(line).dropFirst(name.utf8.count + 1))
    #expect(golden.count == 150)
    var different: [Int] = []
    for (seed, expected) in golden.enumerated() {
      let conversation = GeneratedConversation(seed: UInt64(seed), words: words)
      let prompt = try template.render(conversation.messages, tools: conversation.tools)
      let text = template.tokenizer.decode(prompt.tokens, showingSpecials: true)
      if Self.hash(text) != expected { different.append(seed) }
      // The prompt is what one encoding of the whole text gives, although no text was parsed for control tokens.
      guard seed % 5 == 0 else { continue }
      let whole = template.tokenizer.encode(text, parsingSpecials: true)
      #expect(whole == prompt.tokens, "\(name) \(seed)")
    }
    #expect(different == [], "\(name): \(different.count) conversations differ")
  }

  @Test func thePromptReadsAsTheTemplatesDoes() throws {
    let words = try GeneratedText().words
    for example in try TokenGolden.lines("chat/template_chat_examples.txt") {
      let fields = example.split(separator: UInt8(ascii: " "), maxSplits: 2)
      let name = String(decoding: fields[0], as: UTF8.self)
      let template = try TestVocabulary.template(Self.format(name))
      let conversation = GeneratedConversation(
        seed: try #require(UInt64(String(decoding: fields[1], as: UTF8.self))), words: words)
      let prompt = try template.render(conversation.messages, tools: conversation.tools)
      let text = String(decoding: template.tokenizer.decode(prompt.tokens, showingSpecials: true), as: UTF8.self)
      #expect(.string(text) == (try JSONValue(parsing: Array(fields[2]))), "\(name)")
    }
  }

  static func hash(_ bytes: [UInt8]) -> UInt32 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return UInt32(truncatingIfNeeded: hash ^ (hash >> 32))
  }
}
