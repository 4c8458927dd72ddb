/// Lengths of time as people say them: "ten minutes", "an hour and a half", "1 h 30 min", "half an hour".
enum SpokenDuration {
  struct Reading: Hashable {
    var end: Int
    var seconds: Double
  }

  private static let units: [String: Double] = [
    "ms": 0.001, "millisecond": 0.001, "milliseconds": 0.001, "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1,
    "m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60, "h": 3_600, "hr": 3_600, "hrs": 3_600, "hour": 3_600,
    "hours": 3_600, "d": 86_400, "day": 86_400, "days": 86_400, "week": 604_800, "weeks": 604_800,
  ]

  /// Every way to read a duration that begins at `start`, the longest first.
  static func readings(_ words: ArraySlice<String>, at start: Int) -> [Reading] {
    var found: Set<Reading> = []
    extend(words, Reading(end: start, seconds: 0), unit: .infinity, parts: 0, &found)
    return found.sorted { ($0.end, $0.seconds) > ($1.end, $1.seconds) }
  }

  private static func word(_ words: ArraySlice<String>, _ index: Int) -> String? {
    index < words.endIndex ? words[index] : nil
  }

  /// Adds the readings that go on from `head` with smaller units; at most five parts, week to second.
  private static func extend(
    _ words: ArraySlice<String>, _ head: Reading, unit: Double, parts: Int, _ found: inout Set<Reading>
  ) {
    guard parts < 5 else { return }
    var starts = [head.end]
    if parts > 0, word(words, head.end) == "and" { starts.append(head.end + 1) }
    for start in starts {
      for part in amounts(words, at: start) where part.unit < unit {
        let whole = Reading(end: part.end, seconds: head.seconds + part.amount * part.unit)
        found.insert(whole)
        extend(words, whole, unit: part.unit, parts: parts + 1, &found)
        // "an hour and a half", "two hours and a quarter"
        if word(words, part.end) == "and", word(words, part.end + 1) == "a" {
          let fraction: Double? =
            switch word(words, part.end + 2) {
            case "half": 0.5
            case "quarter": 0.25
            default: nil
            }
          if let fraction, part.amount == part.amount.rounded() {
            found.insert(Reading(end: part.end + 3, seconds: whole.seconds + fraction * part.unit))
          }
        }
        // "one hour thirty", "1h30": the next smaller unit goes without saying.
        if part.unit == 3_600 || part.unit == 60 {
          for number in SpokenNumber.readings(words, at: part.end)
          where (1..<60).contains(number.value) && number.value == number.value.rounded()
            && units[word(words, number.end) ?? ""] == nil
          {
            found.insert(Reading(end: number.end, seconds: whole.seconds + number.value * part.unit / 60))
          }
        }
      }
    }
  }

  /// An amount with its unit: "ten minutes", "an hour", "half an hour", "a quarter of an hour", "a couple of days".
  private static func amounts(
    _ words: ArraySlice<String>, at start: Int
  ) -> [(end: Int, amount: Double, unit: Double)] {
    var amounts: [(end: Int, amount: Double, unit: Double)] = []
    func add(_ end: Int, _ amount: Double) {
      if let name = word(words, end), let unit = units[name] { amounts.append((end + 1, amount, unit)) }
    }
    for number in SpokenNumber.readings(words, at: start) where number.value >= 0 {
      add(number.end, number.value)
      guard number.value < 1 else { continue }
      if let article = word(words, number.end), article == "a" || article == "an" { add(number.end + 1, number.value) }
      if word(words, number.end) == "of", let article = word(words, number.end + 1), article == "a" || article == "an" {
        add(number.end + 2, number.value)
      }
    }
    if let article = word(words, start), article == "a" || article == "an" { add(start + 1, 1) }
    if word(words, start) == "a", word(words, start + 1) == "couple" {
      add(word(words, start + 2) == "of" ? start + 3 : start + 2, 2)
    }
    return amounts
  }

  /// The words for whole seconds: "an hour" is "one hour"; nil below a second.
  static func words(forSeconds seconds: Int) -> [String]? {
    guard seconds > 0, seconds < 86_400 * 7 else { return nil }
    var rest = seconds
    var words: [String] = []
    for (unit, name) in [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")] where rest >= unit {
      let count = rest / unit
      rest %= unit
      if !words.isEmpty, rest == 0 { words.append("and") }
      words += SpokenNumber.words(forWhole: count) + [count == 1 ? name : name + "s"]
    }
    return words
  }

  /// ISO 8601 text of whole seconds: PT1H30M.
  static func iso8601(_ seconds: Int) -> String {
    guard seconds > 0 else { return "PT0S" }
    var text = "P"
    if seconds >= 86_400 { text += "\(seconds / 86_400)D" }
    let rest = seconds % 86_400
    if rest > 0 { text += "T" }
    if rest >= 3_600 { text += "\(rest / 3_600)H" }
    if rest % 3_600 >= 60 { text += "\(rest % 3_600 / 60)M" }
    if rest % 60 > 0 { text += "\(rest % 60)S" }
    return text
  }
}
