/// What a recogniser heard in one utterance, or in its beginning.
public struct Transcript: Hashable, Sendable {
  /// The utterance that it belongs to.
  public var utterance: UtteranceID
  /// The words: lower case and single spaces from the recogniser in the box, as the model writes from others. A
  /// rejected transcript holds the best guess at what was said instead; it may go to a language model, and must never
  /// become an action by itself.
  public var text: String
  /// 0...1; nil where the engine gives none.
  public var confidence: Double?
  /// Which engine heard it: `pocketsphinx`, `sherpa-onnx moonshine`.
  public var engine: String
  /// Nil when the words may be acted on.
  public var rejection: Rejection?
  /// Other texts that were weighed, best first.
  public var alternatives: [String]
  /// What an utterance that is no phrase may have been, the likeliest first; ``text`` is mostly one of them. Empty where
  /// the engine does not say, and before the utterance is over.
  public var readings: [Reading] = []
  /// Samples of the utterance that this covers, at 16 kHz.
  public var samples: Int64
  /// When each word of `text` was said, in samples of the utterance; empty where the engine does not say.
  public var wordTimes: [Range<Int64>] = []

  public init(
    utterance: UtteranceID, text: String, confidence: Double? = nil, engine: String, rejection: Rejection? = nil,
    alternatives: [String] = [], samples: Int64 = 0
  ) {
    self.utterance = utterance
    self.text = text
    self.confidence = confidence
    self.engine = engine
    self.rejection = rejection
    self.alternatives = alternatives
    self.samples = samples
  }

  public var isAccepted: Bool { rejection == nil }

  /// Words for the sounds of an utterance.
  public struct Reading: Hashable, Sendable {
    public var text: String
    /// How likely it is beside the likeliest, which has 1.
    public var likelihood: Double
    /// As in the transcript.
    public var wordTimes: [Range<Int64>]

    public init(text: String, likelihood: Double, wordTimes: [Range<Int64>] = []) {
      (self.text, self.likelihood, self.wordTimes) = (text, likelihood, wordTimes)
    }
  }

  /// Why the words may not be acted on.
  public enum Rejection: Hashable, Sendable {
    /// No words in it.
    case nothingHeard
    /// The phrases' model and the general model hear different words: this is not one of the configured phrases.
    /// `agreement` is their likeness, 0...1.
    case notAPhrase(agreement: Double)
    /// Two phrases of different meaning sound so alike here that the engine cannot choose: fifteen, fifty. The words
    /// are one of them, the first of ``Transcript/alternatives`` the other.
    case ambiguous
    /// No engine could hear it; in words, for the log.
    case engineFailed(String)
  }
}

/// Names one utterance of one recogniser. Ids only grow, so that late results are told from current ones.
public struct UtteranceID: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let number: UInt32

  public init(number: UInt32) { self.number = number }

  public static func < (a: UtteranceID, b: UtteranceID) -> Bool { a.number < b.number }
  public var next: UtteranceID { UtteranceID(number: number &+ 1) }
  public var description: String { "utterance \(number)" }
}
