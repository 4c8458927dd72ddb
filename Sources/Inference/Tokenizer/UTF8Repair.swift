/// Broken UTF-8 becomes whole: each maximal part of an ill-formed sequence becomes one U+FFFD, as the Unicode Standard
/// recommends (section 3.9, "U+FFFD Substitution of Maximal Subparts") and as Python's `errors="replace"` does.
enum UTF8Repair {
  static func repaired(_ bytes: [UInt8]) -> [UInt8] {
    var index = 0
    while index < bytes.count {
      let part = part(of: bytes, at: index)
      guard part.isWhole else { break }
      index += part.length
    }
    if index == bytes.count { return bytes }
    var output = Array(bytes[..<index])
    output.reserveCapacity(bytes.count + 2)
    while index < bytes.count {
      let part = part(of: bytes, at: index)
      if part.isWhole {
        output.append(contentsOf: bytes[index..<(index + part.length)])
      } else {
        output.append(contentsOf: [0xEF, 0xBF, 0xBD])
      }
      index += part.length
    }
    return output
  }

  /// One character at `index`, or the maximal part of an ill-formed one. A part that ends with the bytes is `isOpen`:
  /// more bytes could make it whole.
  static func part(of bytes: [UInt8], at index: Int) -> (length: Int, isWhole: Bool, isOpen: Bool) {
    let lead = bytes[index]
    var allowed: ClosedRange<UInt8> = 0x80...0xBF
    let length: Int
    switch lead {
    case 0..<0x80: return (1, true, false)
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF:
      length = 3
      if lead == 0xE0 { allowed = 0xA0...0xBF }
      // No surrogates.
      if lead == 0xED { allowed = 0x80...0x9F }
    case 0xF0...0xF4:
      length = 4
      if lead == 0xF0 { allowed = 0x90...0xBF }
      if lead == 0xF4 { allowed = 0x80...0x8F }
    default: return (1, false, false)
    }
    var taken = 1
    while taken < length {
      guard index + taken < bytes.count else { return (taken, false, true) }
      guard allowed.contains(bytes[index + taken]) else { return (taken, false, false) }
      allowed = 0x80...0xBF
      taken += 1
    }
    return (length, true, false)
  }

  /// Length of the character that begins with `lead`, in text that is whole.
  static func length(lead: UInt8) -> Int { lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4 }
}
