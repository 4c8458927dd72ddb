import Inference
import Testing

/// Vocabularies and texts of mutated bytes: refused, or everything that is promised of a tokenizer holds.
@Suite struct TokenizerFuzzingTests {
  @Test func mutatedVocabulariesAreRefusedOrSound() throws {
    let seeds: [[UInt8]] = try [seed(model: 0), seed(model: 1)]
    var random = GeneratedText.Random(state: 11)
    for round in 0..<ChatFormatFuzzingTests.rounds {
      var input = seeds[round % 2]
      for _ in 0..<(1 + random.below(8)) {
        switch random.below(4) {
        case 0: input[random.below(input.count)] = UInt8(random.below(256))
        case 1: input.insert(UInt8(random.below(256)), at: random.below(input.count))
        case 2: input.remove(at: random.below(input.count))
        default:
          let start = random.below(input.count)
          input.insert(contentsOf: Array(input[start...].prefix(random.below(12))), at: random.below(input.count))
        }
      }
      TokenizerFuzzing.vocabulary(input.span)
    }
  }

  @Test func anyBytesAreAText() throws {
    let tokenizers = [try TokenizerTests.small(), try Tokenizer(TokenizerTests.spm())]
    var random = GeneratedText.Random(state: 12)
    for round in 0..<ChatFormatFuzzingTests.rounds {
      let text = (0..<random.below(60)).map { _ in UInt8(random.below(256)) }
      TokenizerFuzzing.check(tokenizers[round % 2], text)
    }
  }

  /// Eight bytes of header, then tokens and merges between zero bytes, each behind a byte that says what it is.
  private func seed(model: UInt8) throws -> [UInt8] {
    var input: [UInt8] = [model, 0, 1, 2, 0, 0, 2, 0]
    for letter in "abcdehlo <>s".utf8 { input += [1, letter, 0] }
    for token in ["he", "ll", "hell", "hello", "<s>", "▁", "▁h"] { input += [1] + Array(token.utf8) + [0] }
    for token in ["<s>", "</s>", "<tool>"] { input += [3 + UInt8(token.utf8.count & 1)] + Array(token.utf8) + [0] }
    for byte in ["<0x41>", "<0xFF>"] { input += [6] + Array(byte.utf8) + [0] }
    for merge in ["h e", "l l", "he ll", "hell o"] { input += [0x80] + Array(merge.utf8) + [0] }
    return input
  }
}
