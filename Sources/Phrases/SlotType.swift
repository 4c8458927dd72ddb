import Tools

/// What may be said in a slot, and the value that it stands for.
struct SlotType: Sendable {
  enum Kind: Sendable {
    /// One of a list of wordings.
    case choices([Wording])
    case integer
    case number
    /// A whole number, "percent" may follow.
    case percent
    /// Whole units of so many seconds.
    case duration(unit: Double, name: String)
    /// ISO 8601 text.
    case isoDuration
    /// `HH:MM`.
    case time
    /// Any words.
    case text
  }

  struct Wording: Hashable, Sendable {
    var words: [String]
    var value: JSONValue
  }

  /// One way to read the slot at a place.
  struct Reading: Sendable {
    var end: Int
    var value: JSONValue
    /// Why the value is not allowed, where it is understood and out of range.
    var complaint: String?
  }

  var kind: Kind
  var parameter: String
  /// The tool's whole schema; a value is checked as the member `parameter`.
  var schema: JSONSchema

  var isText: Bool { if case .text = kind { true } else { false } }

  /// Why the schema refuses a value for this parameter, or nil.
  func complaint(about value: JSONValue) -> String? { schema.validate(value, forProperty: parameter).first?.text }

  /// Every way to read the slot from `start`, the longest first. Free text and choices are the matcher's own business.
  func readings(_ spoken: inout SpokenValues, at start: Int) -> [Reading] {
    switch kind {
    case .integer:
      return spoken.numbers(at: start).map { whole($0.value, end: $0.end) }
    case .number:
      return spoken.numbers(at: start).map { checked(Self.json($0.value), end: $0.end) }
    case .percent:
      let words = spoken.words[...]
      return spoken.numbers(at: start).flatMap { number -> [Reading] in
        let reading = whole(number.value, end: number.end)
        guard let end = Self.percentEnd(words, number.end) else { return [reading] }
        return [Reading(end: end, value: reading.value, complaint: reading.complaint), reading]
      }
      .sorted { $0.end > $1.end }
    case .duration(let unit, let name):
      return spoken.durations(at: start).map { reading in
        // A thousandth of a second is the finest that is said; rounding undoes the division's last bits.
        let amount = (reading.seconds / unit * 1e6).rounded() / 1e6
        guard let count = Int64(exactly: amount) else {
          return Reading(end: reading.end, value: .number(amount), complaint: "is not a whole number of \(name)")
        }
        return checked(.integer(count), end: reading.end)
      }
    case .isoDuration:
      return spoken.durations(at: start).map { reading in
        guard let seconds = Int(exactly: reading.seconds), seconds < 1 << 40 else {
          return Reading(
            end: reading.end, value: .number(reading.seconds), complaint: "is not a whole number of seconds")
        }
        return checked(.string(SpokenDuration.iso8601(seconds)), end: reading.end)
      }
    case .time:
      return spoken.times(at: start).map { checked(.string($0.text), end: $0.end) }
    case .text, .choices: return []
    }
  }

  private func checked(_ value: JSONValue, end: Int) -> Reading {
    Reading(end: end, value: value, complaint: complaint(about: value))
  }

  private func whole(_ value: Double, end: Int) -> Reading {
    guard let integer = Int64(exactly: value) else {
      return Reading(end: end, value: .number(value), complaint: "must be a whole number")
    }
    return checked(.integer(integer), end: end)
  }

  private static func json(_ value: Double) -> JSONValue {
    Int64(exactly: value).map { .integer($0) } ?? .number(value)
  }

  private static func percentEnd(_ words: ArraySlice<String>, _ index: Int) -> Int? {
    guard index < words.endIndex else { return nil }
    if words[index] == "percent" { return index + 1 }
    return words[index] == "per" && index + 1 < words.endIndex && words[index + 1] == "cent" ? index + 2 : nil
  }
}

/// Numbers, durations and times of one text, each read once.
struct SpokenValues {
  let words: [String]
  private var knownNumbers: [Int: [SpokenNumber.Reading]] = [:]
  private var knownDurations: [Int: [SpokenDuration.Reading]] = [:]
  private var knownTimes: [Int: [SpokenTime.Reading]] = [:]

  init(_ words: [String]) { self.words = words }

  mutating func numbers(at start: Int) -> [SpokenNumber.Reading] {
    if let known = knownNumbers[start] { return known }
    let readings = SpokenNumber.readings(words[...], at: start)
    knownNumbers[start] = readings
    return readings
  }

  mutating func durations(at start: Int) -> [SpokenDuration.Reading] {
    if let known = knownDurations[start] { return known }
    let readings = SpokenDuration.readings(words[...], at: start)
    knownDurations[start] = readings
    return readings
  }

  mutating func times(at start: Int) -> [SpokenTime.Reading] {
    if let known = knownTimes[start] { return known }
    let readings = SpokenTime.readings(words[...], at: start)
    knownTimes[start] = readings
    return readings
  }
}

/// Number words and digits that mean the same count as the same word: "radio four" is "radio 4".
enum NumberWord {
  /// Digits for a number word below a hundred, the word itself otherwise. "o" and "oh" stay words.
  static func canonical(_ word: String) -> String {
    guard word != "o", word != "oh", let value = SpokenNumber.value(of: word) else { return word }
    return String(value)
  }
}
