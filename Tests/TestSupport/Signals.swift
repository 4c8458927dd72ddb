import Glibc

/// Made audio for tests: mono, -1...1, the same on every run.
public enum Signal {
  /// `count` samples of a sine of `hertz` at `rate`, beginning at phase 0.
  public static func sine(_ hertz: Double, rate: Int = 16_000, count: Int, amplitude: Float = 0.5) -> [Float] {
    (0..<count).map { amplitude * Float(sin(2 * .pi * hertz * Double($0) / Double(rate))) }
  }

  /// White noise, evenly distributed.
  public static func noise(count: Int, amplitude: Float = 0.1, seed: UInt64 = 1) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in amplitude * generator.sample() }
  }

  public static func silence(_ count: Int) -> [Float] { [Float](repeating: 0, count: count) }

  /// The amplitude (0...) of the part of `samples` that is a sine of `hertz`: one bin of a Fourier transform under a Hann
  /// window, so that neighbouring frequencies do not leak into it.
  public static func amplitude(of hertz: Double, in samples: ArraySlice<Float>, rate: Int) -> Double {
    var (re, im, weight) = (0.0, 0.0, 0.0)
    let n = Double(samples.count)
    for (i, sample) in samples.enumerated() {
      let window = 0.5 - 0.5 * cos(2 * .pi * (Double(i) + 0.5) / n)
      let angle = 2 * .pi * hertz * Double(i) / Double(rate)
      re += window * Double(sample) * cos(angle)
      im += window * Double(sample) * sin(angle)
      weight += window
    }
    return 2 * (re * re + im * im).squareRoot() / weight
  }
}
