/// What a fuzzer calls with arbitrary bytes; each returns for every input, and traps where a promise is broken.
public enum TokenizerFuzzing {
  /// A vocabulary out of the bytes, then a text of the same bytes through it.
  public static func vocabulary(_ bytes: Span<UInt8>) {
    var input: [UInt8] = []
    for index in bytes.indices { input.append(bytes[index]) }
    let data = data(input)
    guard let tokenizer = try? Tokenizer(data) else { return }
    check(tokenizer, input)
  }

  /// Encodes and decodes a text, and checks what is promised of both.
  public static func check(_ tokenizer: Tokenizer, _ text: [UInt8]) {
    let tokens = tokenizer.encode(text)
    for token in tokens {
      precondition(tokenizer.types.indices.contains(Int(token)), "a token is outside the vocabulary")
      precondition(
        tokenizer.types[Int(token)] != .control && tokenizer.types[Int(token)] != .unused,
        "text became a control token or an unused one")
    }
    var detokenizer = Detokenizer(tokenizer)
    var pieces: [UInt8] = []
    for token in tokens { pieces += detokenizer.append(token) }
    pieces += detokenizer.finish()
    precondition(pieces == tokenizer.decode(tokens), "streaming lost bytes")
  }

  /// Header bytes choose the shape; the rest is cut at zero bytes into tokens and merges.
  private static func data(_ input: [UInt8]) -> TokenizerData {
    let header = Array(input.prefix(8)) + Array(repeating: 0, count: max(0, 8 - input.count))
    var tokens = ByteStrings()
    var merges = ByteStrings()
    var types: [TokenizerData.TokenType] = []
    var scores: [Float] = []
    for part in input.dropFirst(8).split(separator: 0, omittingEmptySubsequences: false) {
      guard let kind = part.first else { continue }
      let text = part.dropFirst()
      if kind & 0x80 != 0 {
        merges.append(text)
      } else {
        tokens.append(text)
        types.append(TokenizerData.TokenType(rawValue: kind & 7) ?? .normal)
        scores.append(kind & 0x40 != 0 ? -Float(kind & 0x38) : Float(text.count))
      }
    }
    let pre = PreTokenizer.allCases[Int(header[1]) % PreTokenizer.allCases.count].rawValue
    return TokenizerData(
      model: header[0] & 1 == 0 ? .spm : .bytePair, preTokenizer: header[0] & 2 == 0 ? pre : nil, tokens: tokens,
      scores: header[0] & 4 == 0 ? scores : [], types: header[0] & 8 == 0 ? types : Array(types.dropLast()),
      merges: merges, bos: TokenID(header[2]), eos: header[0] & 16 == 0 ? nil : TokenID(header[3]),
      unknown: header[0] & 32 == 0 ? nil : TokenID(Int8(bitPattern: header[4])), addBOS: header[5] & 1 == 1,
      addSpacePrefix: header[5] & 2 == 2)
  }
}
