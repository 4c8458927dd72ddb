import Glibc

/// Whisper's features of the last eight seconds of speech at 16 kHz, as models like Smart Turn take them.
///
/// ```
///   samples        the last 128,000, zeros before them; mean 0 and variance 1        [128,000]
///   frames         400 around every 160th, mirrored at both ends, Hann window        [800 × 400]
///   power          of the Fourier transform                                          [800 × 201]
///   mel            80 triangles on Slaney's scale, 0...8 kHz                          [80 × 800]
///   log            base 10, at most 8 below the largest, (x + 4) / 4                 [80 × 800]
/// ```
/// In double precision from the frames on, as the reference is: pipecat's `_whisper_features.py`, after
/// `WhisperFeatureExtractor` of Hugging Face's transformers. `Tests/SpeechFeaturesTests/Golden` compares.
public struct WhisperFeatures: Sendable {
  /// Samples that count, at 16 kHz.
  public static let samples = 128_000
  /// Mel bands of a frame.
  public static let bands = 80
  /// Frames of 10 ms.
  public static let frames = 800

  static let frameLength = 400
  private static let hop = 160
  private static let edge = 200

  private let window: [Double]
  private let transform = FrameTransform()
  private let filters = MelFilters(bands: Self.bands, bins: FrameTransform.bins, highestHertz: 8_000)

  /// Makes the tables, which takes less than a millisecond.
  public init() {
    window = (0..<Self.frameLength).map { 0.5 - 0.5 * cos(2 * .pi * Double($0) / Double(Self.frameLength)) }
  }

  /// The features of `samples`, of which the last ``samples`` count, `[bands × frames]`, a band's frames beside each other.
  /// A sample that is not finite, or not within ±10⁹, counts as silence. Pure; about as long as a transform of each 10 ms of speech takes, for
  /// the zeros before a short turn are one and the same frame.
  public func of(_ samples: Span<Float>) -> [Float] {
    let wave = Self.normalised(samples)
    let silent = Self.silentFrames(before: min(samples.count, Self.samples))
    var logarithms = [Double](repeating: 0, count: Self.bands * Self.frames)
    var scratch = FrameTransform.Scratch()
    // Two frames are one complex transform. The first silent frame stands for all of them.
    var frames = Array((silent > 0 ? [0] : []) + Array(silent..<Self.frames))
    if frames.count % 2 == 1 { frames.append(frames[frames.count - 1]) }
    var largest = -Double.infinity
    for pair in stride(from: 0, to: frames.count, by: 2) {
      let (first, second) = (frames[pair], frames[pair + 1])
      fill(&scratch, wave, first, second)
      transform.run(&scratch)
      for (frame, power) in [(first, scratch.firstPower), (second, scratch.secondPower)] {
        for band in 0..<Self.bands {
          let value = log10(max(1e-10, filters.sum(band, of: power)))
          largest = max(largest, value)
          logarithms[band * Self.frames + frame] = value
        }
      }
    }
    return (0..<Self.bands * Self.frames).map { index in
      let frame = index % Self.frames
      let value = logarithms[frame < silent ? index - frame : index]
      return Float((max(value, largest - 8) + 4) / 4)
    }
  }

  /// Frames that reach into no sample of a turn of `count`, the mirrored ones included.
  private static func silentFrames(before count: Int) -> Int {
    let padding = samples - count
    return padding > edge ? min(frames, (padding - edge) / hop + 1) : 0
  }

  /// The last samples with zeros before them, brought to mean 0 and variance 1, in single precision as the reference does.
  private static func normalised(_ given: Span<Float>) -> [Double] {
    let count = min(given.count, samples)
    var wave = [Float](repeating: 0, count: samples)
    for index in 0..<count {
      let sample = given[given.count - count + index]
      // Beyond this, squares would be no numbers.
      wave[samples - count + index] = sample.magnitude < 1e9 ? sample : 0
    }
    let mean = Float(wave.reduce(0.0) { $0 + Double($1) } / Double(samples))
    let variance = Float(
      wave.reduce(0.0) { sum, sample in
        let distance = Double(sample - mean)
        return sum + distance * distance
      } / Double(samples))
    let scale = (variance + 1e-7).squareRoot()
    return wave.map { Double(($0 - mean) / scale) }
  }

  private func fill(_ scratch: inout FrameTransform.Scratch, _ wave: [Double], _ first: Int, _ second: Int) {
    for index in 0..<Self.frameLength {
      let (a, b) = (first * Self.hop + index - Self.edge, second * Self.hop + index - Self.edge)
      scratch.frames[2 * index] = window[index] * wave[Self.mirrored(a)]
      scratch.frames[2 * index + 1] = window[index] * wave[Self.mirrored(b)]
    }
  }

  private static func mirrored(_ index: Int) -> Int {
    index < 0 ? -index : index < samples ? index : 2 * (samples - 1) - index
  }
}
