/// SentencePiece's byte-pair model: characters merge by the score of the token that they become; what is no token in the
/// end is written byte by byte.
///
/// Source: `src/bpe_model.cc` of SentencePiece.
struct SPMEncoder: Sendable {
  private let index: TokenIndex
  private let types: [TokenizerData.TokenType]
  // Place of each token's score among the distinct scores, the highest first.
  private let priorities: [UInt32]
  // The tokens `<0x00>` to `<0xFF>`, or the unknown token, or -1.
  private let byteTokens: [TokenID]
  private let addSpacePrefix: Bool

  private struct Rule: MergeRule {
    let index: TokenIndex
    let priorities: [UInt32]
    func merge(_ left: TokenID, _ right: TokenID, _ bytes: [UInt8], _ range: Range<Int>) -> MergeStep? {
      guard let token = index.token(bytes, range) else { return nil }
      return MergeStep(priority: priorities[Int(token)], token: token)
    }
  }

  /// A space as SentencePiece writes it: U+2581.
  static let space: [UInt8] = [0xE2, 0x96, 0x81]

  /// - Parameters:
  ///   - index: the normal and the unused tokens by their text with `▁`.
  ///   - byteTokens: the token of each byte.
  init(_ data: TokenizerData, index: TokenIndex, byteTokens: [TokenID?]) {
    self.index = index
    types = data.types
    addSpacePrefix = data.addSpacePrefix
    let order = Set(data.scores).sorted(by: >)
    let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, UInt32($0)) })
    priorities = data.scores.map { places[$0] ?? 0 }
    self.byteTokens = byteTokens.map { $0 ?? data.unknownText ?? -1 }
  }

  /// Appends the tokens of well-formed text, which begins a prompt or follows a token that was cut out.
  func encode(_ bytes: [UInt8], _ range: Range<Int>, into output: inout [TokenID]) {
    guard !range.isEmpty else { return }
    var text: [UInt8] = []
    text.reserveCapacity(range.count * 2 + 3)
    if addSpacePrefix { text.append(contentsOf: Self.space) }
    for offset in range {
      if bytes[offset] == UInt8(ascii: " ") { text.append(contentsOf: Self.space) } else { text.append(bytes[offset]) }
    }
    var merger = SymbolMerger()
    var offset = 0
    while offset < text.count {
      let end = min(offset + UTF8Repair.length(lead: text[offset]), text.count)
      merger.append(offset..<end, token: index.token(text, offset..<end) ?? -1)
      offset = end
    }
    // Unused tokens take part in merging and are undone afterwards: how each was made.
    var leftParts: [TokenID: Int] = [:]
    merger.run(Rule(index: index, priorities: priorities), text) { token, bytes, boundary in
      if types[Int(token)] == .unused { leftParts[token] = boundary - bytes.lowerBound }
    }
    var symbol = 0
    while symbol >= 0 {
      let piece = merger.symbols[symbol]
      emit(piece.token, piece.start..<piece.end, text, leftParts, into: &output)
      symbol = piece.next
    }
  }

  private func emit(
    _ token: TokenID, _ range: Range<Int>, _ text: [UInt8], _ leftParts: [TokenID: Int], into output: inout [TokenID]
  ) {
    // A stack instead of recursion: an unused token may be made of unused tokens, as long as its text.
    var pending = [(token: token, range: range)]
    while let (token, range) = pending.popLast() {
      if token >= 0, types[Int(token)] != .unused {
        output.append(token)
      } else if token >= 0, let left = leftParts[token], left > 0, left < range.count {
        let middle = range.lowerBound + left
        pending.append((index.token(text, middle..<range.upperBound) ?? -1, middle..<range.upperBound))
        pending.append((index.token(text, range.lowerBound..<middle) ?? -1, range.lowerBound..<middle))
      } else {
        for offset in range where byteTokens[Int(text[offset])] >= 0 { output.append(byteTokens[Int(text[offset])]) }
      }
    }
  }
}
