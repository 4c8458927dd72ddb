import Inference
import Testing

@Suite struct BytePairTests {
  /// The tokenizers package's ids for a vocabulary of our own, with the regular expressions of the models.
  @Test(arguments: ["llama-bpe", "qwen2", "tekken", "gpt-4o", "gpt-2"])
  func everyPreTokeniserSplitsAsItsRegularExpression(name: String) throws {
    let tokenizer = try Tokenizer(SmallVocabulary().data(preTokenizer: name))
    let line = try TokenGolden.lines("tokens/small_vocabulary.golden").first { $0.starts(with: (name + " ").utf8) }
    let golden = TokenGolden.words(try #require(line).dropFirst(name.utf8.count + 1))
    let texts = try GeneratedText()
    #expect(golden.count == 3000)
    var different: [Int] = []
    for (seed, expected) in golden.enumerated()
    where GeneratedText.hash(tokenizer.encode(texts.text(UInt64(seed)))) != expected {
      different.append(seed)
    }
    #expect(different == [], "\(different.count) texts differ")
  }
}
