import Phrases
import Testing
import Tools

struct SaidNumbersTests {
  @Test(arguments: [
    ("set it to seventy degrees", 70.0), ("nineteen and a half please", 19.5), ("a timer for ten minutes", 600),
    ("a timer for an hour and twenty minutes", 80), ("heat for an hour twenty degrees", 20),
    ("heat for an hour twenty degrees", 3_600), ("two weeks", 14), ("at half", 50), ("forty percent", 0.4),
    ("channel one oh five", 105), ("make it twenty, no, twenty two", 22), ("21.5 degrees", 21.5), ("minus four", -4),
    ("minus four", 4), ("forty in the hall and thirty in the kitchen", 30),
    ("forty in the hall and thirty in the kitchen", 40), ("wake me at quarter to eight", 7), ("at seven pm", 19),
    ("turn radiator two off", 0),
  ])
  func whatWasSaidIsNotExcluded(text: String, value: Double) {
    #expect(!SaidNumbers(text).exclude(.number(value)))
  }

  @Test(arguments: [
    ("set it to seventy degrees", 7.0), ("heating to seven hundred degrees", 7), ("up ninety degrees", 9),
    ("a timer for ten minutes", 1_200), ("twenty one", 20), ("eight and a half", 8), ("three of them", 5),
    ("that one at seventy", 60), ("three hundred percent", 30), ("999999999999999 million", 7),
    ("10000000000000 million point five", 7), ("one two three four five six seven eight nine ten", 42),
  ])
  func whatNobodySaidIsExcluded(text: String, value: Double) {
    #expect(SaidNumbers(text).exclude(.number(value)))
  }

  @Test(arguments: [
    "make it warmer", "that one in the hall", "", "one moment", "two degrees warmer", "down by ten",
    "lamp two all the way up",
  ])
  func whatIsMeantWithoutBeingSaidIsNotExcluded(text: String) {
    #expect(!SaidNumbers(text).exclude(42))
  }

  @Test func numbersAreFoundAnywhereInAnArgument() {
    let said = SaidNumbers("from five to ten")
    #expect(!said.exclude(["from": 5, "to": [10, 5.0], "label": "99", "on": true]))
    #expect(said.exclude(["from": 5, "to": [10, 11]]))
  }
}
