import Audio
import Transcription

/// Somebody speaks while the assistant does: collects the evidence for whether it is meant for the assistant.
///
/// ```
///   reply      ▇▇▇▇▇▇▇▇▇▇▇▇▏paused                    ▕▇▇▇▇▇▇ goes on from the same sample
///   microphone          ▁▅▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇            "mhm", a cough: dismissed
///                       │  │            └ sustained: interrupted
///                       │  └ told: the reply is paused
///                       └ since
/// ```
struct Overlap {
  /// The first sample of the speech.
  let since: SampleTime
  /// Whether the listener was told, and so whether the reply is paused.
  private(set) var isTold = false
  /// Frames of speech in it so far.
  private var speech = 0
  /// The loudest window of it, dBFS.
  private var peak = -Float.infinity
  private let needed: Int

  /// Speech of this length with two words in it is an interruption, unless they are those of somebody who only listens.
  static let sustained = SampleRate.speech.frames(in: .milliseconds(384))
  /// The same with one word, in which all models of the recogniser agree, or that ends a conversation ("stop").
  static let clear = SampleRate.speech.frames(in: .milliseconds(416))
  /// The same with one word that each of them hears otherwise: some word is heard in many a "mhm".
  static let unclear = SampleRate.speech.frames(in: .milliseconds(480))
  /// Speech of this length is, whatever its words: no cough and no "mhm" lasts so long.
  static let long = SampleRate.speech.frames(in: .milliseconds(704))

  /// A voice so much quieter than its loudest is about to end: "okay" and "really" are over when a sentence has only begun.
  static let trailing: Float = 10

  /// `dismissed`: how often this reply has been paused for nothing. Each time it takes more to pause it again.
  init(since: SampleTime, speech: Int, dismissed: Int) {
    self.since = since
    self.speech = speech
    needed = dismissed * SampleRate.speech.frames(in: .milliseconds(64))
  }

  enum Verdict { case suspected, interrupted }

  /// Takes a window of `length` frames, its level in dBFS, and the words so far as each model of the recogniser hears them,
  /// those that count first; says what changes.
  mutating func hear(
    _ probability: Float, onset: Float, length: Int, level: Float, readings: @autoclosure () -> [String]
  ) -> Verdict? {
    if probability >= onset { speech += length }
    peak = max(peak, level)
    if speech >= Self.long + needed { return .interrupted }
    if speech >= Self.sustained + needed, level > peak - Self.trailing, let least = Self.needed(for: readings()),
      speech >= least + needed
    {
      return .interrupted
    }
    guard !isTold, speech >= needed else { return nil }
    isTold = true
    return .suspected
  }

  /// How much speech makes these words an interruption; nil: they are those of somebody who only listens, or may be.
  private static func needed(for readings: [String]) -> Int? {
    let readings = readings.filter { !$0.isEmpty }
    guard let words = readings.first, !readings.contains(where: isBackchannel) else { return nil }
    if words.contains(" ") { return sustained }
    return PhraseInterpreter.isDismissal(words) || readings.allSatisfy { $0 == words } ? clear : unclear
  }

  /// Whether its words, which end or pause here, are for the assistant however short they are. Nil: they do not tell.
  static func isMeant(_ transcript: Transcript) -> Bool? {
    if isBackchannel(transcript.text) { return false }
    switch transcript.rejection {
    case nil, .ambiguous: return true
    case .nothingHeard: return false
    case .notAPhrase, .engineFailed: return nil
    }
  }

  /// Whether these are the words of somebody who listens, or none.
  static func isBackchannel(_ text: String) -> Bool {
    let words = PhraseInterpreter.normalise(text)
    return words == "i" || words == "i see"
      || words.split(separator: " ").allSatisfy { backchannels.contains(String($0)) }
  }

  /// What listeners say without wanting the word, alone and one after the other: Jefferson's and Schegloff's continuers.
  /// "Yes" and "no" answer. "Ahead" is what the recogniser in the box makes of "uh huh".
  private static let backchannels: Set<String> = [
    "mhm", "mm", "mmhmm", "hm", "hmm", "hum", "uh", "huh", "uhhuh", "um", "ah", "aha", "oh", "really", "yeah", "okay",
    "ok", "right", "sure", "wow", "good", "great", "nice", "ahead",
  ]
}
