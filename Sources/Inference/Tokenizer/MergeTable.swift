/// The merges of a byte-pair vocabulary: which two neighbours become which token, and how early.
struct MergeTable: Sendable {
  // Open-addressed: left and right id in one word, all ones is an empty place; at most half of the places are taken.
  private var keys: [UInt64]
  private var ranks: [UInt32]
  private var merged: [TokenID] = []
  private let seed = UInt64.random(in: .min ... .max) | 1

  /// Merges of texts that are no tokens, or that make none, are left out. Of two merges of one pair the first counts.
  init(_ data: TokenizerData, index: TokenIndex) {
    var capacity = 2
    while capacity < 2 * data.merges.count { capacity *= 2 }
    keys = Array(repeating: .max, count: capacity)
    ranks = Array(repeating: 0, count: capacity)
    merged.reserveCapacity(data.merges.count)
    var text: [UInt8] = []
    for merge in data.merges.indices {
      let line = data.merges[merge]
      text.removeAll(keepingCapacity: true)
      // The left text may itself begin with a space only in files that do not map bytes; hence not the first byte.
      guard let space = line.dropFirst().firstIndex(of: UInt8(ascii: " ")),
        ByteAlphabet.decode(line[..<space], into: &text)
      else {
        merged.append(-1)
        continue
      }
      let boundary = text.count
      guard ByteAlphabet.decode(line[(space + 1)...], into: &text),
        let left = index.token(text, 0..<boundary), let right = index.token(text, boundary..<text.count),
        let whole = index.token(text, 0..<text.count)
      else {
        merged.append(-1)
        continue
      }
      merged.append(whole)
      let key = Self.key(left, right)
      let slot = slot(of: key)
      if keys[slot] == .max {
        keys[slot] = key
        ranks[slot] = UInt32(merge)
      }
    }
  }

  /// What the pair becomes, and its rank: the lower, the earlier.
  func merge(_ left: TokenID, _ right: TokenID) -> MergeStep? {
    let slot = slot(of: Self.key(left, right))
    guard keys[slot] != .max else { return nil }
    return MergeStep(priority: ranks[slot], token: merged[Int(ranks[slot])])
  }

  private static func key(_ left: TokenID, _ right: TokenID) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  private func slot(of key: UInt64) -> Int {
    var hash = (key ^ seed) &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash >> 32
    hash = hash &* 0xD6E8_FEB8_6659_FD93
    var slot = Int(truncatingIfNeeded: hash >> 20) & (keys.count - 1)
    while keys[slot] != .max, keys[slot] != key { slot = (slot + 1) & (keys.count - 1) }
    return slot
  }
}
