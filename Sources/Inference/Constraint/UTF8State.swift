/// Where in a UTF-8 sequence a byte-level automaton stands (Unicode 16, table 3-7: no overlong forms, no surrogates,
/// nothing above U+10FFFF).
struct UTF8State: Hashable, Sendable {
  /// Continuation bytes still to come, 0 to 3.
  var remaining: UInt8
  /// The bits read so far.
  var value: UInt32
  /// Bytes that may come next, where they are continuation bytes.
  var low: UInt8
  var high: UInt8

  static let boundary = UTF8State(remaining: 0, value: 0, low: 0, high: 0)

  /// The state after `byte`, or nil where it cannot stand here. After the last byte of a sequence: `boundary`.
  func next(_ byte: UInt8) -> UTF8State? {
    guard remaining == 0 else {
      guard (low...high).contains(byte) else { return nil }
      if remaining == 1 { return .boundary }
      return UTF8State(remaining: remaining - 1, value: value << 6 | UInt32(byte & 0x3F), low: 0x80, high: 0xBF)
    }
    switch byte {
    case 0..<0x80: return .boundary
    case 0xC2...0xDF: return UTF8State(remaining: 1, value: UInt32(byte & 0x1F), low: 0x80, high: 0xBF)
    case 0xE0: return UTF8State(remaining: 2, value: 0, low: 0xA0, high: 0xBF)
    case 0xED: return UTF8State(remaining: 2, value: 0x0D, low: 0x80, high: 0x9F)
    case 0xE1...0xEF: return UTF8State(remaining: 2, value: UInt32(byte & 0x0F), low: 0x80, high: 0xBF)
    case 0xF0: return UTF8State(remaining: 3, value: 0, low: 0x90, high: 0xBF)
    case 0xF1...0xF3: return UTF8State(remaining: 3, value: UInt32(byte & 7), low: 0x80, high: 0xBF)
    case 0xF4: return UTF8State(remaining: 3, value: 4, low: 0x80, high: 0x8F)
    default: return nil
    }
  }

  /// The scalars that can still come of the sequence.
  var scalars: ClosedRange<UInt32> {
    let shift = 6 * UInt32(remaining - 1)
    let first = (value << 6 | UInt32(low & 0x3F)) << shift
    let last = ((value << 6 | UInt32(high & 0x3F)) << shift) | (1 << shift - 1)
    return first...last
  }
}
