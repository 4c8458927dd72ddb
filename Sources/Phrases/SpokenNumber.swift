/// Cardinal numbers as people say them in English, in words and in digits.
enum SpokenNumber {
  /// One way to read a number: the words up to `end`, and their value.
  struct Reading: Hashable {
    var end: Int
    var value: Double
  }

  private static let units = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
  ]
  private static let tens = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
  ]
  private static let values: [String: Int] = {
    var values = ["oh": 0, "o": 0, "nought": 0, "nil": 0, "fourty": 40]
    for (value, word) in units.enumerated() { values[word] = value }
    for (value, word) in tens.enumerated() where value >= 2 { values[word] = value * 10 }
    return values
  }()

  /// The value of one number word below a hundred.
  static func value(of word: String) -> Int? { values[word] }

  /// Every way to read a number that begins at `start`, the longest first.
  static func readings(_ words: ArraySlice<String>, at start: Int) -> [Reading] {
    guard start < words.endIndex else { return [] }
    let isNegative = words[start] == "minus" || words[start] == "negative"
    let first = isNegative ? start + 1 : start
    var readings: Set<Reading> = []
    for reading in wholeReadings(words, at: first) {
      readings.insert(reading)
      readings.formUnion(decimals(words, after: reading))
      readings.formUnion(fractions(words, after: reading))
    }
    readings.formUnion(decimals(words, after: Reading(end: first, value: 0)))
    readings.formUnion(lone(words, at: first))
    return readings.map { Reading(end: $0.end, value: isNegative ? -$0.value : $0.value) }
      .sorted { ($0.end, $0.value) > ($1.end, $1.value) }
  }

  private static func word(_ words: ArraySlice<String>, _ index: Int) -> String? {
    index < words.endIndex ? words[index] : nil
  }

  private static func digits(_ word: String) -> Double? {
    guard let first = word.utf8.first, (0x30...0x39).contains(first), word.utf8.count <= 15 else { return nil }
    return Double(word)
  }

  // whole = group ["million" [["and"] group]] with groups below a million
  private static func wholeReadings(_ words: ArraySlice<String>, at start: Int) -> Set<Reading> {
    guard let first = word(words, start) else { return [] }
    if values[first] == nil, digits(first) == nil, first != "a", first != "one" { return [] }
    let thousands = scaled(words, at: start, by: "thousand", 1e3, below: belowThousand)
    let millions = scaled(words, at: start, by: "million", 1e6) { words, start in
      scaled(words, at: start, by: "thousand", 1e3, below: belowThousand)
    }
    return thousands.union(millions)
  }

  /// Readings of `below`, and of them times `factor` with a smaller number after it. "a thousand" counts as one.
  private static func scaled(
    _ words: ArraySlice<String>, at start: Int, by name: String, _ factor: Double,
    below: (ArraySlice<String>, Int) -> Set<Reading>
  ) -> Set<Reading> {
    var readings = below(words, start)
    var heads = readings
    if word(words, start) == "a" { heads.insert(Reading(end: start + 1, value: 1)) }
    for head in heads where word(words, head.end) == name && head.value > 0 {
      let value = head.value * factor
      readings.insert(Reading(end: head.end + 1, value: value))
      let rest = word(words, head.end + 1) == "and" ? head.end + 2 : head.end + 1
      for tail in below(words, rest) where tail.value > 0 && tail.value < factor {
        readings.insert(Reading(end: tail.end, value: value + tail.value))
      }
    }
    return readings
  }

  private static func belowThousand(_ words: ArraySlice<String>, _ start: Int) -> Set<Reading> {
    var readings = scaled(words, at: start, by: "hundred", 100, below: belowHundred)
    if let first = word(words, start), let value = digits(first) {
      readings.insert(Reading(end: start + 1, value: value))
    }
    return readings
  }

  private static func belowHundred(_ words: ArraySlice<String>, _ start: Int) -> Set<Reading> {
    guard let first = word(words, start) else { return [] }
    if let value = digits(first), value < 100, value == value.rounded() {
      return [Reading(end: start + 1, value: value)]
    }
    guard let value = values[first] else { return [] }
    var readings: Set = [Reading(end: start + 1, value: Double(value))]
    if value >= 20, let second = word(words, start + 1), let unit = values[second], (1...9).contains(unit) {
      readings.insert(Reading(end: start + 2, value: Double(value + unit)))
    }
    return readings
  }

  /// "point" and digits, each said on its own.
  private static func decimals(_ words: ArraySlice<String>, after whole: Reading) -> Set<Reading> {
    guard word(words, whole.end) == "point", whole.value < 1e15, whole.value == whole.value.rounded() else { return [] }
    var readings: Set<Reading> = []
    var text = "\(Int64(whole.value))."
    var index = whole.end + 1
    while let next = word(words, index), text.utf8.count < 24 {
      if let value = values[next], value < 10 {
        text += String(value)
      } else if let value = digits(next), value == value.rounded(), next.utf8.count <= 6 {
        text += next
      } else {
        break
      }
      index += 1
      if let value = Double(text) { readings.insert(Reading(end: index, value: value)) }
    }
    return readings
  }

  /// "and a half", "and a quarter", "and three quarters" after a whole number.
  private static func fractions(_ words: ArraySlice<String>, after whole: Reading) -> Set<Reading> {
    guard word(words, whole.end) == "and", whole.value == whole.value.rounded() else { return [] }
    return Set(
      lone(words, at: whole.end + 1).filter { word(words, whole.end + 1) != "half" && $0.value < 1 }
        .map { Reading(end: $0.end, value: whole.value + $0.value) })
  }

  /// A fraction that stands alone: "half", "a half", "a quarter", "three quarters".
  private static func lone(_ words: ArraySlice<String>, at start: Int) -> Set<Reading> {
    switch (word(words, start), word(words, start + 1)) {
    case ("half", _): [Reading(end: start + 1, value: 0.5)]
    case ("a", "half"), ("one", "half"): [Reading(end: start + 2, value: 0.5)]
    case ("a", "quarter"), ("one", "quarter"): [Reading(end: start + 2, value: 0.25)]
    case ("three", "quarters"): [Reading(end: start + 2, value: 0.75)]
    default: []
    }
  }

  /// The words for a number, or nil where it is too large or has more than six decimals.
  static func words(for value: Double) -> [String]? {
    guard value.magnitude < 1e9 else { return nil }
    if value < 0 { return words(for: -value).map { ["minus"] + $0 } }
    let whole = Int(value)
    guard value != Double(whole) else { return words(forWhole: whole) }
    let text = value.description
    guard let point = text.firstIndex(of: "."), !text.contains("e") else { return nil }
    let decimals = text[text.index(after: point)...]
    guard decimals.count <= 6 else { return nil }
    return words(forWhole: whole) + ["point"] + decimals.compactMap { $0.wholeNumberValue.map { units[$0] } }
  }

  static func words(forWhole value: Int) -> [String] {
    switch value {
    case 0..<20: return [units[value]]
    case 20..<100: return [tens[value / 10]] + (value % 10 == 0 ? [] : [units[value % 10]])
    case 100..<1_000: return head(value, 100, "hundred", joinsBelow: 100)
    case 1_000..<1_000_000: return head(value, 1_000, "thousand", joinsBelow: 100)
    case 1_000_000..<1_000_000_000: return head(value, 1_000_000, "million", joinsBelow: 100)
    default: return []
    }
  }

  private static func head(_ value: Int, _ unit: Int, _ name: String, joinsBelow limit: Int) -> [String] {
    let rest = value % unit
    let tail = rest == 0 ? [] : (rest < limit ? ["and"] : []) + words(forWhole: rest)
    return words(forWhole: value / unit) + [name] + tail
  }

  /// A word of digits as number words, or nil where it is none or its length makes it a code rather than a number.
  static func wordsIfDigits(_ word: String) -> [String]? {
    guard word.utf8.count <= 9, word.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(word) else {
      // A decimal is spelled with "point".
      guard word.utf8.count <= 12, let value = digits(word), word.utf8.contains(UInt8(ascii: ".")) else { return nil }
      return words(for: value)
    }
    return words(forWhole: value)
  }
}
