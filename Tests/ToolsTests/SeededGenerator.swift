/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// `bytes` with one to four changes: a bit, a byte, a cut, a copy or an insertion.
  mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &self) {
      guard !bytes.isEmpty else { break }
      let index = Int.random(in: 0..<bytes.count, using: &self)
      let end = min(bytes.count, index + Int.random(in: 1...8, using: &self))
      switch Int.random(in: 0..<5, using: &self) {
      case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &self)
      case 1: bytes[index] = UInt8.random(in: .min ... .max, using: &self)
      case 2: bytes.removeSubrange(index..<end)
      case 3: bytes.insert(contentsOf: Array(bytes[index..<end]), at: Int.random(in: 0...bytes.count, using: &self))
      default:
        let token = ["{", "}", "[", "]", "\"", ",", ":", "\\", "-", "e", "0", "(", ")", "|"]
        bytes.insert(contentsOf: Array((token.randomElement(using: &self) ?? "").utf8), at: index)
      }
    }
    return bytes
  }
}
