import Assistant
import Testing

@Suite struct WakePhrasesTests {
  private let phrases = WakePhrases(["hey jarvis", "alexa"])

  @Test(
    arguments: [
      ("hey jarvis turn on the light", "turn on the light", true),
      ("Hey Jarvis, turn on the light", "turn on the light", true),
      ("a jarvis turn on the light", "turn on the light", true), ("hey jarvis", "", true), ("alexa stop", "stop", true),
      ("alexis stop", "stop", true), ("hay jervis what time is it", "what time is it", true),
      ("turn on the light", "turn on the light", false), ("hey you", "hey you", false), ("", "", false),
      ("turn on the light hey jarvis", "turn on the light hey jarvis", false),
    ])
  func isTakenOffTheBeginning(text: String, rest: String, isCalled: Bool) {
    let found = phrases.strip(text)
    #expect(found.rest == rest && found.isCalled == isCalled)
  }

  @Test func aNameThatIsKnownToHaveBeenSaidNeedsLittleLikeness() {
    let phrases = WakePhrases(["okay nabu"])
    #expect(phrases.strip("okay go to please stop the fan").rest == "okay go to please stop the fan")
    #expect(phrases.strip("okay go to please stop the fan", isExpected: true).rest == "please stop the fan")
    #expect(phrases.strip("okay nabo turn it off", isExpected: true).rest == "turn it off")
    #expect(phrases.strip("turn on the light", isExpected: true).rest == "turn on the light")
  }

  @Test func withoutPhrasesNothingIsTakenOff() {
    #expect(WakePhrases().strip("hey jarvis stop").rest == "hey jarvis stop")
  }
}
