/// A set of tokens of one vocabulary, one bit for each.
public struct TokenMask: Hashable, Sendable {
  /// How many tokens the vocabulary has.
  public let tokenCount: Int
  /// Bit `t % 64` of word `t / 64` is token `t`.
  public private(set) var words: [UInt64]

  public init(tokenCount: Int) {
    self.tokenCount = tokenCount
    words = Array(repeating: 0, count: (tokenCount + 63) / 64)
  }

  public func contains(_ token: TokenID) -> Bool {
    token >= 0 && token < tokenCount && words[Int(token) / 64] & 1 << UInt64(token % 64) != 0
  }

  public mutating func insert(_ token: TokenID) {
    guard token >= 0, token < tokenCount else { return }
    words[Int(token) / 64] |= 1 << UInt64(token % 64)
  }

  public mutating func removeAll() { for index in words.indices { words[index] = 0 } }

  /// Both masks must be of the same vocabulary.
  public mutating func formUnion(_ other: TokenMask) {
    for index in words.indices { words[index] |= other.words[index] }
  }

  /// Overwrites this mask without allocating; both must be of the same vocabulary.
  public mutating func assign(_ other: TokenMask) { for index in words.indices { words[index] = other.words[index] } }

  public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }
  public var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  /// The tokens in ascending order.
  public func forEach(_ body: (TokenID) -> Void) {
    for (index, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        body(TokenID(index * 64 + rest.trailingZeroBitCount))
        rest &= rest - 1
      }
    }
  }

  public var tokens: [TokenID] {
    var tokens: [TokenID] = []
    forEach { tokens.append($0) }
    return tokens
  }
}
