public import Phrases
public import Transcription
public import TurnDetection

/// Judges by the configured phrases first, and by the last words where no phrase begins so.
public struct PhraseJudge: SentenceJudge {
  private let phrases: PhraseSet
  private let wake: WakePhrases

  public init(phrases: PhraseSet, wake: WakePhrases = WakePhrases()) {
    self.phrases = phrases
    self.wake = wake
  }

  public func completeness(of transcript: Transcript) -> Completeness {
    switch transcript.rejection {
    case .nothingHeard, .engineFailed: .unknown
    case nil, .ambiguous: completeness(of: transcript.text)
    // No whole phrase, so it is not over by that. The engine's other reading is what the phrases' model heard, which
    // hears the beginning of a phrase where the general model hears anything.
    case .notAPhrase(let agreement):
      if agreement >= Self.trustedAgreement,
        transcript.alternatives.contains(where: { phrases.outlook(wake.strip($0).rest) == .begun })
      {
        .unfinished
      } else {
        completeness(of: transcript.text)
      }
    }
  }

  /// How much the two models of the recogniser must hear the same before the words of a phrase are believed; below
  /// what makes a phrase, because nothing is done by it but waiting.
  private static let trustedAgreement = 0.3

  func completeness(of text: String) -> Completeness {
    let (text, isCalled) = wake.strip(text)
    // The name alone: what is wanted follows.
    if isCalled, text.isEmpty { return .unfinished }
    if PhraseInterpreter.isAnswer(text) { return .mayGoOn }
    switch phrases.outlook(text) {
    case .phrase: return .complete
    case .phraseThatMayGoOn: return .mayGoOn
    case .begun: return .unfinished
    case .foreign: return OpenEnding.isOpen(SpokenText(text).words) ? .unfinished : .unknown
    }
  }
}
