import Glibc

/// Natural logarithm · 64 of an amplitude, by a table of 128 segments an octave.
enum LogScale {
  private static let fractionBits: UInt32 = 16
  private static let segmentBits: UInt32 = 7
  /// ln 2 of 2^16, rounded up as the reference has it.
  private static let ln2: UInt64 = 45_426
  private static let outputBits: UInt64 = 6

  /// 2^16 · (log2(1 + k/128) - k/128): how far the logarithm lies above the chord. One entry more than segments have
  /// ends: the last is only ever multiplied by zero. Equal to the reference's table (microfrontend, log_lut.c).
  private static let bulge: [Int32] =
    (0...128).map { k -> Int32 in
      let part = Double(k) / 128
      return Int32((65_536 * (log2(1 + part) - part)).rounded())
    } + [0]

  static func apply(_ amplitude: UInt32) -> UInt16 {
    let x = amplitude << UInt32(GainControl.correctionBits)
    guard x > 1 else { return 0 }
    let octave = UInt32(31 - x.leadingZeroBitCount)
    var fraction = x - 1 << octave
    fraction = octave < fractionBits ? fraction << (fractionBits - octave) : fraction >> (octave - fractionBits)
    let segment = Int(fraction >> (fractionBits - segmentBits))
    let within = Int32(fraction) - Int32(segment) << Int32(fractionBits - segmentBits)
    let rise = ((bulge[segment + 1] - bulge[segment]) * within) >> Int32(fractionBits)
    let binary = octave << fractionBits + UInt32(Int32(fraction) + bulge[segment] + rise)
    let half: UInt64 = 1 << 15
    let natural = (ln2 * UInt64(binary) + half) >> 16
    return UInt16((natural << outputBits + half) >> 16)
  }
}
