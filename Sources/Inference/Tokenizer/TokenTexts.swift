/// The raw bytes of each token, from the texts in the file.
struct TokenTexts {
  /// What each token writes.
  var bytes = ByteStrings()
  /// As `bytes`, and the text in the file for tokens that write nothing.
  var names = ByteStrings()
  /// The tokens that SentencePiece writes as `<0xXX>`.
  var byteTokens: [TokenID?] = Array(repeating: nil, count: 256)

  init(_ data: TokenizerData) {
    bytes.reserveCapacity(strings: data.tokens.count, bytes: data.tokens.bytes.count)
    names.reserveCapacity(strings: data.tokens.count, bytes: data.tokens.bytes.count)
    var text: [UInt8] = []
    for index in data.tokens.indices {
      let stored = data.tokens[index]
      text.removeAll(keepingCapacity: true)
      let type = data.types[index]
      switch (data.model, type) {
      case (.spm, .byte):
        if let byte = Self.byte(stored) {
          byteTokens[Int(byte)] = TokenID(index)
          text.append(byte)
        }
      case (.spm, .normal), (.spm, .userDefined): text = Self.replacingSpaces(stored)
      case (.bytePair, .normal), (.bytePair, .byte):
        if !ByteAlphabet.decode(stored, into: &text) { text.append(contentsOf: stored) }
      case (.bytePair, .userDefined): text.append(contentsOf: stored)
      case (_, .control), (_, .unknown), (_, .unused): break
      }
      bytes.append(text)
      if text.isEmpty { names.append(stored) } else { names.append(text) }
    }
  }

  /// `<0xXX>`
  private static func byte(_ text: ArraySlice<UInt8>) -> UInt8? {
    guard text.count == 6, text.starts(with: "<0x".utf8), text.last == UInt8(ascii: ">") else { return nil }
    return UInt8(String(decoding: text.dropFirst(3).dropLast(), as: UTF8.self), radix: 16)
  }

  /// `▁` is how SentencePiece writes a space.
  static func replacingSpaces(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(text.count)
    var index = text.startIndex
    while index < text.endIndex {
      if text[index] == SPMEncoder.space[0], text[index...].starts(with: SPMEncoder.space) {
        output.append(UInt8(ascii: " "))
        index += 3
      } else {
        output.append(text[index])
        index += 1
      }
    }
    return output
  }
}
