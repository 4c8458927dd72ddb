/// Times of day as people say them: "half past seven", "7:30", "seven thirty pm", "noon".
///
/// Without "pm", "in the evening" or the like the clock's own number counts: half past seven is 07:30.
enum SpokenTime {
  struct Reading: Hashable {
    var end: Int
    /// Minutes since midnight, 0..<1440.
    var minutes: Int

    /// `HH:MM`.
    var text: String {
      func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
      return two(minutes / 60) + ":" + two(minutes % 60)
    }
  }

  private enum Half { case morning, afternoon, night }

  /// Every way to read a time of day that begins at `start`, the longest first.
  static func readings(_ words: ArraySlice<String>, at start: Int) -> [Reading] {
    guard let first = word(words, start) else { return [] }
    var found: Set<Reading> = []
    switch first {
    case "noon", "midday": found.insert(Reading(end: start + 1, minutes: 720))
    case "midnight": found.insert(Reading(end: start + 1, minutes: 0))
    default: break
    }
    for (end, hour, minute) in clockTimes(words, at: start) + offsets(words, at: start) {
      if (0...23).contains(hour) { found.insert(Reading(end: end, minutes: hour * 60 + minute)) }
      if hour == 24, minute == 0 { found.insert(Reading(end: end, minutes: 0)) }
      if let (halfEnd, half) = halfOfDay(words, at: end), let hour = adjusted(hour, half) {
        found.insert(Reading(end: halfEnd, minutes: hour * 60 + minute))
      }
    }
    return found.sorted { ($0.end, $0.minutes) > ($1.end, $1.minutes) }
  }

  private static func word(_ words: ArraySlice<String>, _ index: Int) -> String? {
    index < words.endIndex ? words[index] : nil
  }

  private static func whole(
    _ words: ArraySlice<String>, at start: Int, in range: ClosedRange<Int>
  ) -> [(end: Int, value: Int)] {
    SpokenNumber.readings(words, at: start).compactMap { reading in
      guard let value = Int(exactly: reading.value), range.contains(value), word(words, start) != "a" else {
        return nil
      }
      return (reading.end, value)
    }
  }

  /// "seven", "seven o'clock", "seven thirty", "seven oh five", "7:30", "1930".
  private static func clockTimes(_ words: ArraySlice<String>, at start: Int) -> [(Int, Int, Int)] {
    guard let first = word(words, start) else { return [] }
    if first.utf8.contains(UInt8(ascii: ":")) {
      let parts = first.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2 || (parts.count == 3 && parts[2] == "00"), parts[1].utf8.count == 2,
        parts[0].utf8.count <= 2, let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60
      else { return [] }
      return [(start + 1, hour, minute)]
    }
    var times: [(Int, Int, Int)] = []
    if (3...4).contains(first.utf8.count), let number = Int(first), number % 100 < 60 {
      times.append((start + 1, number / 100, number % 100))
    }
    for (end, hour) in whole(words, at: start, in: 0...24) {
      times.append((end, hour, 0))
      if word(words, end) == "o'clock" || word(words, end) == "oclock" { times.append((end + 1, hour, 0)) }
      for (minuteEnd, minute) in whole(words, at: end, in: 10...59) { times.append((minuteEnd, hour, minute)) }
      // "seven oh five"
      if let zero = word(words, end), zero == "oh" || zero == "o" || zero == "zero" {
        for (minuteEnd, minute) in whole(words, at: end + 1, in: 1...9) { times.append((minuteEnd, hour, minute)) }
      }
      if word(words, end) == "hundred", word(words, end + 1) == "hours" { times.append((end + 2, hour, 0)) }
    }
    return times
  }

  /// "half past seven", "quarter to eight", "ten minutes past six", "twenty five to nine".
  private static func offsets(_ words: ArraySlice<String>, at start: Int) -> [(Int, Int, Int)] {
    var heads: [(end: Int, value: Int)] = []
    let first = word(words, start) == "a" ? start + 1 : start
    if word(words, start) == "half" { heads.append((start + 1, 30)) }
    if word(words, first) == "quarter" { heads.append((first + 1, 15)) }
    for (end, minute) in whole(words, at: start, in: 1...59) {
      heads.append((end, minute))
      if let unit = word(words, end), unit == "minutes" || unit == "minute" { heads.append((end + 1, minute)) }
    }
    var times: [(Int, Int, Int)] = []
    for (end, minutes) in heads {
      guard let direction = word(words, end) else { continue }
      let isPast = direction == "past" || direction == "after"
      guard isPast || ["to", "till", "til", "before", "of"].contains(direction), isPast || minutes != 30 else {
        continue
      }
      var hours = whole(words, at: end + 1, in: 1...24)
      switch word(words, end + 1) {
      case "noon", "midday": hours.append((end + 2, 12))
      case "midnight": hours.append((end + 2, isPast ? 0 : 24))
      default: break
      }
      for (hourEnd, hour) in hours {
        let total = ((hour % 24) * 60 + (isPast ? minutes : -minutes) + 1_440) % 1_440
        // One o'clock less ten minutes stays in the twelve hours that "pm" speaks about.
        let shifted = !isPast && hour == 1 ? 12 : total / 60
        times.append((hourEnd, shifted, total % 60))
      }
    }
    return times
  }

  /// "am", "p m", "in the evening", "at night", "tonight".
  private static func halfOfDay(_ words: ArraySlice<String>, at start: Int) -> (Int, Half)? {
    switch (word(words, start), word(words, start + 1), word(words, start + 2)) {
    case ("am", _, _): (start + 1, .morning)
    case ("pm", _, _): (start + 1, .afternoon)
    case ("a", "m", _): (start + 2, .morning)
    case ("p", "m", _): (start + 2, .afternoon)
    case ("in", "the", "morning"): (start + 3, .morning)
    case ("in", "the", "afternoon"), ("in", "the", "evening"): (start + 3, .afternoon)
    case ("at", "night", _): (start + 2, .night)
    case ("tonight", _, _): (start + 1, .night)
    default: nil
    }
  }

  private static func adjusted(_ hour: Int, _ half: Half) -> Int? {
    switch half {
    case .morning: hour == 12 ? 0 : (0...12).contains(hour) ? hour : nil
    case .afternoon: hour == 12 ? 12 : (1...11).contains(hour) ? hour + 12 : (13...23).contains(hour) ? hour : nil
    case .night: hour == 12 ? 0 : (5...11).contains(hour) ? hour + 12 : (0...23).contains(hour) ? hour : nil
    }
  }
}
