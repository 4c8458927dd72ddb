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

  @Test func withoutPhrasesNothingIsTakenOff() {
    #expect(WakePhrases().strip("hey jarvis stop").rest == "hey jarvis stop")
  }
}
