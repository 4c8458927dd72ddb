import Glibc

/// Spectrum → the amplitudes of 40 overlapping triangular bands between 125 and 7,500 Hz, equally wide on the mel scale.
struct MelFilterbank {
  static let channels = 40
  private static let lowest: Float = 125
  /// 7,500 Hz on the mel scale: one unit in the last place above the nearest, as glibc's `log1pf` gave it to the
  /// reference. Two weights of 472 depend on that unit.
  private static let highest: Float = 0x1.5aaaa0p+11
  /// The weights are fractions of 2^12.
  static let fractionBits = 12

  /// Bins `starts[c]..<starts[c + 1]` lie between two centres: in the band of channel c - 1 they fall, in that of channel
  /// c they rise. There is one such range more than channels.
  private let starts: [Int]
  /// For each bin: its part in the band that falls there, and in the one that rises.
  private let falling, rising: [UInt64]
  /// Amplitudes, scaled as the samples were.
  private(set) var amplitudes = [UInt32](repeating: 0, count: channels)

  init() {
    let binWidth: Float = 31.25
    let low = Self.mel(Self.lowest)
    let spacing = (Self.highest - low) / Float(Self.channels + 1)
    let centres = (0...Self.channels).map { low + spacing * Float($0 + 1) }

    // The first bin wholly above the lower limit, never the constant part.
    var bin = Int(1.5 + Double(Self.lowest / binWidth))
    var starts = [bin]
    var falling = [UInt64](repeating: 0, count: FixedPointFFT.length / 2 + 1)
    var rising = falling
    for (range, centre) in centres.enumerated() {
      let before = range == 0 ? low : centres[range - 1]
      while Self.mel(Float(bin) * binWidth) <= centre {
        let weight = (centre - Self.mel(Float(bin) * binWidth)) / (centre - before)
        falling[bin] = Self.quantised(weight)
        rising[bin] = Self.quantised(1 - weight)
        bin += 1
      }
      starts.append(bin)
    }
    self.starts = starts
    (self.falling, self.rising) = (falling, rising)
  }

  /// Computes ``amplitudes``; `shift` is by how many bits the samples had been scaled up.
  mutating func measure(_ spectrum: [FixedPointFFT.Complex], shift: Int) {
    var carried: UInt64 = 0
    for range in 0...Self.channels {
      var sum = carried
      carried = 0
      for bin in starts[range]..<starts[range + 1] {
        let (re, im) = (Int32(spectrum[bin].re), Int32(spectrum[bin].im))
        let energy = UInt64(truncatingIfNeeded: (re &* re) &+ (im &* im))
        sum &+= falling[bin] &* energy
        carried &+= rising[bin] &* energy
      }
      // What falls before the first centre belongs to no channel.
      if range > 0 { amplitudes[range - 1] = Self.squareRoot(sum) >> UInt32(shift) }
    }
  }

  // Rounded to single precision at each step, as in the reference. The logarithm is taken in double precision: that of
  // single precision depends on the C library.
  private static func mel(_ frequency: Float) -> Float { 1_127 * Float(log1p(Double(frequency / 700))) }

  private static func quantised(_ weight: Float) -> UInt64 { UInt64(floor(weight * Float(1 << fractionBits) + 0.5)) }

  /// Rounded to the nearest; just below 2^32 rounded down, as the reference does for speed.
  static func squareRoot(_ value: UInt64) -> UInt32 {
    guard value > 0 else { return 0 }
    let limit: UInt64 = value >> 32 == 0 ? 0xFFFF : 0xFFFF_FFFF
    var rest = value
    var root: UInt64 = 0
    var bit: UInt64 = 1 << UInt64((63 - value.leadingZeroBitCount) & ~1)
    while bit > 0 {
      if rest >= root + bit {
        rest -= root + bit
        root = (root >> 1) + bit
      } else {
        root >>= 1
      }
      bit >>= 2
    }
    return UInt32(truncatingIfNeeded: rest > root && root != limit ? root + 1 : root)
  }
}
