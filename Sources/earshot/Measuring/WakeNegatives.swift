import Audio
import Speech
import WakeWord

/// Hours in which nobody calls: talk, music, and talk over music. Counts what wakes all the same.
struct WakeNegatives {
  private let detector: WakeWordDetector
  private let voices: [String]
  private let sentences: [String]
  private let words: [String]
  private var random: SeededRandom

  /// - Parameters:
  ///   - sentences: of talk; nobody calls in them.
  ///   - words: that are mixed into sentences of their own, which mean nothing and sound like everything.
  init(detector: WakeWordDetector, voices: [String], sentences: [String], words: [String], seed: UInt64) {
    self.detector = detector
    self.voices = voices
    self.sentences = sentences
    self.words = words
    random = SeededRandom(seed: seed)
  }

  /// Listens for so long a stream; returns the wakes in it, by what they were.
  /// - Parameter progress: told of the seconds listened to so far.
  mutating func wakes(in duration: Duration, progress: (Double) -> Void) throws -> [String] {
    var wakes: [String] = []
    var position = 0
    let rate = WakeTrial.rate
    let whole = Int(duration.components.seconds) * rate
    detector.reset()
    while position < whole {
      var sound = [Float](repeating: 0, count: rate / 3)
      let kind = random.nextUnit()
      var name = "music"
      if kind < 0.75 {
        let text = text()
        name = text
        sound += try speech(text).map { $0 * 0.7 }
      }
      if kind > 0.6 {
        let seconds = kind < 0.75 ? Double(sound.count) / Double(rate) : 8
        let music = Music.samples(seconds: seconds, rate: rate, random: &random)
        for (index, sample) in music.enumerated() {
          if index < sound.count { sound[index] += 0.3 * sample } else { sound.append(0.6 * sample) }
        }
      }
      sound.removeLast(sound.count % 512)
      for start in stride(from: 0, to: sound.count, by: 512) {
        let window = Array(sound[start..<start + 512])
        if let wake = detector.hear(window.span, at: SampleTime(frames: Int64(position + start))) {
          wakes.append("\(wake.phrase) at \((position + start) / rate) s: \(name)")
        }
      }
      position += sound.count
      progress(Double(position) / Double(rate))
    }
    return wakes
  }

  private mutating func text() -> String {
    if random.nextUnit() < 0.5, let sentence = sentences.randomElement(using: &random) { return sentence }
    let count = Int.random(in: 4...14, using: &random)
    return (0..<count).compactMap { _ in words.randomElement(using: &random) }.joined(separator: " ")
  }

  private mutating func speech(_ text: String) throws -> [Float] {
    let voice = voices.randomElement(using: &random) ?? "slt"
    let speeds: [Double] = [0.85, 0.95, 1, 1.1, 1.2]
    let speed = speeds.randomElement(using: &random) ?? 1
    var samples: [Float] = []
    try FliteSynthesiser(named: voice, speed: speed).synthesise(text) { span in
      for index in span.indices { samples.append(span[index]) }
      return true
    }
    return samples
  }
}
