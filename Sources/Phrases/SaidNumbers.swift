public import Tools

/// The numbers that a sentence has, to tell which number of a call nobody has said.
public struct SaidNumbers: Hashable, Sendable {
  private var values: Set<Double> = []
  /// "One" and "oh" are said without meaning a number.
  private static let vague: Set<Double> = [0, 1]
  /// What lies between the unit that was said and the unit of a parameter: minutes and seconds, kilograms and grams.
  private static let units: [Double] = [1, 60, 3_600, 100, 1_000]

  public init(_ text: String) {
    let words = SpokenText(text).words[...]
    // Digits and tens that follow each other, as they would be written: "one oh five" is 105 too.
    var run = ""
    var index = 0
    while index < words.endIndex {
      if let duration = SpokenDuration.readings(words, at: index).first { values.insert(duration.seconds) }
      guard let number = SpokenNumber.readings(words, at: index).first else {
        run = ""
        index += 1
        continue
      }
      values.insert(number.value)
      index = number.end
      let isWhole = (0..<1e9).contains(number.value) && number.value == number.value.rounded()
      run = isWhole && run.utf8.count < 9 ? run + String(Int64(number.value)) : ""
      if let joined = Double(run) { values.insert(joined) }
    }
  }

  /// Whether the sentence has numbers, and a number anywhere in the argument is none of them, in no unit.
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
    guard values.contains(where: { !Self.vague.contains($0) }) else { return false }
    return !values.contains { said in
      Self.units.contains { abs(said * $0 - value) < 1e-6 || abs(said / $0 - value) < 1e-6 }
    }
  }
}
