extension [UInt8] {
  /// One random change, as a damaged file or a fuzzer makes it: a bit, a byte, an extreme value, bytes gone, added or
  /// repeated.
  public mutating func mutate(using generator: inout SeededGenerator) {
    guard !isEmpty else {
      append(UInt8.random(in: 0...255, using: &generator))
      return
    }
    let at = Int.random(in: 0..<count, using: &generator)
    switch Int.random(in: 0..<7, using: &generator) {
    case 0: self[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 1: self[at] = UInt8.random(in: 0...255, using: &generator)
    case 2:
      let extremes: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF]
      let value = extremes[Int.random(in: 0..<extremes.count, using: &generator)]
      for i in at..<Swift.min(count, at + 4) { self[i] = value }
    case 3: removeSubrange(at...)
    case 4: removeSubrange(at..<Swift.min(count, at + Int.random(in: 1...8, using: &generator)))
    case 5: insert(UInt8.random(in: 0...255, using: &generator), at: at)
    default:
      let end = Swift.min(count, at + Int.random(in: 1...16, using: &generator))
      insert(contentsOf: Array(self[at..<end]), at: at)
    }
  }
}
