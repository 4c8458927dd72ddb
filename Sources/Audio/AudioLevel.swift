#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// How loud a block of samples is, in dBFS: decibels relative to full scale, where a constant ±1 is 0.
///
/// A sine that just fits has a peak of 0 dBFS and an RMS of -3.01 dBFS (the AES17 convention adds 3.01; this does not).
public struct AudioLevel: Hashable, Sendable {
  /// What silence, and everything below it, is reported as.
  public static let floor: Float = -120

  /// 20 · log₁₀ of the root of the mean square, ``floor`` or more.
  public var rms: Float
  /// 20 · log₁₀ of the largest magnitude, ``floor`` or more.
  public var peak: Float

  /// The level of `samples`; of none, ``floor``. Samples that are not finite count as silence. Allocates nothing.
  public init(of samples: Span<Float>) {
    var sum = 0.0
    var largest: Float = 0
    unsafe samples.withUnsafeBufferPointer { buffer in
      var i = 0
      let count = buffer.count
      while i < count {
        let x = unsafe buffer[i]
        i += 1
        let magnitude = x < 0 ? -x : x
        guard magnitude < Float.infinity else { continue }
        if magnitude > largest { largest = magnitude }
        sum += Double(x) * Double(x)
      }
    }
    rms = samples.isEmpty ? Self.floor : Self.decibels((sum / Double(samples.count)).squareRoot())
    peak = Self.decibels(Double(largest))
  }

  private static func decibels(_ amplitude: Double) -> Float {
    amplitude > 0 ? max(floor, Float(20 * log10(amplitude))) : floor
  }
}
