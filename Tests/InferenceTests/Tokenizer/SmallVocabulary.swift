import Inference

/// A byte-level vocabulary of our own; see Golden/tokens/make_small_vocabulary.py.
struct SmallVocabulary {
  let tokens: [[UInt8]]
  let merges: [[UInt8]]

  init() throws {
    // Not `TokenGolden.lines`: `#` is a token.
    let text = try TokenGolden.bytes(TokenGolden.path("tokens/small_vocabulary.txt"))
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropFirst()
    let boundary = lines.firstIndex { $0.isEmpty } ?? lines.endIndex
    tokens = lines[..<boundary].map { Array($0) }
    merges = lines[boundary...].filter { !$0.isEmpty }.map { Array($0) }
  }

  /// - Parameter specials: further tokens, behind the others.
  func data(
    preTokenizer: String = "tekken", specials: [(String, TokenizerData.TokenType)] = []
  ) -> TokenizerData {
    var all = ByteStrings()
    for token in tokens { all.append(token) }
    for special in specials { all.append(special.0.utf8) }
    var list = ByteStrings()
    for merge in merges { list.append(merge) }
    return TokenizerData(
      model: .bytePair, preTokenizer: preTokenizer, tokens: all,
      types: tokens.map { _ in .normal } + specials.map { $0.1 }, merges: list)
  }
}
