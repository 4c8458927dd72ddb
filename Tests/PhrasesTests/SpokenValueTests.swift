import Phrases
import Testing
import Tools

struct SpokenValueTests {
  private static func value(_ schema: JSONValue, _ text: String, name: String = "v") -> JSONValue? {
    let set = PhraseSet([PhraseTool(tool: House.tool("t", [name: schema]), phrases: [Phrase("x {\(name)}")])])
    return set.match("x " + text)?.arguments[name]
  }

  @Test(arguments: [
    ("zero", 0), ("nought", 0), ("seven", 7), ("twelve", 12), ("twenty", 20), ("twenty one", 21), ("ninety-nine", 99),
    ("a hundred", 100), ("one hundred", 100), ("a hundred and five", 105), ("two hundred fifty", 250),
    ("nine hundred and ninety nine", 999), ("a thousand", 1_000), ("nineteen hundred", 1_900),
    ("two thousand and twenty six", 2_026), ("twelve thousand three hundred and forty five", 12_345),
    ("a hundred and five thousand two hundred", 105_200), ("one million", 1_000_000),
    ("two million three hundred thousand and one", 2_300_001), ("minus five", -5), ("negative twenty two", -22),
    ("21", 21),
    ("-5", -5), ("1,000", 1_000), ("1,234,567", 1_234_567), ("5 hundred", 500), ("3 thousand", 3_000), ("007", 7),
  ])
  func wholeNumbersAreUnderstood(text: String, value: Int64) {
    #expect(Self.value(["type": "integer"], text) == .integer(value))
  }

  @Test(arguments: [
    ("two point five", 2.5), ("zero point two five", 0.25), ("point five", 0.5), ("minus one point oh one", -1.01),
    ("2.5", 2.5), ("half", 0.5), ("a half", 0.5), ("two and a half", 2.5), ("three and a quarter", 3.25),
    ("one and three quarters", 1.75), ("a quarter", 0.25), ("20 point 5", 20.5),
  ])
  func decimalNumbersAreUnderstood(text: String, value: Double) {
    #expect(Self.value(["type": "number"], text) == .number(value))
  }

  @Test(arguments: [
    "a", "and", "hundred", "twenty thirty", "one two", "twenty ten", "five twenty", "point", "two point", "and a half",
    "hundred and", "a million million", "one hundred hundred", "minus", "2..5", "1e5", "999999999999999999999", "0x10",
  ])
  func whatIsNoNumberIsRefused(text: String) {
    #expect(Self.value(["type": "number"], text) == nil)
  }

  /// Said and read again: every whole number up to 20,000, and a spread above.
  @Test func everyNumberIsReadAsItIsSaid() throws {
    let tool = House.tool("t", ["v": ["type": "integer"]])
    let set = PhraseSet([PhraseTool(tool: tool, phrases: ["x {v}"])])
    for value in Array(0...2_000) + Array(stride(from: 2_001, through: 999_999_999, by: 997_331)) {
      let words = SpokenWords.of(value)
      #expect(set.match("x " + words)?.arguments == ["v": .integer(Int64(value))], "\(words)")
    }
  }

  @Test(arguments: [
    ("ten minutes", 600), ("a minute", 60), ("an hour", 3_600), ("half an hour", 1_800), ("an hour and a half", 5_400),
    ("one and a half hours", 5_400), ("two hours and a quarter", 8_100), ("1 h 30 min", 5_400), ("1h30", 5_400),
    ("90s", 90),
    ("one hour thirty", 5_400), ("an hour and ten minutes", 4_200), ("a quarter of an hour", 900), ("2.5 hours", 9_000),
    ("three quarters of an hour", 2_700), ("one hour two minutes and three seconds", 3_723),
    ("a couple of minutes", 120),
    ("two days", 172_800), ("a week", 604_800), ("half a minute", 30), ("five minutes thirty", 330), ("1.5 h", 5_400),
    ("ninety seconds", 90), ("zero seconds", 0), ("a day and twelve hours", 129_600),
  ])
  func durationsAreUnderstood(text: String, seconds: Int64) {
    #expect(Self.value(["type": "integer"], text, name: "wait_s") == .integer(seconds))
  }

  @Test(arguments: [
    "ten", "minutes", "an", "a minute and", "ten minutes and", "ten minutes two hours", "minus five minutes",
    "ten minutes ten minutes", "half", "an hour and a", "seconds ten",
  ])
  func whatIsNoDurationIsRefused(text: String) {
    #expect(Self.value(["type": "integer"], text, name: "wait_s") == nil)
  }

