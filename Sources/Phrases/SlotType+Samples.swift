import Tools

extension SlotType {
  /// Wordings that stand for all that may be said in the slot, in words that a recogniser knows (no digits), with
  /// their values: all of them where they are few, otherwise a spread. Free text has none.
  var samples: [Wording] {
    switch kind {
    case .choices(let wordings):
      return wordings.map { Wording(words: SlotType.spelled($0.words), value: $0.value) }
    case .text: return []
    case .integer, .percent, .number: return numberSamples
    case .duration, .isoDuration: return durationSamples
    case .time: return SlotType.timeSamples.compactMap(read)
    }
  }

  private static func spelled(_ words: [String]) -> [String] {
    words.flatMap { SpokenNumber.wordsIfDigits($0) ?? [$0] }
  }

  /// The wording with the value that the slot reads from it, or nil where that is out of range.
  private func read(_ words: [String]) -> Wording? {
    var spoken = SpokenValues(words)
    let reading = readings(&spoken, at: 0).first { $0.end == words.count && $0.complaint == nil }
    return reading.map { Wording(words: words, value: $0.value) }
  }

  private var bounds: (Double?, Double?) {
    let property = schema.source["properties"]?[parameter]
    let low = property?["minimum"]?.doubleValue ?? property?["exclusiveMinimum"]?.doubleValue
    let high = property?["maximum"]?.doubleValue ?? property?["exclusiveMaximum"]?.doubleValue
    return (low, high)
  }

  private var numberSamples: [Wording] {
    var values: [Double] = []
    let (low, high) = bounds
    if let low, let high, low.magnitude < 1e9, high - low <= 200, high >= low {
      values = Array(stride(from: low.rounded(.up), through: high, by: 1))
    } else {
      values = (0...20).map(Double.init) + stride(from: 25.0, through: 100, by: 5)
      values += [101, 120, 150, 200, 250, 365, 500, 999, 1_000, 1_500, 2_000, 10_000, -1, -5, -10]
      for bound in [low, high] { if let bound, bound.magnitude < 1e9 { values.append(bound) } }
    }
    if case .number = kind { values += [0.5, 1.5, 2.5, 0.1, 7.5, 19.5, 20.5, 21.5, 22.5] }
    var seen: Set<Double> = []
    var samples: [Wording] = []
    for value in values where seen.insert(value).inserted {
      guard let words = SpokenNumber.words(for: value) else { continue }
      var forms = [words]
      if case .percent = kind { forms = [words + ["percent"], words] }
      samples += forms.compactMap(read)
    }
    return samples
  }

  private var durationSamples: [Wording] {
    let counts = Array(1...20) + [25, 30, 40, 45, 50, 60, 90]
    var forms: [[String]] = []
    for count in counts {
      let words = SpokenNumber.words(forWhole: count)
      for unit in ["second", "minute", "hour"] { forms.append(words + [count == 1 ? unit : unit + "s"]) }
    }
    for text in [
      "a minute", "an hour", "half an hour", "half a minute", "an hour and a half", "two and a half hours",
      "a quarter of an hour", "three quarters of an hour", "a minute and a half", "one hour and thirty minutes",
      "two hours and fifteen minutes", "one minute and thirty seconds", "a day", "two days",
    ] {
      forms.append(text.split(separator: " ").map(String.init))
    }
    return forms.compactMap(read)
  }

  private static let timeSamples: [[String]] = {
    var forms: [[String]] = [["noon"], ["midnight"]]
    for hour in 1...12 {
      let words = SpokenNumber.words(forWhole: hour)
      forms += [words, words + ["o'clock"], words + ["am"], words + ["pm"], ["half", "past"] + words]
      forms += [["quarter", "past"] + words, ["quarter", "to"] + words]
      for minute in [5, 10, 20, 25] {
        forms += [SpokenNumber.words(forWhole: minute) + ["past"] + words]
        forms += [SpokenNumber.words(forWhole: minute) + ["to"] + words]
      }
      for minute in [10, 15, 20, 30, 40, 45, 50, 55] {
        forms += [words + SpokenNumber.words(forWhole: minute), words + SpokenNumber.words(forWhole: minute) + ["pm"]]
      }
      forms += [words + ["oh", "five"], words + ["thirty", "am"], words + ["in", "the", "morning"]]
      forms += [words + ["in", "the", "evening"]]
    }
    return forms
  }()
}
