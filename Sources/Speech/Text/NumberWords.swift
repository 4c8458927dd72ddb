/// English words for numbers.
enum NumberWords {
  private static let units = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
  ]
  private static let tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
  private static let groups = ["", "thousand", "million", "billion", "trillion", "quadrillion"]
  private static let ordinals = [
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
  ]
  /// The longest number that is said as one; longer ones are said digit by digit.
  static let maximumDigits = 15

  /// 0...10¹⁸-1: "one hundred five", as American voices say it.
  static func cardinal(_ value: Int) -> String {
    precondition((0..<1_000_000_000_000_000_000).contains(value), "\(value) is outside 0..<10^18")
    if value < 1_000 { return belowThousand(value) }
    var parts: [String] = []
    var rest = value
    for group in groups {
      let part = rest % 1_000
      if part > 0 { parts.append(group.isEmpty ? belowThousand(part) : "\(belowThousand(part)) \(group)") }
      rest /= 1_000
      if rest == 0 { break }
    }
    return parts.reversed().joined(separator: " ")
  }

  private static func belowThousand(_ value: Int) -> String {
    if value < 20 { return units[value] }
    if value < 100 { return value % 10 == 0 ? tens[value / 10] : "\(tens[value / 10])-\(units[value % 10])" }
    let hundreds = "\(units[value / 100]) hundred"
    return value % 100 == 0 ? hundreds : "\(hundreds) \(belowThousand(value % 100))"
  }

  /// "first", "twenty-second", "one hundredth".
  static func ordinal(_ value: Int) -> String {
    let words = cardinal(value)
    let start = words.lastIndex { $0 == " " || $0 == "-" }.map { words.index(after: $0) } ?? words.startIndex
    let last = String(words[start...])
    let changed = ordinals[last] ?? (last.hasSuffix("y") ? last.dropLast() + "ieth" : last + "th")
    return words[..<start] + changed
  }

  /// A year 1...9999: "nineteen eighty-four", "two thousand six", "twenty twenty-six".
  static func year(_ value: Int) -> String {
    let (century, rest) = (value / 100, value % 100)
    if century < 11 || (century % 10 == 0 && rest < 10) || value > 9_999 { return cardinal(value) }
    switch rest {
    case 0: return "\(cardinal(century)) hundred"
    case 1...9: return "\(cardinal(century)) oh \(cardinal(rest))"
    default: return "\(cardinal(century)) \(cardinal(rest))"
    }
  }

  /// "nineteen nineties", "twenty twenties", "two thousands".
  static func decade(_ value: Int) -> String { plural(year(value)) }

  /// "twenties" of "twenty", "sixes" of "six".
  static func plural(_ words: String) -> String {
    if words.hasSuffix("y") { return words.dropLast() + "ies" }
    return words.hasSuffix("x") ? words + "es" : words + "s"
  }

  /// ASCII digits one by one: "zero four two".
  static func digits(_ digits: some Sequence<UInt8>) -> String {
    digits.map { units[Int($0 - UInt8(ascii: "0"))] }.joined(separator: " ")
  }

  /// A fraction with a denominator that has a name: "one half", "three quarters", "seven sixteenths"; else nil.
  static func fraction(_ numerator: Int, _ denominator: Int) -> String? {
    let many = numerator != 1
    switch denominator {
    case 2: return "\(cardinal(numerator)) \(many ? "halves" : "half")"
    case 4: return "\(cardinal(numerator)) \(many ? "quarters" : "quarter")"
    case 3, 5...10, 16, 32, 64, 100:
      return "\(cardinal(numerator)) \(ordinal(denominator))\(many ? "s" : "")"
    default: return nil
    }
  }
}
