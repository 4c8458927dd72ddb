import Assistant
import Audio
import Glibc
import Speech
import Synchronization

/// Hours in which nobody calls: talk, music, and talk over music, as fast as they can be heard.
///
/// Owned by the thread that listens to it: the sound is made when it is waited for.
final class WakeNegatives: AudioSource, @unchecked Sendable {
  // @unchecked: after `init` the listening thread alone makes the sound; the names are behind a lock.

  /// What is heard.
  enum Kind: String, CaseIterable {
    /// Sentences as people say them, some over music.
    case talk
    /// Sentences of words that sound like a name's, which mean nothing, some over music.
    case nonsense
    case music
  }

  /// What is heard from `start` on.
  struct Piece {
    var start: Int64
    var kind: Kind
    var text: String
  }

  let name = "hours in which nobody calls"
  let ring = SampleRing(minimumCapacity: 1 << 20)
  private let voices: [String]
  private let sentences: [String]
  private let words: [String]
  private let whole: Int
  private var random: SeededRandom
  private let heard = Mutex<[Piece]>([])
  private let refusal = Mutex<(any Error)?>(nil)
  private let progress: @Sendable (Double) -> Void

  /// - Parameters:
  ///   - sentences: of talk; nobody calls in them.
  ///   - words: that are mixed into sentences of their own, which mean nothing and sound like everything.
  ///   - progress: told of the seconds made so far.
  init(
    _ duration: Duration, voices: [String], sentences: [String], words: [String], seed: UInt64,
    progress: @escaping @Sendable (Double) -> Void
  ) {
    whole = Int(duration.components.seconds) * WakeTrial.rate
    self.voices = voices
    self.sentences = sentences
    self.words = words
    self.progress = progress
    random = SeededRandom(seed: seed)
  }

  var hasEnded: Bool { ring.writtenCount >= Int64(whole) }
  var counters: AudioSourceCounters { AudioSourceCounters() }
  func start() throws {}
  func stop() {}

  /// Why the last sentence that could not be spoken could not; it was silence instead.
  var failure: (any Error)? { refusal.withLock { $0 } }

  /// What is heard at `position`; nil before the beginning.
  func piece(at position: SampleTime) -> Piece? { heard.withLock { $0.last { $0.start <= position.frames } } }

  /// For how long each kind was heard.
  var durations: [Kind: Duration] {
    let end = ring.writtenCount
    return heard.withLock { pieces in
      var durations: [Kind: Duration] = [:]
      for (index, piece) in pieces.enumerated() {
        let next = index + 1 < pieces.count ? pieces[index + 1].start : end
        durations[piece.kind, default: .zero] += SampleRate.speech.duration(ofFrames: Int(next - piece.start))
      }
      return durations
    }
  }

  func waitForSamples(_ count: Int, timeout: Duration) {
    while ring.availableToRead < count, !hasEnded {
      let (kind, text, sound) = next()
      heard.withLock { $0.append(Piece(start: ring.writtenCount, kind: kind, text: text)) }
      ring.write(sound.span)
      progress(Double(ring.writtenCount) / Double(WakeTrial.rate))
    }
  }

  private func next() -> (kind: Kind, text: String, sound: [Float]) {
    var sound = [Float](repeating: 0, count: WakeTrial.rate / 3)
    let place = random.nextUnit()
    var (kind, text) = (Kind.music, "music")
    if place < 0.75 {
      (kind, text) = sentence()
      sound += speech(text).map { $0 * 0.7 }
    }
    if place > 0.6 {
      let seconds = place < 0.75 ? Double(sound.count) / Double(WakeTrial.rate) : 8
      let music = Music.samples(seconds: seconds, rate: WakeTrial.rate, random: &random)
      for (index, sample) in music.enumerated() {
        if index < sound.count { sound[index] += 0.3 * sample } else { sound.append(0.6 * sample) }
      }
    }
    // No room is silent between two words.
    let level = Float.random(in: -70 ... -40, using: &random)
    let amplitude = pow(10, level / 20) * Float(3).squareRoot()
    for index in sound.indices { sound[index] += amplitude * Float(random.nextUnit() * 2 - 1) }
    sound.removeLast(sound.count % 512)
    return (kind, text, sound)
  }

  private func sentence() -> (Kind, String) {
    if random.nextUnit() < 0.5, let sentence = sentences.randomElement(using: &random) { return (.talk, sentence) }
    let count = Int.random(in: 4...14, using: &random)
    return (.nonsense, (0..<count).compactMap { _ in words.randomElement(using: &random) }.joined(separator: " "))
  }

  private func speech(_ text: String) -> [Float] {
    let voice = voices.randomElement(using: &random) ?? "slt"
    let speeds: [Double] = [0.85, 0.95, 1, 1.1, 1.2]
    let speed = speeds.randomElement(using: &random) ?? 1
    var samples: [Float] = []
    do {
      try FliteSynthesiser(named: voice, speed: speed).synthesise(text) { span in
        for index in span.indices { samples.append(span[index]) }
        return true
      }
    } catch {
      refusal.withLock { $0 = error }
    }
    return samples
  }
}
