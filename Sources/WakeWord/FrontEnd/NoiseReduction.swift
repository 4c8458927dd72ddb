/// Follows the steady part of each channel and takes it away, leaving at least a twentieth.
struct NoiseReduction {
  /// Estimates carry ten bits more than amplitudes.
  static let estimateBits = 10
  private static let fractionBits = 14
  /// How fast the estimate follows, in even and odd channels: 0.025 and 0.06 a frame, of 2^14.
  private static let smoothing: (even: UInt64, odd: UInt64) = (409, 983)
  /// 0.05 of 2^14.
  private static let leastRemaining: UInt64 = 819

  /// The steady amplitude of each channel · 2^10.
  private(set) var estimates = [UInt32](repeating: 0, count: MelFilterbank.channels)

  mutating func reset() { for i in estimates.indices { estimates[i] = 0 } }

  mutating func apply(to amplitudes: inout [UInt32]) {
    for i in 0..<MelFilterbank.channels {
      let smoothing = i & 1 == 0 ? Self.smoothing.even : Self.smoothing.odd
      let scaled = amplitudes[i] << UInt32(Self.estimateBits)
      let kept = (1 << UInt64(Self.fractionBits)) - smoothing
      let sum = UInt64(scaled) * smoothing + UInt64(estimates[i]) * kept
      estimates[i] = UInt32(truncatingIfNeeded: sum >> UInt64(Self.fractionBits))
      let least = UInt32(truncatingIfNeeded: (UInt64(amplitudes[i]) * Self.leastRemaining) >> UInt64(Self.fractionBits))
      amplitudes[i] = max(least, (scaled - min(estimates[i], scaled)) >> UInt32(Self.estimateBits))
    }
  }
}
