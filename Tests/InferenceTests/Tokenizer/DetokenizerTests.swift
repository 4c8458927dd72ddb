import Inference
import Testing

@Suite struct DetokenizerTests {
  @Test func piecesAreNeverCutInsideACharacterAndLoseNothing() throws {
    let tokenizer = try TokenizerTests.small()
    let texts = try GeneratedText()
    for seed in 0..<400 as Range<UInt64> {
      let tokens = tokenizer.encode(texts.text(seed))
      var detokenizer = Detokenizer(tokenizer)
      var pieces: [[UInt8]] = tokens.map { detokenizer.append($0) }
      for piece in pieces { #expect(Array(String(decoding: piece, as: UTF8.self).utf8) == piece) }
      pieces.append(detokenizer.finish())
      let joined: [UInt8] = pieces.flatMap { $0 }
      let whole: [UInt8] = tokens.flatMap { Array(tokenizer.tokenBytes[Int($0)]) }
      #expect(joined == whole)
    }
  }

  /// Raw bytes, as a model may write them: what comes out piece by piece is repaired to the same text as the whole.
  @Test func brokenBytesPassAsTheyAreAndReadTheSame() throws {
    let tokenizer = try TokenizerTests.small()
    var single: [TokenID] = Array(repeating: 0, count: 256)
    for id in tokenizer.tokenBytes.indices where tokenizer.tokenBytes[id].count == 1 {
      single[Int(tokenizer.tokenBytes[id].first!)] = TokenID(id)
    }
    var random = GeneratedText.Random(state: 5)
    let parts: [[UInt8]] = [
      [0xF0, 0x9F, 0x98, 0x80], [0xE2, 0x82, 0xAC], [0xC3], [0xED, 0xA0], [0x80], [0xFF], [65],
    ]
    for _ in 0..<2000 {
      var bytes: [UInt8] = []
      for _ in 0..<6 {
        let part = parts[random.below(parts.count)]
        bytes += part.prefix(1 + random.below(part.count))
      }
      var detokenizer = Detokenizer(tokenizer)
      var pieces = bytes.map { detokenizer.append(single[Int($0)]) }
      pieces.append(detokenizer.finish())
      let joined: [UInt8] = pieces.flatMap { $0 }
      #expect(joined == bytes)
      let text = pieces.map { String(decoding: $0, as: UTF8.self) }.joined()
      #expect(text == String(decoding: bytes, as: UTF8.self), "\(bytes)")
      for piece in pieces { #expect(piece.count <= 4) }
    }
  }

  @Test func theSpaceThatEncodingAddsIsTakenAwayAgain() throws {
    let tokenizer = try Tokenizer(TokenizerTests.spm())
    for text in ["hello", " hello", "  hello", "hello hello"] {
      #expect(tokenizer.decode(tokenizer.encode(text)) == Array(text.utf8))
    }
    let twice = [1] + tokenizer.encode("hello") + [2] + tokenizer.encode("hello")
    #expect(String(decoding: tokenizer.decode(twice), as: UTF8.self) == "hellohello")
    #expect(String(decoding: tokenizer.decode(twice, showingSpecials: true), as: UTF8.self) == "<s>hello</s>hello")
  }

  @Test func idsOutsideTheVocabularyWriteNothing() throws {
    let tokenizer = try TokenizerTests.small()
    #expect(tokenizer.decode([-1, .max, .min]) == [])
  }
}
