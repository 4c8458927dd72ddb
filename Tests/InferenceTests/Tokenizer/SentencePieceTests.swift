import Inference
import Testing

/// Ids of SentencePiece for vocabularies of our own; see Golden/tokens/make_small_sentencepiece.py.
@Suite struct SentencePieceTests {
  @Test(arguments: ["small_spm_prefix", "small_spm_plain"])
  func textBecomesTheIdsThatSentencePieceGives(name: String) throws {
    let tokenizer = try Tokenizer(Self.data(name))
    let golden = TokenGolden.words(try TokenGolden.lines("tokens/\(name).golden")[0])
    let texts = try GeneratedText()
    #expect(golden.count == 3000)
    var different: [Int] = []
    for (seed, expected) in golden.enumerated() {
      let tokens = tokenizer.encode(texts.text(UInt64(seed)))
      if GeneratedText.hash(tokens) != expected { different.append(seed) }
      // U+2581 in a text is SentencePiece's space.
      var whole = String.UnicodeScalarView()
      for scalar in String(decoding: texts.text(UInt64(seed)), as: UTF8.self).unicodeScalars {
        whole.append(scalar == "\u{2581}" ? " " : scalar)
      }
      #expect(tokenizer.decode(tokens) == Array(String(whole).utf8))
    }
    #expect(different == [], "\(different.count) texts differ")
  }

  /// GGUF writes user-defined pieces with real spaces.
  private static func data(_ name: String) throws -> TokenizerData {
    var tokens = ByteStrings()
    var scores: [Float] = []
    var types: [TokenizerData.TokenType] = []
    for line in try TokenGolden.lines("tokens/\(name).txt") {
      let fields = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
      let type = try #require(UInt8(fields[0]).flatMap(TokenizerData.TokenType.init(rawValue:)))
      let bytes = stride(from: 0, to: fields[2].utf8.count, by: 2).map { place in
        UInt8(fields[2].dropFirst(place).prefix(2), radix: 16)!
      }
      types.append(type)
      scores.append(Float(fields[1])!)
      let text = String(decoding: bytes, as: UTF8.self)
      tokens.append(Array(type == .userDefined ? text.replacing("▁", with: " ").utf8 : text.utf8))
    }
    return TokenizerData(
      model: .spm, tokens: tokens, scores: scores, types: types, bos: 1, eos: 2, unknown: 0,
      addSpacePrefix: name == "small_spm_prefix")
  }
}
