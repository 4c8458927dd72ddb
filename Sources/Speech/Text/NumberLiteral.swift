/// A number as it is written: `-1,234.50`, `2½`, `7 3/4`, `1e6`.
struct NumberLiteral {
  var isNegative = false
  /// ASCII digits without separators; empty in `.5` and `½`.
  var integer: [UInt8] = []
  var decimals: [UInt8] = []
  var fraction: (numerator: Int, denominator: Int)?
  var exponent: Int?
  var isGrouped = false

  /// Whether it is written without sign, separators or parts.
  var isPlain: Bool { !isNegative && decimals.isEmpty && fraction == nil && exponent == nil && !isGrouped }
  /// Whether what is counted is in the singular: 1, and parts of one.
  var isSingular: Bool {
    if fraction != nil { return integer.isEmpty }
    return integer == [UInt8(ascii: "1")] && decimals.isEmpty && exponent == nil
  }
  /// The integer's value where it has 1 to 15 digits.
  var value: Int? {
    guard (1...NumberWords.maximumDigits).contains(integer.count) else { return nil }
    return integer.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }
  /// The value of four plain digits that may be a year.
  var year: Int? {
    guard isPlain, integer.count == 4, let value, (1_100...2_099).contains(value) else { return nil }
    return value
  }

  var words: String {
    var parts: [String] = isNegative ? ["minus"] : []
    if !integer.isEmpty || fraction == nil { parts.append(integerWords) }
    if !decimals.isEmpty { parts.append("point \(NumberWords.digits(decimals))") }
    if let fraction {
      let words =
        NumberWords.fraction(fraction.numerator, fraction.denominator)
        ?? "\(NumberWords.cardinal(fraction.numerator)) over \(NumberWords.cardinal(fraction.denominator))"
      if integer.isEmpty {
        parts.append(words)
      } else {
        parts.append("and \(words.hasPrefix("one ") ? "a " + words.dropFirst(4) : words)")
      }
    }
    if let exponent {
      parts.append("times ten to the \(exponent < 0 ? "minus " : "")\(NumberWords.cardinal(abs(exponent)))")
    }
    return parts.joined(separator: " ")
  }

  /// Digits one by one when there are many, or zeros in front: those name things and do not count them.
  private var integerWords: String {
    guard let value else { return integer.isEmpty ? "zero" : NumberWords.digits(integer) }
    let isRound = integer.count >= 3 && integer.suffix(3).allSatisfy { $0 == UInt8(ascii: "0") }
    if integer.count > 1, integer[0] == UInt8(ascii: "0") { return NumberWords.digits(integer) }
    if integer.count >= 8, !isGrouped, !isRound { return NumberWords.digits(integer) }
    return NumberWords.cardinal(value)
  }

  static let vulgarFractions: [Unicode.Scalar: (Int, Int)] = [
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5), "⅘": (4, 5),
    "⅙": (1, 6), "⅚": (5, 6), "⅐": (1, 7), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8), "⅑": (1, 9),
    "⅒": (1, 10),
  ]
}

extension EnglishScanner {
  /// The number that starts at `start`, with its end; nil where none does. `signed`: a minus in front belongs to it.
  func number(at start: Int, signed: Bool = true) -> (literal: NumberLiteral, end: Int)? {
    var literal = NumberLiteral()
    var position = start
    if signed, at(position) == "-" || at(position) == "−" {
      literal.isNegative = true
      position += 1
    }
    if let (numerator, denominator) = NumberLiteral.vulgarFractions[at(position)] {
      literal.fraction = (numerator, denominator)
      return (literal, position + 1)
    }
    var end = endOfDigits(from: position)
    literal.integer = digitBytes(position..<end)
    // Groups of three: "1,234,567".
    while literal.isGrouped || (1...3).contains(literal.integer.count), at(end) == ",", isDigit(end + 1),
      endOfDigits(from: end + 1, limit: 4) == end + 4
    {
      literal.isGrouped = true
      literal.integer += digitBytes(end + 1..<end + 4)
      end += 4
    }
    if at(end) == ".", isDigit(end + 1) {
      let last = endOfDigits(from: end + 1)
      literal.decimals = digitBytes(end + 1..<last)
      end = last
    }
    guard !literal.integer.isEmpty || !literal.decimals.isEmpty else { return nil }
    readParts(of: &literal, &end)
    return (literal, end)
  }

  /// "½" or " 1/2" after the integer, or an exponent.
  private func readParts(of literal: inout NumberLiteral, _ end: inout Int) {
    guard literal.decimals.isEmpty else { return readExponent(of: &literal, &end) }
    let next = at(end) == " " ? end + 1 : end
    if let (numerator, denominator) = NumberLiteral.vulgarFractions[at(next)] {
      literal.fraction = (numerator, denominator)
      end = next + 1
    } else if next > end, let (parts, last) = slashFraction(at: next), parts.0 < parts.1 {
      literal.fraction = parts
      end = last
    } else {
      readExponent(of: &literal, &end)
    }
  }

  private func readExponent(of literal: inout NumberLiteral, _ end: inout Int) {
    guard at(end) == "e" || at(end) == "E" else { return }
    let sign = at(end + 1)
    let start = sign == "-" || sign == "+" ? end + 2 : end + 1
    let last = endOfDigits(from: start, limit: 4)
    guard (1...3).contains(last - start), isBoundary(last) else { return }
    literal.exponent = value(start..<last) * (sign == "-" ? -1 : 1)
    end = last
  }

  /// "3/4" with a denominator that has a name, and nothing that makes it a date or a path.
  func slashFraction(at start: Int) -> (parts: (Int, Int), end: Int)? {
    let slash = endOfDigits(from: start, limit: 4)
    guard (1...3).contains(slash - start), at(slash) == "/" else { return nil }
    let end = endOfDigits(from: slash + 1, limit: 4)
    guard (1...3).contains(end - slash - 1), isBoundary(end), at(end) != "/" else { return nil }
    let parts = (value(start..<slash), value(slash + 1..<end))
    guard parts.0 < parts.1, NumberWords.fraction(parts.0, parts.1) != nil else { return nil }
    return (parts, end)
  }
}
