import Inference
import Testing

/// Ids of mistral-common's real tokenizers; see Golden/tokens/make_mistral_golden.py.
@Suite(.serialized) struct MistralTokenTests {
  @Test(
    "text becomes the ids that mistral-common gives (needs the tokenizers that setup.sh fetches for tests)",
    .enabled(if: RealVocabularies.isThere("tekken_240911.json")),
    arguments: [
      "tokenizer.model.v1", "mistral_instruct_tokenizer_240216.model.v2", "mistral_instruct_tokenizer_240323.model.v3",
      "mistral_instruct_tokenizer_241114.model.v7", "tekken_240718.json", "tekken_240911.json",
    ])
  func textBecomesTheIdsThatMistralCommonGives(name: String) throws {
    let tokenizer = try RealVocabularies.tokenizer(name)
    let golden = TokenGolden.words(try TokenGolden.lines("tokens/\(name).golden")[0])
    let texts = try GeneratedText()
    #expect(golden.count >= 1500)
    var different: [Int] = []
    for (seed, expected) in golden.enumerated() {
      let ids = tokenizer.encode(texts.text(UInt64(seed)))
      if GeneratedText.hash(ids) != expected { different.append(seed) }
    }
    #expect(different == [], "\(different.count) texts differ")
  }
}
