import Glibc

/// Seeded nonsense that sounds and looks like speech to a voice detector: syllables of a fricative and a voiced vowel with
/// three formants and a falling pitch, about five a second. 16 kHz mono.
///
/// Klatt's cascade of resonators in its simplest form: a glottal pulse train through one two-pole filter per formant
/// (D. H. Klatt, Software for a cascade/parallel formant synthesizer, JASA 67, 1980).
public struct SpeechLikeSignal: Sendable {
  private var generator: SeededGenerator
  /// Formants of a, e, i, o, u of a male voice in Hz (Peterson and Barney 1952, rounded).
  private static let vowels: [[Double]] = [
    [730, 1_090, 2_440], [530, 1_840, 2_480], [270, 2_290, 3_010], [570, 840, 2_410], [300, 870, 2_240],
  ]

  public init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// `duration` seconds of speech, peak at `amplitude`; beginning and ending within a syllable's length of full loudness.
  public mutating func speech(seconds: Double, amplitude: Float = 0.3) -> [Float] {
    let total = Int(seconds * 16_000)
    var samples: [Float] = []
    samples.reserveCapacity(total + 4_000)
    var pitch = 115 + 20 * Double.random(in: 0...1, using: &generator)
    while samples.count < total {
      samples += syllable(pitch: pitch)
      pitch = max(85, pitch * Double.random(in: 0.93...1.04, using: &generator))
    }
    samples.removeLast(samples.count - total)
    let largest = samples.reduce(Float(1e-9)) { max($0, abs($1)) }
    return samples.map { $0 * amplitude / largest }
  }

  private mutating func syllable(pitch: Double) -> [Float] {
    let hissCount = Int.random(in: 400...900, using: &generator)
    let vowelCount = Int.random(in: 1_800...2_900, using: &generator)
    let formants = Self.vowels[Int.random(in: 0..<Self.vowels.count, using: &generator)]
    var output: [Float] = []
    var last: Float = 0
    for i in 0..<hissCount {
      let white = generator.sample()
      // A difference lifts the high frequencies, as in s and f.
      output.append((white - last) * 0.02 * Float(sin(.pi * Double(i) / Double(hissCount))))
      last = white
    }
    var filters = zip(formants, [90.0, 110, 170]).map { Resonator(hertz: $0, bandwidth: $1) }
    var phase = 0.0
    for i in 0..<vowelCount {
      let position = Double(i) / Double(vowelCount)
      phase += pitch * (1.05 - 0.15 * position) / 16_000
      var source = 0.02 * Double(generator.sample())
      if phase >= 1 {
        phase -= 1
        source += 1
      }
      for f in filters.indices { source = filters[f].filter(source) }
      let envelope = min(1, position * 8, (1 - position) * 4)
      output.append(Float(source * envelope))
    }
    return output
  }

  private struct Resonator {
    private let a, b, c: Double
    private var y1 = 0.0
    private var y2 = 0.0

    init(hertz: Double, bandwidth: Double) {
      c = -exp(-2 * .pi * bandwidth / 16_000)
      b = 2 * exp(-.pi * bandwidth / 16_000) * cos(2 * .pi * hertz / 16_000)
      a = 1 - b - c
    }

    mutating func filter(_ x: Double) -> Double {
      let y = a * x + b * y1 + c * y2
      (y1, y2) = (y, y1)
      return y
    }
  }
}
