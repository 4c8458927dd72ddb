import Glibc

/// Cuts a stream into overlapping Hann windows in 16-bit fixed point.
///
/// ```
///   samples  |‒‒‒‒‒‒‒‒ 480: one window ‒‒‒‒‒‒‒‒|
///                  |‒‒‒‒‒‒‒‒ the next, 160 on ‒‒‒‒‒‒‒‒|
/// ```
struct AnalysisWindow {
  /// 30 ms at 16 kHz.
  static let length = 480
  /// 10 ms at 16 kHz.
  static let hop = 160
  /// The weights are fractions of 2^12.
  private static let fractionBits = 12

  private let weights: [Int16]
  private var input = [Int16](repeating: 0, count: length)
  private var filled = 0
  /// The newest window, weighted.
  private(set) var output = [Int16](repeating: 0, count: length)
  /// The greatest magnitude in ``output``.
  private(set) var peak: Int16 = 0

  init() {
    // Rounded to single precision at each step, as in the reference: the 17th weight would differ otherwise.
    let step = Float(2 * Double.pi / Double(Self.length))
    weights = (0..<Self.length).map { i in
      let weight = 0.5 - 0.5 * Float(cos(Double(step * (Float(i) + 0.5))))
      return Int16(floor(weight * Float(1 << Self.fractionBits) + 0.5))
    }
  }

  mutating func reset() { filled = 0 }

  /// Takes samples from `position` on until a window is full or there are no more, and moves `position` behind them.
  /// Returns whether ``output`` holds a new window.
  mutating func take(_ samples: Span<Int16>, from position: inout Int) -> Bool {
    let count = min(Self.length - filled, samples.count - position)
    for i in 0..<count { input[filled + i] = samples[position + i] }
    filled += count
    position += count
    guard filled == Self.length else { return false }

    peak = 0
    for i in 0..<Self.length {
      let value = Int16(truncatingIfNeeded: (Int32(input[i]) * Int32(weights[i])) >> Int32(Self.fractionBits))
      output[i] = value
      // As in the reference, the one value without a positive counterpart counts as no peak.
      peak = max(peak, value < 0 ? 0 &- value : value)
    }
    for i in Self.hop..<Self.length { input[i - Self.hop] = input[i] }
    filled -= Self.hop
    return true
  }
}
