/// Finds the tokens that are cut out of a text as they stand, before it is split and merged: at each place the longest.
struct SpecialTokens: Sendable {
  // A tree of bytes: node and byte lead to the next node.
  private var edges: [UInt64: Int32] = [:]
  private var tokens: [TokenID] = [-1]
  private var isFirst: [Bool] = Array(repeating: false, count: 256)

  mutating func insert(_ text: ArraySlice<UInt8>, token: TokenID) {
    guard let first = text.first else { return }
    isFirst[Int(first)] = true
    var node: Int32 = 0
    for byte in text {
      let key = UInt64(UInt32(bitPattern: node)) << 8 | UInt64(byte)
      if let next = edges[key] {
        node = next
      } else {
        let next = Int32(tokens.count)
        edges[key] = next
        tokens.append(-1)
        node = next
      }
    }
    tokens[Int(node)] = token
  }

  /// The longest token that stands at `index` and is wanted.
  func match(_ bytes: [UInt8], at index: Int, isWanted: (TokenID) -> Bool) -> (token: TokenID, length: Int)? {
    guard isFirst[Int(bytes[index])] else { return nil }
    var node: Int32 = 0
    var position = index
    var best: (token: TokenID, length: Int)?
    while position < bytes.count, let next = edges[UInt64(UInt32(bitPattern: node)) << 8 | UInt64(bytes[position])] {
      node = next
      position += 1
      let token = tokens[Int(node)]
      if token >= 0, isWanted(token) { best = (token, position - index) }
    }
    return best
  }
}
