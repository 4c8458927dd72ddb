/// One spelling for characters that mean the same.
enum CanonicalText {
  /// At most one scalar in a row is a space, and space is the only white space.
  static func scalars(of text: String) -> [Unicode.Scalar] {
    var scalars: [Unicode.Scalar] = []
    scalars.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      if scalar.isASCII, scalar.value > 0x20, scalar.value < 0x7F, scalar != "\"" {
        scalars.append(scalar)
        continue
      }
      switch replacement(for: scalar) {
      case .nothing: break
      case .space: if scalars.last != " " { scalars.append(" ") }
      case .scalar(let other): scalars.append(other)
      case .scalars(let others): scalars.append(contentsOf: others)
      }
    }
    return scalars
  }

  private enum Replacement { case nothing, space, scalar(Unicode.Scalar), scalars([Unicode.Scalar]) }

  private static func replacement(for scalar: Unicode.Scalar) -> Replacement {
    switch scalar.value {
    case 0x2018, 0x2019, 0x201B, 0x02BC, 0x2032, 0x60, 0xB4: return .scalar("'")
    // Quotation marks are not said; the space keeps words apart.
    case 0x22, 0x201C...0x201F, 0xAB, 0xBB, 0x2039, 0x203A, 0x2033: return .space
    case 0x2010, 0x2011: return .scalar("-")
    case 0x2012, 0x2015: return .scalar("–")
    case 0x2026: return .scalars([".", ".", "."])
    case 0x3002: return .scalar(".")
    case 0x3001: return .scalar(",")
    case 0x2080...0x2089: return .scalar(Unicode.Scalar(UInt8(scalar.value - 0x2080 + 0x30)))
    case 0xFF01...0xFF5E: return .scalar(Unicode.Scalar(UInt8(scalar.value - 0xFF01 + 0x21)))
    case 0x3BC: return .scalar("µ")
    case 0x2126: return .scalar("Ω")
    default: break
    }
    switch Pictographs.kind(of: scalar) {
    case .picture: return .space
    case .invisible: return .nothing
    case .none: break
    }
    let properties = scalar.properties
    if properties.isWhitespace { return .space }
    // Digits of other scripts.
    if properties.numericType == .decimal, let value = properties.numericValue, (0...9).contains(value) {
      return .scalar(Unicode.Scalar(UInt8(0x30 + Int(value))))
    }
    return .scalar(scalar)
  }

  /// Whether three words or more, and more than half, are in capitals.
  static func isShouted(_ text: [Unicode.Scalar]) -> Bool {
    var (words, shouted, letters, capitals) = (0, 0, 0, 0)
    for scalar in text + [" "] {
      if EnglishScanner.isLetter(scalar) {
        letters += 1
        if EnglishScanner.isCapital(scalar) { capitals += 1 }
      } else if letters > 0 {
        if letters > 1 {
          words += 1
          if letters == capitals { shouted += 1 }
        }
        (letters, capitals) = (0, 0)
      }
    }
    return shouted >= 3 && shouted * 2 > words
  }
}
