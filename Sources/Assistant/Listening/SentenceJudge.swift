public import Transcription
public import TurnDetection

/// Says from the words heard up to a pause how finished the sentence is. Called on the recogniser's thread; quick.
public protocol SentenceJudge: Sendable {
  func completeness(of transcript: Transcript) -> Completeness
}
