/// What the regular expressions of pre-tokenisers tell apart.
enum CharacterClass: UInt8 {
  /// Lu, Lt
  case upper
  /// Ll
  case lower
  /// Lm, Lo
  case letter
  /// Mn, Mc, Me
  case mark
  /// Nd, Nl, No
  case number
  /// U+000A and U+000D
  case newline
  /// White_Space but not `newline`
  case space
  case other

  /// By Unicode's general category and White_Space, as the standard library of this Swift knows them.
  init(_ scalar: Unicode.Scalar) {
    if scalar.value < 0x80 {
      self = Self.ascii[Int(scalar.value)]
    } else {
      self.init(properties: scalar)
    }
  }

  private init(properties scalar: Unicode.Scalar) {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .titlecaseLetter: self = .upper
    case .lowercaseLetter: self = .lower
    case .modifierLetter, .otherLetter: self = .letter
    case .nonspacingMark, .spacingMark, .enclosingMark: self = .mark
    case .decimalNumber, .letterNumber, .otherNumber: self = .number
    default:
      self =
        scalar == "\n" || scalar == "\r" ? .newline : scalar.properties.isWhitespace ? .space : .other
    }
  }

  private static let ascii: [CharacterClass] = (0..<0x80).map { CharacterClass(properties: Unicode.Scalar($0)) }

  var isLetter: Bool { rawValue <= Self.letter.rawValue }
  /// `\s`
  var isSpace: Bool { self == .space || self == .newline }
  /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`
  var beginsWord: Bool { self == .upper || self == .letter || self == .mark }
  /// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`
  var endsWord: Bool { self == .lower || self == .letter || self == .mark }
  /// `[^\s\p{L}\p{N}]`
  var isSymbol: Bool { self == .mark || self == .other }
  /// `[^\r\n\p{L}\p{N}]`
  var mayPrefixWord: Bool { self == .mark || self == .other || self == .space }
}
