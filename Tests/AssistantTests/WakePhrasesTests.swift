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

  @Test func whatIsLeftOfANameEndsAtThePauseBehindIt() {
    let phrases = WakePhrases(["okay nabu"])
    /// Each word of 300 ms; `|` is a pause of 200 ms.
    func rest(_ text: String, upTo end: Int64?, accepted: Bool = false) -> String {
      var heard = Transcript(utterance: UtteranceID(number: 1), text: "", engine: "test")
      if !accepted { heard.rejection = .notAPhrase(agreement: 0) }
      var at: Int64 = 0
      for word in text.split(separator: " ") {
        if word == "|" {
          at += 3_200
          continue
        }
        heard.text += (heard.text.isEmpty ? "" : " ") + word
        heard.wordTimes.append(at..<at + 4_800)
        at += 4_800
      }
      return phrases.strip(heard, isExpected: true, upTo: end).rest.text
    }
    #expect(rest("again on delete | island the heating", upTo: 16_000) == "island the heating")
    // No time, no pause, a pause elsewhere, and a recogniser that is sure.
    #expect(rest("again on delete | island the heating", upTo: nil) == "again on delete island the heating")
    #expect(rest("again on delete island the heating", upTo: 16_000) == "again on delete island the heating")
    #expect(rest("again on delete island | the heating", upTo: 16_000) == "again on delete island the heating")
    #expect(rest("okay nabu stop | it", upTo: 15_000, accepted: true) == "stop it")
    // The readings lose it too, and are one where nothing else tells them apart.
    var heard = Transcript(utterance: UtteranceID(number: 1), text: "okay nabo stop it", engine: "test")
    heard.rejection = .notAPhrase(agreement: 0)
    heard.readings = [
      Transcript.Reading(text: "okay nabo stop it", likelihood: 1),
      Transcript.Reading(text: "okay now stop", likelihood: 0.5),
      Transcript.Reading(text: "okay nabu stop it", likelihood: 0.25),
      Transcript.Reading(text: "okay nabu", likelihood: 0.1),
    ]
    #expect(
      phrases.strip(heard, isExpected: true).rest.readings == [
        Transcript.Reading(text: "stop it", likelihood: 1), Transcript.Reading(text: "stop", likelihood: 0.4),
      ])
    // Where it is known when the words were said, all lose what the transcript loses.
    func timed(_ text: String) -> [Range<Int64>] {
      (0..<text.split(separator: " ").count).map { Int64($0) * 4_800..<Int64($0 + 1) * 4_800 }
    }
    heard.wordTimes = timed(heard.text)
    heard.readings = ["okay nabo stop it", "again over drop it"].map {
      Transcript.Reading(text: $0, likelihood: 1, wordTimes: timed($0))
    }
    #expect(phrases.strip(heard, isExpected: true).rest.readings.map(\.text) == ["stop it", "drop it"])
    // What the letters tell goes first, and nothing behind it.
    #expect(rest("okay nabu | could you | stop", upTo: 12_000) == "could you stop")
  }
}
