import Inference
import Testing

/// Prompts of mistral-common; see Golden/chat/make_mistral_chat.py.
@Suite(.serialized) struct MistralChatTests {
  static let files = [
    "mistral-v3": "mistral_instruct_tokenizer_240323.model.v3",
    "mistral-v7": "mistral_instruct_tokenizer_241114.model.v7",
  ]

  @Test(
    "conversations become the prompts that mistral-common gives (needs the tokenizers that setup.sh fetches for tests)",
    .enabled(if: RealVocabularies.isThere("tekken_240911.json")),
    arguments: [
      ["mistral-v3"], ["mistral-v7"], ["mistral-v3-tekken", "mistral-v7-tekken", "mistral-v11", "mistral-v13"],
    ])
  func conversationsBecomeThePromptsOfMistralCommon(formats: [String]) throws {
    let tokenizer = try RealVocabularies.tokenizer(Self.files[formats[0]] ?? "tekken_240911.json")
    let words = try GeneratedText().words
    for name in formats {
      let template = try ChatTemplate(ChatFormat(named: name), tokenizer: tokenizer)
      let line = try TokenGolden.lines("chat/mistral_chat.golden").first { $0.starts(with: (name + " ").utf8) }
      let golden = TokenGolden.words(try #require(line).dropFirst(name.utf8.count + 1))
      #expect(golden.count == 600)
      var different: [Int] = []
      for (seed, expected) in golden.enumerated() {
        let conversation = GeneratedConversation(seed: UInt64(seed), words: words)
        let prompt = try template.render(conversation.messages, tools: conversation.tools)
        if GeneratedText.hash(prompt.tokens) != expected { different.append(seed) }
        #expect(prompt.stableCount <= prompt.tokens.count)
      }
      #expect(different == [], "\(name): \(different.count) conversations differ")
      for example in try TokenGolden.lines("chat/mistral_chat_examples.txt") {
        let fields = example.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
        guard fields[0] == name, let seed = UInt64(fields[1]) else { continue }
        let conversation = GeneratedConversation(seed: seed, words: words)
        let prompt = try template.render(conversation.messages, tools: conversation.tools)
        #expect(prompt.tokens.map(String.init).joined(separator: ",") == fields[2], "\(name) \(seed)")
      }
    }
  }
}
