import Inference
import Testing

@Suite struct TokenizerTests {
  static func small(_ specials: [(String, TokenizerData.TokenType)] = [], pre: String = "tekken") throws -> Tokenizer {
    try Tokenizer(SmallVocabulary().data(preTokenizer: pre, specials: specials))
  }

  /// A little SentencePiece vocabulary: bytes, a few words, and their parts.
  static func spm(
    prefix: Bool = true, _ extra: [(String, TokenizerData.TokenType, Float)] = []
  ) -> TokenizerData {
    var tokens: [(String, TokenizerData.TokenType, Float)] = [
      ("<unk>", .unknown, 0), ("<s>", .control, 0), ("</s>", .control, 0),
    ]
    for byte in 0...255 {
      let digits = String(byte, radix: 16, uppercase: true)
      tokens.append(("<0x" + (digits.utf8.count < 2 ? "0" : "") + digits + ">", .byte, 0))
    }
    tokens += [
      ("▁", .normal, -9), ("h", .normal, -9), ("e", .normal, -9), ("l", .normal, -9), ("o", .normal, -9),
      ("he", .normal, -1), ("ll", .normal, -2), ("hell", .normal, -3), ("hello", .normal, -4),
      ("▁hello", .normal, -5), ("▁▁", .normal, -6), ("<", .normal, -9), ("s", .normal, -9), (">", .normal, -9),
      ("<s", .normal, -9),
    ]
    tokens += extra
    return TokenizerData(
      model: .spm, tokens: ByteStrings(tokens.map(\.0)), scores: tokens.map(\.2), types: tokens.map(\.1), bos: 1,
      eos: 2, unknown: 0, addBOS: true, addSpacePrefix: prefix)
  }

  private func names(_ tokenizer: Tokenizer, _ text: String) -> [String] {
    tokenizer.encode(text).map { String(decoding: tokenizer.tokenNames[Int($0)], as: UTF8.self) }
  }

  // MARK: SentencePiece

  @Test func theHighestScoreMergesFirstAndEqualOnesFromTheLeft() throws {
    let tokenizer = try Tokenizer(Self.spm())
    #expect(names(tokenizer, "hello") == [" hello"])
    #expect(names(tokenizer, "hell") == [" ", "hell"])
    #expect(names(tokenizer, "lll") == [" ", "ll", "l"])
    #expect(names(tokenizer, "  hello") == ["  ", " hello"])
  }

  @Test func textNeverMergesIntoAControlTokenOrAByteToken() throws {
    let tokenizer = try Tokenizer(Self.spm())
    #expect(names(tokenizer, "<s>") == [" ", "<s", ">"])
    let byteToken: TokenID = 3 + 0x41
    #expect(!tokenizer.encode("<0x41>").contains(byteToken))
    #expect(tokenizer.encode("<s>", parsingSpecials: true) == [1])
  }

  @Test func whatIsNoTokenIsWrittenByteByByte() throws {
    let tokenizer = try Tokenizer(Self.spm(prefix: false))
    let bytes: [TokenID] = [3 + 0xC3, 3 + 0xBC, 3 + 10]
    #expect(tokenizer.encode("ü\n") == bytes)
    #expect(tokenizer.decode(tokenizer.encode("hello ü\n")) == Array("hello ü\n".utf8))
  }

  /// Found by fuzzing: a file may call any token the unknown one.
  @Test func whatIsUnknownNeverBecomesATokenThatTextMustNotBecome() throws {
    var data = Self.spm()
    // No bytes to fall back to.
    data.types = data.types.map { $0 == .byte ? .unused : $0 }
    for (id, isUsed) in [(0, true), (1, false), (2, false), (3, false)] {
      data.unknown = TokenID(id)
      #expect(try Tokenizer(data).encode("x").contains(TokenID(id)) == isUsed)
    }
    data.unknown = 0
    data.types[0] = .userDefined
    #expect(try !Tokenizer(data).encode("x").contains(0))
  }

