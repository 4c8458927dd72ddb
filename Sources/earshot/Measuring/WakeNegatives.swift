import Assistant
import Audio
import Speech
import Synchronization

/// Hours in which nobody calls: talk, music, and talk over music, as fast as they can be heard.
///
/// Owned by the thread that listens to it: the sound is made when it is waited for.
final class WakeNegatives: AudioSource, @unchecked Sendable {
  // @unchecked: after `init` the listening thread alone makes the sound; the names are behind a lock.

  let name = "hours in which nobody calls"
  let ring = SampleRing(minimumCapacity: 1 << 20)
  private let voices: [String]
  private let sentences: [String]
  private let words: [String]
  private let whole: Int
  private var random: SeededRandom
  private let spoken = Mutex<[(start: Int64, text: String)]>([])
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

  /// What is said at `position`.
  func text(at position: SampleTime) -> String {
    spoken.withLock { $0.last { $0.start <= position.frames }?.text ?? "nothing" }
  }

  func waitForSamples(_ count: Int, timeout: Duration) {
    while ring.availableToRead < count, !hasEnded {
      let (name, sound) = next()
      spoken.withLock { $0.append((ring.writtenCount, name)) }
      ring.write(sound.span)
      progress(Double(ring.writtenCount) / Double(WakeTrial.rate))
    }
  }

  private func next() -> (name: String, sound: [Float]) {
    var sound = [Float](repeating: 0, count: WakeTrial.rate / 3)
    let kind = random.nextUnit()
    var name = "music"
    if kind < 0.75 {
      name = text()
      sound += speech(name).map { $0 * 0.7 }
    }
    if kind > 0.6 {
      let seconds = kind < 0.75 ? Double(sound.count) / Double(WakeTrial.rate) : 8
      let music = Music.samples(seconds: seconds, rate: WakeTrial.rate, random: &random)
      for (index, sample) in music.enumerated() {
        if index < sound.count { sound[index] += 0.3 * sample } else { sound.append(0.6 * sample) }
      }
    }
    sound.removeLast(sound.count % 512)
    return (name, sound)
  }

  private func text() -> String {
    if random.nextUnit() < 0.5, let sentence = sentences.randomElement(using: &random) { return sentence }
    let count = Int.random(in: 4...14, using: &random)
    return (0..<count).compactMap { _ in words.randomElement(using: &random) }.joined(separator: " ")
  }

  private func speech(_ text: String) -> [Float] {
    let voice = voices.randomElement(using: &random) ?? "slt"
    let speeds: [Double] = [0.85, 0.95, 1, 1.1, 1.2]
    let speed = speeds.randomElement(using: &random) ?? 1
    var samples: [Float] = []
    try? FliteSynthesiser(named: voice, speed: speed).synthesise(text) { span in
      for index in span.indices { samples.append(span[index]) }
      return true
    }
    return samples
  }
}
