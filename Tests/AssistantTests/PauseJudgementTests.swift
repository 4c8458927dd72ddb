import Testing
import TurnDetection

@testable import Assistant

@Suite struct PauseJudgementTests {
  private func judged(
    _ words: Completeness?, _ sound: Completeness? = nil, _ answer: Completeness? = nil, isHeard: Bool = true
  ) -> Completeness? {
    var pause = PauseJudgement()
    pause.begin()
    (pause.words, pause.sound, pause.answer) = (words, sound, answer)
    return pause.completeness(isHeard: isHeard)
  }

  @Test func nothingIsKnownBeforeTheWords() {
    #expect(judged(nil) == nil)
    #expect(judged(nil, .complete) == nil)
    #expect(judged(nil, .complete, isHeard: false) == .complete)
    #expect(judged(nil, isHeard: false) == nil)
  }

  @Test func whatTheWordsSayForSureCounts() {
    for sure in [Completeness.complete, .mayGoOn, .unfinished] {
      for other in Completeness.allCases { #expect(judged(sure, other, other) == sure) }
    }
  }

  @Test func whereTheyDoNotTellTheSurestDoesUnlessTheVoiceGoesOn() {
    #expect(judged(.unknown) == .unknown)
    #expect(judged(.unknown, .complete) == .complete)
    #expect(judged(.unknown, nil, .mayGoOn) == .mayGoOn)
    #expect(judged(.unknown, .mayGoOn, .complete) == .complete)
    #expect(judged(.unknown, .unfinished, .complete) == .unfinished)
    #expect(judged(.unknown, .unknown, .mayGoOn) == .mayGoOn)
  }

  @Test func anotherPauseBeginsAnew() {
    var pause = PauseJudgement()
    pause.begin()
    (pause.words, pause.sound, pause.answer, pause.isSoundAsked) = (.complete, .complete, .complete, true)
    pause.begin()
    #expect(pause.number == 2)
    #expect(pause.completeness(isHeard: false) == nil)
    #expect(!pause.isSoundAsked)
  }
}
