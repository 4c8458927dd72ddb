/// Byte-level byte-pair encoding: split by the pre-tokeniser, then merge bytes by rank inside each piece.
struct BytePairEncoder: Sendable {
  let preTokenizer: PreTokenizer
  private let index: TokenIndex
  private let merges: MergeTable
  // The token of each single byte, -1 where there is none.
  private let byteTokens: [TokenID]
  private let unknown: TokenID?

  private struct Rule: MergeRule {
    let merges: MergeTable
    func merge(_ left: TokenID, _ right: TokenID, _ bytes: [UInt8], _ range: Range<Int>) -> MergeStep? {
      left < 0 || right < 0 ? nil : merges.merge(left, right)
    }
  }

  /// - Parameter index: the normal tokens by their raw bytes.
  init(_ data: TokenizerData, preTokenizer: PreTokenizer, index: TokenIndex) {
    self.preTokenizer = preTokenizer
    self.index = index
    merges = MergeTable(data, index: index)
    byteTokens = (0...255).map { index.token([UInt8($0)], 0..<1) ?? -1 }
    unknown = data.unknownText
  }

  /// Appends the tokens of well-formed text.
  func encode(_ bytes: [UInt8], _ range: Range<Int>, into output: inout [TokenID]) {
    var scanner = PieceScanner(preTokenizer, bytes, range)
    var merger = SymbolMerger()
    let rule = Rule(merges: merges)
    while let piece = scanner.next() {
      if preTokenizer.ignoresMerges || piece.count == 1, let token = index.token(bytes, piece) {
        output.append(token)
        continue
      }
      merger.begin()
      for offset in piece { merger.append(offset..<(offset + 1), token: byteTokens[Int(bytes[offset])]) }
      merger.run(rule, bytes)
      var symbol = 0
      while symbol >= 0 {
        let token = merger.symbols[symbol].token
        // Only a byte that the vocabulary lacks is no token; real vocabularies have all 256.
        if token >= 0 { output.append(token) } else if let unknown { output.append(unknown) }
        symbol = merger.symbols[symbol].next
      }
    }
  }
}
