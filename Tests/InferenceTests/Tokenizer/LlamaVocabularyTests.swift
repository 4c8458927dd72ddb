import Glibc
import Inference
import Testing

/// The vocabularies and expected ids in llama.cpp's `models` folder, which nobody may be asked to download: the tests
/// run where they lie in the share folder.
@Suite(.serialized) struct LlamaVocabularyTests {
  static let folder = (unsafe getenv("EARSHOT_SHARE").map { unsafe String(cString: $0) } ?? ".") + "/vocabularies/"

  static func isThere(_ name: String) -> Bool { unsafe access(folder + "ggml-vocab-\(name).gguf", R_OK) == 0 }

  @Test(
    "text becomes the ids that llama.cpp's fixtures list (needs its ggml-vocab files in EARSHOT_SHARE/vocabularies)",
    .enabled(if: isThere("llama-bpe")), arguments: ["llama-spm", "phi-3", "llama-bpe", "qwen2", "gpt-2"])
  func textBecomesTheIdsOfLlamaFixtures(name: String) throws {
    let path = Self.folder + "ggml-vocab-\(name).gguf"
    let file = try GGUFFile(path: path)
    let tokenizer = try Tokenizer(TokenizerData(metadata: file.metadata))
    let separator = Array("\n__ggml_vocab_test__\n".utf8)
    var texts: [[UInt8]] = [[]]
    for byte in try TokenGolden.bytes(path + ".inp") {
      texts[texts.count - 1].append(byte)
      if texts[texts.count - 1].suffix(separator.count) == separator[...] {
        texts[texts.count - 1].removeLast(separator.count)
        texts.append([])
      }
    }
    let lines = try TokenGolden.bytes(path + ".out").split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    #expect(texts.count > 40)
    for (text, line) in zip(texts, lines) {
      let expected = line.split(separator: UInt8(ascii: " ")).map { Int32(String(decoding: $0, as: UTF8.self)) }
      #expect(tokenizer.encode(text) == expected, "\(String(decoding: text, as: UTF8.self).debugDescription)")
    }
  }

  @Test(
    "generated texts become the ids of llama.cpp's tokenizer (needs what Golden/tokens/make_llama_hashes.py writes)",
    .enabled(if: unsafe access(folder + "ggml-vocab-qwen2.gguf.hashes", R_OK) == 0),
    arguments: ["llama-spm", "phi-3", "llama-bpe", "qwen2"])
  func generatedTextsBecomeTheIdsOfLlama(name: String) throws {
    let path = Self.folder + "ggml-vocab-\(name).gguf"
    let tokenizer = try Tokenizer(TokenizerData(metadata: GGUFFile(path: path).metadata))
    let hashes = TokenGolden.words(try TokenGolden.bytes(path + ".hashes")[...])
    let texts = try GeneratedText()
    #expect(hashes.count >= 1000)
    var different: [Int] = []
    for (seed, hash) in hashes.enumerated() {
      let text = Array(String(decoding: texts.text(UInt64(seed)), as: UTF8.self).utf8)
      if GeneratedText.hash(tokenizer.encode(text)) != hash { different.append(seed) }
    }
    #expect(different.isEmpty, "\(different.count), first \(different.prefix(5))")
  }
}
