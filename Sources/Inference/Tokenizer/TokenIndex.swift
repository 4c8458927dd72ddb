/// From the bytes of a token to its id: an open-addressed table of ids beside the packed texts.
///
/// The hash is seeded by chance, so that a file cannot be written to make look-ups slow.
struct TokenIndex: Sendable {
  private let strings: ByteStrings
  // A power of two of places, at most half of them taken; -1 is an empty place.
  private var slots: [TokenID]
  private let seed = UInt64.random(in: .min ... .max) | 1
  private(set) var longest = 0

  /// - Parameter include: which tokens can be found. Of two with the same bytes the later one counts.
  init(_ strings: ByteStrings, include: (Int) -> Bool) {
    self.strings = strings
    let count = strings.indices.reduce(0) { $0 + (include($1) ? 1 : 0) }
    var capacity = 2
    while capacity < 2 * count { capacity *= 2 }
    slots = Array(repeating: -1, count: capacity)
    for index in strings.indices where include(index) && !strings.range(index).isEmpty {
      let range = strings.range(index)
      longest = max(longest, range.count)
      slots[slot(of: strings.bytes, range)] = TokenID(index)
    }
  }

  /// The token whose bytes are exactly these.
  func token(_ bytes: [UInt8], _ range: Range<Int>) -> TokenID? {
    guard range.count <= longest, !range.isEmpty else { return nil }
    let id = slots[slot(of: bytes, range)]
    return id < 0 ? nil : id
  }

  func token(_ bytes: ArraySlice<UInt8>) -> TokenID? { token(Array(bytes), 0..<bytes.count) }

  /// Where the token with these bytes is, or the empty place where it would be.
  private func slot(of bytes: [UInt8], _ range: Range<Int>) -> Int {
    var hash = seed
    var index = range.lowerBound
    while index < range.upperBound {
      hash = (hash ^ UInt64(bytes[index])) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 29
      index += 1
    }
    var slot = Int(truncatingIfNeeded: hash >> 20) & (slots.count - 1)
    while slots[slot] >= 0, !isEqual(Int(slots[slot]), bytes, range) { slot = (slot + 1) & (slots.count - 1) }
    return slot
  }

  private func isEqual(_ id: Int, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    let own = strings.range(id)
    guard own.count == range.count else { return false }
    var offset = 0
    while offset < own.count {
      if strings.bytes[own.lowerBound + offset] != bytes[range.lowerBound + offset] { return false }
      offset += 1
    }
    return true
  }
}