  @Test func durationsComeInTheUnitOfTheName() {
    let integer: JSONValue = ["type": "integer"]
    #expect(Self.value(integer, "two hours", name: "wait_minutes") == 120)
    #expect(Self.value(integer, "ninety seconds", name: "wait_minutes") == nil)
    #expect(Self.value(integer, "half a second", name: "wait_ms") == 500)
    #expect(Self.value(integer, "a day", name: "hours") == 24)
    #expect(Self.value(["type": "integer", "format": "duration"], "ten minutes") == 600)
    #expect(Self.value(["type": "string", "format": "duration"], "an hour and a half") == "PT1H30M")
    #expect(Self.value(["type": "string", "format": "duration"], "two days and a minute") == "P2DT1M")
  }

  @Test(arguments: [
    ("half past seven", "07:30"), ("7:30", "07:30"), ("seven thirty pm", "19:30"), ("seven", "07:00"),
    ("seven o'clock", "07:00"), ("quarter past six", "06:15"), ("a quarter to eight", "07:45"),
    ("ten past nine", "09:10"), ("twenty five to one", "12:35"), ("five minutes to noon", "11:55"), ("noon", "12:00"),
    ("midnight", "00:00"), ("ten to midnight", "23:50"), ("12 am", "00:00"), ("twelve pm", "12:00"),
    ("12:15 a.m.", "00:15"),
    ("seven in the evening", "19:00"), ("half past six in the morning", "06:30"), ("eleven at night", "23:00"),
    ("eight tonight", "20:00"), ("nineteen thirty", "19:30"), ("19:30", "19:30"), ("1930", "19:30"),
    ("730 pm", "19:30"),
    ("seven oh five", "07:05"), ("7 p m", "19:00"), ("twenty two fifteen", "22:15"),
    ("twenty five past ten pm", "22:25"),
    ("ten to one pm", "12:50"), ("three hundred hours", "03:00"), ("zero thirty", "00:30"),
    ("quarter to one am", "00:45"),
  ])
  func timesOfDayAreUnderstood(text: String, time: String) {
    #expect(Self.value(["type": "string", "format": "time"], text) == .string(time))
  }

  @Test(arguments: [
    "twenty five", "7:60", "25:00", "half to seven", "quarter past", "thirteen am", "seven sixty", "past seven", "a",
    "7:3",
    "minus seven", "seven point five", "pm", "half past", "7:30:15", "seven o'clock thirty",
  ])
  func whatIsNoTimeIsRefused(text: String) {
    #expect(Self.value(["type": "string", "format": "time"], text) == nil)
  }

  /// All 1,440 minutes, digital and spoken.
  @Test func everyMinuteOfTheDayIsUnderstood() {
    let set = PhraseSet([
      PhraseTool(tool: House.tool("t", ["v": ["type": "string", "format": "time"]]), phrases: ["x {v}"])
    ])
    for minute in 0..<1_440 {
      let (hour, rest) = (minute / 60, minute % 60)
      let text = (hour < 10 ? "0" : "") + "\(hour):" + (rest < 10 ? "0" : "") + "\(rest)"
      #expect(set.match("x " + text)?.arguments == ["v": .string(text)])
      let half = hour < 12 ? "am" : "pm"
      let spoken = SpokenWords.of(hour % 12 == 0 ? 12 : hour % 12)
      let minutes = rest == 0 ? "" : (rest < 10 ? "oh " : "") + SpokenWords.of(rest)
      #expect(
        set.match("x \(spoken) \(minutes) \(half)")?.arguments == ["v": .string(text)], "\(spoken) \(minutes) \(half)")
    }
  }

  @Test func explicitTypesOverrideTheSchema() {
    let tool = House.tool("t", ["n": ["type": "integer"], "s": ["type": "string"], "f": ["type": "number"]])
    let set = PhraseSet([
      PhraseTool(
        tool: tool,
        phrases: [
          "a {n:<percent>}", "b {n:<duration>}", "c {s:<time>}", "d {s:<duration>}", "e {f:<integer>}", "f {s:*}",
        ])
    ])
    #expect(set.problems == [])
    #expect(set.match("a fifty percent")?.arguments == ["n": 50])
    #expect(set.match("b two minutes")?.arguments == ["n": 120])
    #expect(set.match("c noon")?.arguments == ["s": "12:00"])
    #expect(set.match("d two minutes")?.arguments == ["s": "PT2M"])
    #expect(set.match("e two point five") == nil)
    #expect(set.match("f Any Words, here")?.arguments == ["s": "Any Words, here"])
  }
}

/// Numbers in words, written apart from the code under test.
enum SpokenWords {
  static func of(_ value: Int) -> String {
    let small = [
      "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
      "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ]
    let tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    if value < 20 { return small[value] }
    if value < 100 { return tens[value / 10 - 2] + (value % 10 == 0 ? "" : "-" + small[value % 10]) }
    for (unit, name) in [(1_000_000, "million"), (1_000, "thousand"), (100, "hundred")] where value >= unit {
      let rest = value % unit
      return of(value / unit) + " " + name + (rest == 0 ? "" : (rest < 100 ? " and " : " ") + of(rest))
    }
    return ""
  }
}
