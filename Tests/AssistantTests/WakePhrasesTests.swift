import Testing
import Transcription

@testable import Assistant

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

  @Test func whatIsLeftOfANameGoesByItsTime() {
    let phrases = WakePhrases(["okay nabu"])
    func rest(_ text: String, ends: [Int64], upTo end: Int64?, accepted: Bool = false) -> String {
      var heard = Transcript(utterance: UtteranceID(number: 1), text: text, engine: "test")
      if !accepted { heard.rejection = .notAPhrase(agreement: 0) }
      heard.wordEnds = ends
      return phrases.strip(heard, isExpected: true, upTo: end).rest.text
    }
    let ends: [Int64] = [4_000, 6_000, 12_000, 18_000, 20_000, 26_000]
    #expect(rest("again on delete island the heating", ends: ends, upTo: 13_600) == "island the heating")
    // The same without times, with a word that goes on behind the name, and where the recogniser is sure.
    #expect(rest("again on delete island the heating", ends: ends, upTo: nil) == "again on delete island the heating")
    #expect(rest("again on delete island the heating", ends: ends, upTo: 12_500) == "delete island the heating")
    #expect(rest("okay nabu stop", ends: [4_000, 9_000, 12_000], upTo: 14_000, accepted: true) == "stop")
    // What the letters tell goes first.
    #expect(rest("okay nabu please stop", ends: [4_000, 9_000, 13_000, 16_000], upTo: 9_500) == "please stop")
  }
}