  @Test func anUnusedTokenIsUndoneIntoItsParts() throws {
    let tokenizer = try Tokenizer(Self.spm(prefix: false, [("hellohello", .unused, 0), ("oh", .unused, -10)]))
    #expect(names(tokenizer, "hellohello") == ["hello", "hello"])
    for token in tokenizer.encode("hellohello oh oh") { #expect(tokenizer.types[Int(token)] != .unused) }
    #expect(tokenizer.decode(tokenizer.encode("hellohello oh")) == Array("hellohello oh".utf8))
  }

  @Test func theLongestUserDefinedTokenIsCutOutFirst() throws {
    let tokenizer = try Tokenizer(Self.spm(prefix: false, [("\n\n", .userDefined, 0), ("\n\n\n", .userDefined, 0)]))
    let two = try #require(tokenizer.special("\n\n"))
    let three = try #require(tokenizer.special("\n\n\n"))
    #expect(tokenizer.encode("\n\n\n\n\n") == [three, two])
    let newline: TokenID = 3 + 10
    #expect(tokenizer.encode("\n\n", withholding: [two]) == [newline, newline])
  }

  @Test func noTextGivesNoTokens() throws {
    #expect(try Tokenizer(Self.spm()).encode("") == [])
    #expect(try Self.small().encode("") == [])
  }

  // MARK: Byte-level

  @Test func controlTokensComeOfTextOnlyWhereThatIsAskedFor() throws {
    let tokenizer = try Self.small([("<|end|>", .control), ("<tool>", .userDefined)])
    let end = try #require(tokenizer.special("<|end|>"))
    let tool = try #require(tokenizer.special("<tool>"))
    #expect(!tokenizer.encode("a<|end|>b").contains(end))
    let parsed = tokenizer.encode("a<|end|>b<tool>", parsingSpecials: true)
    #expect(parsed.filter { $0 == end || $0 == tool } == [end, tool])
    #expect(tokenizer.encode("a<tool>b").contains(tool))
    #expect(!tokenizer.encode("a<tool>b", withholding: [tool]).contains(tool))
    #expect(tokenizer.tokenBytes.range(Int(end)).isEmpty)
  }

  @Test(arguments: ["llama-bpe", "qwen2", "tekken", "gpt-4o", "gpt-2"])
  func whatIsEncodedDecodesToItself(pre: String) throws {
    let tokenizer = try Self.small(pre: pre)
    let texts = try GeneratedText()
    for seed in 0..<300 as Range<UInt64> {
      let repaired = Array(String(decoding: texts.text(seed), as: UTF8.self).utf8)
      #expect(tokenizer.decode(tokenizer.encode(texts.text(seed))) == repaired)
    }
  }

  @Test func otherNamesOfAPreTokeniserAreKnown() throws {
    let text = "It'S 1234 déjà-vu\r\n\r\n  x"
    for (name, other) in [("llama-bpe", "pixtral"), ("llama-bpe", "llama3"), ("gpt-4o", "llama4")] {
      #expect(try Self.small(pre: name).encode(text) == Self.small(pre: other).encode(text))
    }
  }

  @Test func anUnknownPreTokeniserIsRefusedWithTheKnownOnes() {
    let error = #expect(throws: InferenceError.self) { try Self.small(pre: "klingon") }
    #expect(error?.code == .unsupported)
    #expect(error?.remedy.contains("tekken") == true)
  }

  // MARK: Long and hostile input

  /// One piece of a megabyte takes a merge queue, not a table of all pairs; a quadratic one would take hours here.
  @Test(arguments: [TokenizerData.Model.spm, .bytePair])
  func aLongRunOfOnePieceIsEncoded(model: TokenizerData.Model) throws {
    let tokenizer = model == .spm ? try Tokenizer(Self.spm()) : try Self.small(pre: "llama-bpe")
    let text = Array(String(repeating: "hello", count: 20_000).utf8)
    let tokens = tokenizer.encode(text)
    #expect(tokenizer.decode(tokens) == text)
    #expect(tokens.count < text.count)
  }

  @Test func damagedVocabulariesAreRefused() throws {
    let sound = Self.spm()
    let damages: [(inout TokenizerData) -> Void] = [
      { $0.types.removeLast() }, { $0.scores.removeLast() }, { $0.bos = -1 }, { $0.eos = TokenID($0.tokens.count) },
      { $0.unknown = .max }, { $0.padding = .min }, { $0.scores[4] = .nan }, { $0.scores[5] = .infinity },
      {
        $0.tokens = ByteStrings(); $0.types = []; $0.scores = []
      },
      { data in
        data.tokens.append(Array(repeating: 65, count: 5000))
        data.types.append(.normal)
        data.scores.append(0)
      },
    ]
    let specials: [(inout TokenizerData) -> Void] = [
      { $0.tokens.append(Array(repeating: 65, count: 513)) },
      { data in for _ in 0..<2100 { data.tokens.append(Array(repeating: 65, count: 500)) } },
    ]
    for special in specials {
      var data = sound
      special(&data)
      let added = data.tokens.count - sound.tokens.count
      data.types += Array(repeating: .control, count: added)
      data.scores += Array(repeating: 0, count: added)
      #expect(throws: InferenceError.self) { try Tokenizer(data) }
    }
    for damage in damages {
      var data = sound
      damage(&data)
      let error = #expect(throws: InferenceError.self) { try Tokenizer(data) }
      #expect(error?.code == .fileInvalid)
    }
  }

  @Test func mergesThatNameNoTokensAreIgnored() throws {
    var data = try SmallVocabulary().data()
    let sound = try Tokenizer(data)
    for merge in ["", " ", "a", "a ", " a", "zzz qqq", "\u{1F600} a", "a b c", "\u{FFFF} x"] {
      data.merges.append(merge.utf8)
    }
    data.merges.append([0xFF, 0x20, 0xC3])
    let tokenizer = try Tokenizer(data)
    let texts = try GeneratedText()
    for seed in 0..<50 as Range<UInt64> {
      #expect(tokenizer.encode(texts.text(seed)) == sound.encode(texts.text(seed)))
    }
  }

  // MARK: Ends

  @Test func wellKnownNamesEndAGeneration() throws {
    var data = try SmallVocabulary().data(
      specials: [("<|im_end|>", .control), ("<|end|>", .userDefined), ("x", .control), ("<|eot_id|>", .control)])
    let first = TokenID(data.tokens.count - 4)
    data.eos = first + 2
    let tokenizer = try Tokenizer(data)
    #expect(tokenizer.endOfGeneration == Array(first...(first + 3)))
    #expect(tokenizer.endsGeneration(first))
    #expect(!tokenizer.endsGeneration(0))
  }
}
