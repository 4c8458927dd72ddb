/// A key of an object whose keys are free, after its opening quote: 1 to 32 printable ASCII characters without quote and
/// backslash, so that no reader sees two keys as one.
///
/// A fingerprint of six bits keeps the keys of one object different: one whose fingerprint another key has already is
/// refused at its end, though it may be different, and has to become longer. So a state is a few bits, not a text.
enum FreeKey {
  static let maximumLength = 32
  /// With so few of 64 fingerprints used, one of the 93 characters that may follow makes an unused one.
  static let maximumKeys = 8

  // Packed: bits 0-5 the length, 6-11 the fingerprint.
  private static func length(_ state: LeafState) -> Int { Int(state & 0x3F) }
  private static func fingerprint(_ state: LeafState) -> UInt64 { 1 << (state >> 6 & 0x3F) }

  /// Whether the byte may stand in a key.
  static func allows(_ byte: UInt8) -> Bool {
    (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  /// The key one byte longer, or `dead`. `used` has a bit for each fingerprint of the object's other keys.
  static func next(_ state: LeafState, _ byte: UInt8, used: UInt64) -> LeafState {
    guard allows(byte), length(state) < maximumLength else { return .dead }
    let hash = ((state >> 6) * 5 + LeafState(byte)) & 0x3F
    let longer = hash << 6 | LeafState(length(state) + 1)
    // At full length no further character could help.
    return length(longer) == maximumLength && used & fingerprint(longer) != 0 ? .dead : longer
  }

  static func isComplete(_ state: LeafState, used: UInt64) -> Bool {
    length(state) > 0 && used & fingerprint(state) == 0
  }

  /// Fewest bytes to the key's end, closing quote included.
  static func distance(_ state: LeafState, used: UInt64) -> Int { isComplete(state, used: used) ? 1 : 2 }

  static func adding(_ state: LeafState, to used: UInt64) -> UInt64 { used | fingerprint(state) }

  /// How many more characters fit.
  static func room(_ state: LeafState) -> Int { maximumLength - length(state) }
}
