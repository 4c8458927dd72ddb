/// Reads plain English text from left to right and says it into ``SpokenWords``.
///
/// At each position the readers are asked in turn: addresses, numbers, words, signs. A reader either says what stands
/// there and moves on, or leaves everything as it was. None looks further ahead than ``lookahead``, so that the whole is
/// linear.
struct EnglishScanner {
  /// The longest address, number or date that is looked at as a whole.
  static let lookahead = 256

  let text: [Unicode.Scalar]
  /// Most words are in capitals, so that capitals say nothing.
  let isShouted: Bool
  var index = 0
  var spoken = SpokenWords()
  /// Where the last initial of a name ended, with its dot.
  var endOfInitial: Int?

  init(_ text: String) {
    self.text = CanonicalText.scalars(of: text)
    isShouted = CanonicalText.isShouted(self.text)
  }

  mutating func scan() -> String {
    while index < text.count {
      let scalar = text[index]
      if scalar == " " {
        index += 1
      } else if readAddress() || readNumber() {
        continue
      } else if Self.isLetter(scalar) {
        readWord()
      } else {
        readSign(scalar)
      }
    }
    return spoken.finished()
  }

  // MARK: Looking

  /// The scalar at `position`, a space outside of the text.
  func at(_ position: Int) -> Unicode.Scalar { text.indices.contains(position) ? text[position] : " " }

  func isDigit(_ position: Int) -> Bool { Self.isDigit(at(position)) }

  static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return ("a"..."z").contains(Unicode.Scalar(UInt8(scalar.value) | 0x20)) }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
    default: return false
    }
  }

  static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    guard !scalar.isASCII else { return false }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark: return true
    default: return false
    }
  }

  static func isCapital(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isUppercase }

  /// The end of the digits from `position`.
  func endOfDigits(from position: Int, limit: Int = .max) -> Int {
    var end = position
    while end < text.count, Self.isDigit(text[end]), end - position < limit { end += 1 }
    return end
  }

  /// The end of the letters and their marks from `position`.
  func endOfLetters(from position: Int) -> Int {
    var end = position
    while end < text.count, Self.isLetter(text[end]) || (end > position && Self.isMark(text[end])) { end += 1 }
    return end
  }

  func string(_ range: Range<Int>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: text[range.clamped(to: 0..<text.count)])
    return String(view)
  }

  /// The value of at most 15 digits.
  func value(_ range: Range<Int>) -> Int {
    text[range].prefix(NumberWords.maximumDigits).reduce(0) { $0 * 10 + Int($1.value - 0x30) }
  }

  func digitBytes(_ range: Range<Int>) -> [UInt8] { text[range].map { UInt8($0.value) } }

  /// The next position from `position` that is not a space.
  func skipSpaces(from position: Int) -> Int {
    var end = position
    while end < text.count, text[end] == " ", end - position < Self.lookahead { end += 1 }
    return end
  }

  /// Whether nothing that belongs to a word or number follows at `position`.
  func isBoundary(_ position: Int) -> Bool { !Self.isLetter(at(position)) && !isDigit(position) }

  /// Whether a sentence ends before `position`: the text ends there or goes on with a capital.
  func sentenceEnds(before position: Int) -> Bool {
    let next = skipSpaces(from: position)
    return next >= text.count || (next > position && Self.isCapital(text[next]))
  }
}
