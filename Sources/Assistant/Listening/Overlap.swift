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
  private let needed: Int

  /// Speech of this length is no cough and no "mhm". Of both, four in five are shorter than 400 ms.
  static let sustained = SampleRate.speech.frames(in: .milliseconds(448))
  /// What is left of the assistant's own voice and this much more is not taken for speech, dB.
  static let margin: Float = 6

  /// `dismissed`: how often this reply has been paused for nothing. Each time it takes more to pause it again.
  init(since: SampleTime, speech: Int, dismissed: Int) {
    self.since = since
    self.speech = speech
    needed = dismissed * SampleRate.speech.frames(in: .milliseconds(64))
  }

  enum Verdict { case suspected, interrupted }

  /// Takes a window of `length` frames; says what changes.
  mutating func hear(_ probability: Float, onset: Float, length: Int) -> Verdict? {
    if probability >= onset { speech += length }
    if speech >= Self.sustained + needed { return .interrupted }
    guard !isTold, speech >= needed else { return nil }
    isTold = true
    return .suspected
  }

  /// Whether its words, which end or pause here, are for the assistant however short they are. Nil: they do not tell.
  static func isMeant(_ transcript: Transcript) -> Bool? {
    let words = transcript.text.lowercased().split { !$0.isLetter && $0 != "'" }.joined(separator: " ")
    if words.isEmpty || backchannels.contains(words) { return false }
    switch transcript.rejection {
    case nil, .ambiguous: return true
    case .nothingHeard: return false
    case .notAPhrase, .engineFailed: return nil
    }
  }

  /// What listeners say without wanting the word: Jefferson's and Schegloff's continuers. "Yes" and "no" answer.
  private static let backchannels: Set<String> = [
    "mhm", "mm", "mm hmm", "mmhmm", "hm", "hmm", "uh huh", "uhhuh", "uh", "um", "ah", "aha", "oh", "oh really",
    "really",
    "yeah", "okay", "ok", "right", "i see", "sure", "wow", "good", "great", "nice",
  ]
}

/// How loud windows are against what is left of the assistant's own voice.
extension OwnVoice {
  /// Whether a window of this level, dBFS, can be somebody else.
  func isExceeded(by level: Float) -> Bool { !isAudible || level >= residual + Overlap.margin }
}
