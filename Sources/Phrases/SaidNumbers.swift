public import Tools

/// The numbers that a sentence has, to tell which number of a call nobody has said.
///
/// Careful with what it excludes: who says "two degrees warmer", "at half" or "all the way up" has not said the number that is
/// meant, and lengths and times of day are counted in the unit of whoever takes them.
public struct SaidNumbers: Hashable, Sendable {
  private var values: Set<Double> = []
  /// Whether the number that is meant may be none of them: it is a difference, or an extreme.
  private let isRelative: Bool

  /// "One" and "oh" are said without meaning a number.
  private static let vague: Set<Double> = [0, 1]
  private static let relative: Set<String> = [
    "by", "more", "less", "warmer", "cooler", "colder", "hotter", "brighter", "darker", "dimmer", "louder", "quieter",
    "softer", "faster", "slower", "higher", "lower", "way", "full", "fully", "max", "maximum", "min", "minimum",
    "completely", "double", "dozen",
  ]

  public init(_ text: String) {
    let words = SpokenText(text).words[...]
    isRelative = words.contains { Self.relative.contains($0) }
    // Digits and tens that follow each other, as they would be written: "one oh five" is 105 too.
    var run = ""
    var index = 0
    while index < words.endIndex {
      for duration in SpokenDuration.readings(words, at: index) {
        for unit in [1.0, 60, 3_600, 86_400] { values.insert(duration.seconds / unit) }
      }
      let number = SpokenNumber.readings(words, at: index).first
      // What is no more than a number is no time of day.
      for time in SpokenTime.readings(words, at: index) where time.end > number?.end ?? index {
        let hour = time.minutes / 60
        values.formUnion([Double(hour), Double((hour + 12) % 24), Double(time.minutes % 60)])
      }
      guard let number else {
        run = ""
        index += 1
        continue
      }
      let value = abs(number.value)
      values.insert(value)
      // "Half" is 50 percent.
      if value < 1 { values.insert(value * 100) }
      index = number.end
      let isWhole = value < 1e9 && value == value.rounded()
      run = isWhole && run.utf8.count < 9 ? run + String(Int64(value)) : ""
      if let joined = Double(run) { values.insert(joined) }
    }
  }

  /// Whether the sentence has numbers, and a number anywhere in the argument is none of them.
  public func exclude(_ value: JSONValue) -> Bool {
    switch value {
    case .integer(let number): exclude(number: Double(number))
    case .number(let number): exclude(number: number)
    case .array(let values): values.contains { exclude($0) }
    case .object(let object): object.contains { exclude($0.value) }
    case .null, .bool, .string: false
    }
  }

  private func exclude(number value: Double) -> Bool {
    // Nothing at all is "off", whatever else has a number.
    guard value != 0, !isRelative, values.contains(where: { !Self.vague.contains($0) }) else { return false }
    let value = abs(value)
    // A share of one where percent were said.
    return !values.contains { abs($0 - value) < 1e-6 || value < 1 && abs($0 / 100 - value) < 1e-6 }
  }
}
