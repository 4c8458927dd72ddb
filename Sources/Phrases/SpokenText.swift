/// Words of a sentence as templates and recognisers agree on them: lower case, without punctuation.
///
/// Hyphens, and the border between a letter and a digit, separate words (`twenty-one`, `30min`). A final `'s` is a word
/// of its own, so that a slot may carry it. `%`, `°` and `&` become `percent`, `degrees` and `and`; a minus before a
/// digit becomes `minus`. Decimal points and the colon of a time stay inside their number; thousands separators go.
/// Dotted letters join (`p.m.` is `pm`).
public struct SpokenText: Hashable, Sendable {
  /// More words than anybody says in one turn; longer texts match nothing.
  public static let maximumWords = 128
  /// Longest text that is looked at, in UTF-8 bytes.
  public static let maximumBytes = 4_096

  /// The words, in order.
  public private(set) var words: [String] = []
  /// Where each word stands in `scalars`.
  private var ranges: [Range<Int>] = []
  private let scalars: [Unicode.Scalar]

  /// Splits a text. Total for every text; what exceeds `maximumBytes` gives no words.
  public init(_ text: String) {
    guard text.utf8.count <= Self.maximumBytes else {
      scalars = []
      return
    }
    scalars = Array(text.unicodeScalars)
    var index = 0
    while index < scalars.count { index = readWord(at: index) }
  }

  /// The original text of some words, with what stands between them.
  func original(_ range: Range<Int>) -> String {
    guard !range.isEmpty else { return "" }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[ranges[range.lowerBound].lowerBound..<ranges[range.upperBound - 1].upperBound])
    return String(text)
  }

  /// The same text with numbers in digits spelled as words, each word keeping its place in the original.
  func spellingNumbers() -> SpokenText {
    var copy = self
    copy.words = []
    copy.ranges = []
    for (word, range) in zip(words, ranges) {
      for part in SpokenNumber.wordsIfDigits(word) ?? [word] {
        copy.words.append(part)
        copy.ranges.append(range)
      }
    }
    return copy
  }

  /// The words `range` of this text as a text of their own.
  func trimmed(to range: Range<Int>) -> SpokenText {
    var copy = self
    copy.words = Array(words[range])
    copy.ranges = Array(ranges[range])
    return copy
  }

  private mutating func append(_ word: String, _ range: Range<Int>) {
    words.append(word)
    ranges.append(range)
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar >= "0" && scalar <= "9" }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return (scalar >= "a" && scalar <= "z") || (scalar >= "A" && scalar <= "Z") }
    let properties = scalar.properties
    return properties.isAlphabetic || properties.generalCategory == .nonspacingMark
      || properties.generalCategory == .spacingMark
  }

  private static func isApostrophe(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "'" || scalar == "\u{2019}" || scalar == "\u{2018}" || scalar == "\u{02BC}" || scalar == "`"
  }

  private func scalar(at index: Int) -> Unicode.Scalar? { scalars.indices.contains(index) ? scalars[index] : nil }

  private func isLetter(at index: Int) -> Bool { scalar(at: index).map(Self.isLetter) ?? false }

  private func isDigit(at index: Int) -> Bool { scalar(at: index).map(Self.isDigit) ?? false }

  /// Reads what begins at `start` and returns where to go on.
  private mutating func readWord(at start: Int) -> Int {
    let first = scalars[start]
    if Self.isDigit(first) { return readNumber(at: start) }
    if Self.isLetter(first) { return readLetters(at: start) }
    switch first {
    case "%": append("percent", start..<start + 1)
    case "\u{B0}": append("degrees", start..<start + 1)
    case "&": append("and", start..<start + 1)
    case "-", "\u{2212}":
      if isDigit(at: start + 1), !isLetter(at: start - 1), !isDigit(at: start - 1) {
        append("minus", start..<start + 1)
      }
    case _ where Self.isApostrophe(first) && !isLetter(at: start + 2):
      // The 's behind a slot.
      if let letter = scalar(at: start + 1), letter == "s" || letter == "S" {
        append("'s", start..<start + 2)
        return start + 2
      }
    default: break
    }
    return start + 1
  }

  private mutating func readNumber(at start: Int) -> Int {
    var index = start
    var word = String.UnicodeScalarView()
    var hasPoint = false
    while let scalar = scalar(at: index) {
      if Self.isDigit(scalar) {
        word.append(scalar)
      } else if scalar == ".", !hasPoint, isDigit(at: index + 1) {
        hasPoint = true
        word.append(scalar)
      } else if scalar == ":", !hasPoint, isDigit(at: index + 1) {
        word.append(scalar)
      } else if scalar == ",", !hasPoint, (1...3).allSatisfy({ isDigit(at: index + $0) }), !isDigit(at: index + 4) {
        // A thousands separator.
      } else {
        break
      }
      index += 1
    }
    append(String(word), start..<index)
    return index
  }

  private mutating func readLetters(at start: Int) -> Int {
    var index = start
    var word = String.UnicodeScalarView()
    while let scalar = scalar(at: index) {
      if Self.isLetter(scalar) {
        word.append(scalar)
      } else if Self.isApostrophe(scalar), isLetter(at: index + 1) {
        if scalars[index + 1] == "s" || scalars[index + 1] == "S", !isLetter(at: index + 2) {
          append(String(word).lowercased(), start..<index)
          append("'s", index..<index + 2)
          return index + 2
        }
        word.append("'")
      } else if scalar == ".", isDotted(at: index, start: start) {
        // Between dotted letters.
      } else {
        break
      }
      index += 1
    }
    append(String(word).lowercased(), start..<index)
    return index
  }

  /// Whether the point at `index` stands between single letters, as in `p.m.` or `U.S.A.`
  private func isDotted(at index: Int, start: Int) -> Bool {
    isLetter(at: index - 1) && (index - 1 == start || scalar(at: index - 2) == ".")
      && isLetter(at: index + 1) && !isLetter(at: index + 2)
  }
}
