import Glibc

/// Sounds of a house that are no speech, made from noise and sines; each the same whenever it is made.
enum Noise: String, CaseIterable, Sendable {
  case cough, clap, door

  /// Samples at `rate`, peak 0.5.
  func samples(rate: Int) -> [Float] {
    var random = SeededRandom(seed: 7)
    switch self {
    case .cough:
      // Two bursts through a throat: noise around 500 Hz and 1,500 Hz with a steep beginning.
      return burst(0.11, rate, decay: 0.035, tones: [500, 1_500], &random)
        + [Float](repeating: 0, count: rate / 10) + burst(0.14, rate, decay: 0.05, tones: [450, 1_300], &random)
    case .clap: return burst(0.06, rate, decay: 0.008, tones: [1_200, 2_600], &random)
    case .door: return burst(0.35, rate, decay: 0.07, tones: [70, 160], &random)
    }
  }

  /// Noise whose loudness falls by e in `decay` seconds, coloured by resonances at `tones`, in hertz.
  private func burst(
    _ seconds: Double, _ rate: Int, decay: Double, tones: [Double], _ random: inout SeededRandom
  ) -> [Float] {
    var filters = tones.map { Resonance(frequency: $0, width: $0 / 3, rate: Double(rate)) }
    var samples: [Float] = []
    for index in 0..<Int(seconds * Double(rate)) {
      let time = Double(index) / Double(rate)
      let envelope = min(1, time / 0.003) * exp(-time / decay)
      let noise = random.nextUnit() * 2 - 1
      var sum = 0.1 * noise
      for filter in filters.indices { sum += filters[filter].next(noise) }
      samples.append(Float(envelope * sum))
    }
    let peak = samples.map(abs).max() ?? 1
    return samples.map { $0 * 0.5 / peak }
  }

  /// A resonator of two poles.
  private struct Resonance {
    private let a, b, gain: Double
    private var y1 = 0.0
    private var y2 = 0.0

    init(frequency: Double, width: Double, rate: Double) {
      let radius = exp(-.pi * width / rate)
      a = 2 * radius * cos(2 * .pi * frequency / rate)
      b = -radius * radius
      gain = 1 - radius
    }

    mutating func next(_ x: Double) -> Double {
      let y = gain * x + a * y1 + b * y2
      (y2, y1) = (y1, y)
      return y
    }
  }
}
