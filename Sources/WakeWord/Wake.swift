public import Audio

/// A wake word has been said.
public struct Wake: Hashable, Sendable {
  /// Which of the detector's words, counted from 0.
  public var word: Int
  /// What was said: `Hey Jarvis`.
  public var phrase: String
  /// The mean probability that made it sure, 0...1.
  public var score: Float
  /// Up to where the stream had been heard when it was sure: 0 to about 200 ms behind the word's end.
  public var position: SampleTime
}
