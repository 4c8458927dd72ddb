import Glibc

/// Per-channel amplitude normalisation: divides each channel by a power of its steady amplitude, so that loud and soft
/// rooms look alike. Formula: "Trainable frontend for robust and far-field keyword spotting" (Wang et al., 2017),
/// signal / (noise + 80)^0.95, the power by a table of parabolas, one an octave.
struct GainControl {
  private static let strength: Float = 0.95
  private static let offset: Float = 80
  /// Gains are fractions of 2^21.
  private static let gainBits = 21
  /// By how much the amplitudes are smaller than the filterbank's formula has them: log2 of the transform's 512 samples
  /// less half of the weights' bits.
  static let correctionBits = 9 - MelFilterbank.fractionBits / 2
  private static let ratioBits = 12
  private static let outputBits = 6

  /// One octave [x, 2x) of the estimate: start + linear · f + square · f², f in 0..<2^10.
  private struct Octave {
    var start: Int16
    var linear: Int16
    var square: Int16
  }
  /// Octave k begins at 2^(k - 1); the gains for 0 and 1 stand alone.
  private let octaves: [Octave]
  private let first: (Int16, Int16)

  init() {
    first = (Self.gain(0), Self.gain(1))
    octaves = (0...32).map { k in
      guard k >= 2 else { return Octave(start: 0, linear: 0, square: 0) }
      let x: UInt32 = 1 << UInt32(k - 1)
      let end = k == 32 ? x + (x - 1) : 2 * x
      let (y0, y1, y2) = (Self.gain(x), Self.gain(x + x / 2), Self.gain(end))
      let (middle, whole) = (Int32(y1) - Int32(y0), Int32(y2) - Int32(y0))
      let linear = 4 * middle - whole
      return Octave(
        start: y0, linear: Int16(truncatingIfNeeded: linear), square: Int16(truncatingIfNeeded: whole - linear))
    }
  }

  func apply(to amplitudes: inout [UInt32], estimates: [UInt32]) {
    for i in 0..<MelFilterbank.channels {
      let gain = UInt64(UInt32(truncatingIfNeeded: gain(forEstimate: estimates[i])))
      let shift = UInt64(Self.gainBits - Self.correctionBits - Self.ratioBits)
      let ratio = UInt32(truncatingIfNeeded: (UInt64(amplitudes[i]) &* gain) >> shift)
      amplitudes[i] = Self.shrunk(ratio)
    }
  }

  /// The gain for an estimate of `x` / 2^(estimate bits).
  private static func gain(_ x: UInt32) -> Int16 {
    let amplitude = Float(x) / Float(1 << (NoiseReduction.estimateBits - correctionBits))
    let gain = Float(1 << gainBits) * Float(pow(Double(amplitude + offset), -Double(strength)))
    return gain > 32_767 ? 32_767 : Int16(gain + 0.5)
  }

  private func gain(forEstimate x: UInt32) -> Int16 {
    if x <= 2 { return x == 0 ? first.0 : x == 1 ? first.1 : octaves[2].start }
    let k = 32 - x.leadingZeroBitCount
    let octave = octaves[k]
    // Where in the octave, in 1,024ths.
    let place = Int32((k < 11 ? x << UInt32(11 - k) : x >> UInt32(k - 11)) & 0x3FF)
    let slope = (Int32(octave.square) &* place) >> 5 &+ Int32(octave.linear) << 5
    return Int16(truncatingIfNeeded: (slope &* place &+ 1 << 14) >> 15 &+ Int32(octave.start))
  }

  /// Small ratios squared, great ones less one: noise sinks, speech stays.
  private static func shrunk(_ ratio: UInt32) -> UInt32 {
    if ratio < 2 << UInt32(ratioBits) { return (ratio &* ratio) >> UInt32(2 + 2 * ratioBits - outputBits) }
    return ratio >> UInt32(ratioBits - outputBits) - 1 << UInt32(outputBits)
  }
}
