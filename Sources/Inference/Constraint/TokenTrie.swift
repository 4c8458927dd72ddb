/// Tokens by their bytes, as a tree in flat arrays: nodes in depth-first order, so that a walk that leaves a subtree out
/// jumps to its end.
struct TokenTrie: Sendable {
  private(set) var bytes: [UInt8] = []
  /// Depth of each node's byte in its tokens, from 0.
  private(set) var depths: [UInt16] = []
  /// The first node after the node's subtree.
  private(set) var ends: [Int32] = []
  /// A token that is spelt like the path to the node, or -1.
  private(set) var tokens: [TokenID] = []
  private(set) var maximumDepth = 0

  /// - Parameter order: tokens with at least one byte, sorted by their bytes.
  init(order: [TokenID], strings: ByteStrings) {
    var path: [Int] = []
    var previous: ArraySlice<UInt8> = []
    for token in order {
      let string = strings[Int(token)]
      var shared = 0
      for (left, right) in zip(previous, string) {
        guard left == right else { break }
        shared += 1
      }
      close(&path, downTo: shared)
      for byte in string.dropFirst(shared) {
        path.append(bytes.count)
        bytes.append(byte)
        depths.append(UInt16(path.count - 1))
        ends.append(0)
        tokens.append(-1)
      }
      // The first of several tokens of the same bytes stands for all; the vocabulary chains the others.
      if let node = path.last, tokens[node] < 0 { tokens[node] = token }
      maximumDepth = max(maximumDepth, path.count)
      previous = string
    }
    close(&path, downTo: 0)
  }

  private mutating func close(_ path: inout [Int], downTo count: Int) {
    while path.count > count { ends[path.removeLast()] = Int32(bytes.count) }
  }

  var count: Int { bytes.count }
}
