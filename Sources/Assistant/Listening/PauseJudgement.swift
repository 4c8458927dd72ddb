import Audio
import Synchronization
import TurnDetection

/// What is known of a pause in a turn: by its words, by its sound, and by what a language model makes of the words.
struct PauseJudgement {
  /// Counts the pauses of the stream.
  private(set) var number = 0
  var words: Completeness?
  var sound: Completeness?
  var isSoundAsked = false
  var answer: Completeness?

  /// Another pause, of which nothing is known.
  mutating func begin() { self = PauseJudgement(number: number + 1) }

  private init(number: Int) { self.number = number }
  init() {}

  /// All of it together; nil while nothing is known. What the words say for sure counts; where they say nothing, a voice
  /// that goes on is waited for, and else whoever is surer that it is all. `isHeard`: the words are judged at all.
  func completeness(isHeard: Bool) -> Completeness? {
    if let words, words != .unknown { return words }
    // The sound may be known sooner; the words are there within some ten milliseconds.
    if isHeard, words == nil { return nil }
    if sound == .unfinished { return .unfinished }
    let said = [sound, answer].compactMap { $0 }
    return [.complete, .mayGoOn].first(where: said.contains) ?? words ?? said.first
  }
}

/// What a model that hears how somebody speaks says of the newest pause. Asked on the listen thread, answered from the
/// model's own.
final class SoundOpinion: Sendable {
  private let judge: any TurnEndJudge
  private let newest = Mutex<(pause: Int, completeness: Completeness?)>((0, nil))

  /// The silence at which it is asked: such models were trained on pauses of this length.
  static let silence = SampleRate.speech.frames(in: .milliseconds(200))
  /// At least this probable: over. Whoever is cut off is annoyed more than whoever waits for 0.2 s.
  private static let sure: Float = 0.8
  private static let likely: Float = 0.5
  /// At most this probable: the voice goes on.
  private static let open: Float = 0.1

  init(of judge: any TurnEndJudge) { self.judge = judge }

  /// Asks for the turn whose samples these are.
  func ask(_ samples: [Float], at pause: Int) {
    newest.withLock { $0 = (pause, nil) }
    judge.judge(samples) { [weak self] probability in
      guard let self, let probability else { return }
      newest.withLock { newest in
        if newest.pause == pause { newest.completeness = Self.completeness(probability) }
      }
    }
  }

  func completeness(at pause: Int) -> Completeness? {
    newest.withLock { $0.pause == pause ? $0.completeness : nil }
  }

  static func completeness(_ probability: Float) -> Completeness {
    if probability >= sure { return .complete }
    if probability >= likely { return .mayGoOn }
    return probability <= open ? .unfinished : .unknown
  }
}
