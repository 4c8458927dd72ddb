/// A model's tokens, prepared for masks; built once per model and shared by all its generations.
///
/// About 11 bytes for each node of the tree, which has some three nodes for each token, and 66 masks.
public final class ConstraintVocabulary: Sendable {
  /// Longer tokens are never allowed where a constraint holds.
  static let maximumTokenBytes = 256

  /// How many tokens the vocabulary has, control tokens included.
  public let tokenCount: Int
  let strings: ByteStrings
  let trie: TokenTrie
  /// Tokens that are no plain piece of a JSON string: with a quote, a backslash, a control character or half a character.
  let specialTrie: TokenTrie
  /// For each token the next one of the same bytes, or -1.
  let nextSame: [TokenID]
  /// `plain[n]`: tokens that are whole characters, need no escape in a JSON string and have at most `n` scalars.
  let plain: [TokenMask]
  /// The same with tokens of characters that a free key may have, by their bytes; see `FreeKey`.
  let keyPieces: [TokenMask]
  /// Which bytes have a token of their own.
  let spellable: ByteSet

  /// - Parameter tokens: the bytes that each token writes, by its number; control tokens and unused ones are empty.
  public init(tokens strings: ByteStrings) {
    self.strings = strings
    tokenCount = strings.count
    var order: [(key: UInt64, token: TokenID)] = []
    var scalarCounts = [UInt8](repeating: 0, count: strings.count)
    var spellable = ByteSet()
    var longestPlain = 0
    for index in strings.indices {
      let string = strings[index]
      guard !string.isEmpty, string.count <= Self.maximumTokenBytes else { continue }
      var key: UInt64 = 0
      for byte in string.prefix(8) { key = key << 8 | UInt64(byte) }
      order.append((key << UInt64(8 * (8 - min(8, string.count))), TokenID(index)))
      if string.count == 1, let byte = string.first { spellable.insert(byte) }
      if let count = Self.plainScalars(string) {
        scalarCounts[index] = count
        longestPlain = max(longestPlain, Int(count))
      }
    }
    order.sort { left, right in
      if left.key != right.key { return left.key < right.key }
      let (leftBytes, rightBytes) = (strings[Int(left.token)], strings[Int(right.token)])
      if leftBytes.elementsEqual(rightBytes) { return left.token < right.token }
      return leftBytes.lexicographicallyPrecedes(rightBytes)
    }
    let sorted = order.map(\.token)
    var nextSame = [TokenID](repeating: -1, count: strings.count)
    for (left, right) in zip(sorted, sorted.dropFirst())
    where strings[Int(left)].elementsEqual(strings[Int(right)]) { nextSame[Int(left)] = right }
    var plain = [TokenMask(tokenCount: strings.count)]
    var byCount: [[TokenID]] = Array(repeating: [], count: longestPlain + 1)
    for token in sorted where scalarCounts[Int(token)] > 0 { byCount[Int(scalarCounts[Int(token)])].append(token) }
    for count in 1..<max(1, min(longestPlain, Self.maximumPlainScalars) + 1) {
      var mask = plain[count - 1]
      for token in byCount[count] { mask.insert(token) }
      plain.append(mask)
    }
    var keyPieces = [TokenMask(tokenCount: strings.count)]
    for count in 1..<max(1, min(plain.count, FreeKey.maximumLength + 1)) {
      var mask = keyPieces[count - 1]
      for token in byCount[count] where strings[Int(token)].allSatisfy(FreeKey.allows) { mask.insert(token) }
      keyPieces.append(mask)
    }
    self.keyPieces = keyPieces
    self.spellable = spellable
    self.nextSame = nextSame
    self.plain = plain
    trie = TokenTrie(order: sorted, strings: strings)
    specialTrie = TokenTrie(
      order: sorted.filter { scalarCounts[Int($0)] == 0 || Int(scalarCounts[Int($0)]) > Self.maximumPlainScalars },
      strings: strings)
  }

  /// Tokens of more scalars are walked like special ones.
  static let maximumPlainScalars = 32

  /// How many scalars a plain piece of a JSON string has; nil where it is none.
  private static func plainScalars(_ string: ArraySlice<UInt8>) -> UInt8? {
    var state = UTF8State.boundary
    var count = 0
    for byte in string {
      guard byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), let next = state.next(byte) else {
        return nil
      }
      state = next
      if state == .boundary { count += 1 }
    }
    return state == .boundary ? UInt8(exactly: count) : nil
  }

  /// The most bytes that an allowed token has.
  var longestToken: Int { trie.maximumDepth }
}

extension ConstraintVocabulary {
  /// What a token writes; empty for one outside the vocabulary.
  func bytes(of token: TokenID) -> ArraySlice<UInt8> {
    token >= 0 && token < tokenCount ? strings[Int(token)] : []
  }
}
