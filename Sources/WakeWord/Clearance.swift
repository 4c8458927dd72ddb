internal import Audio
internal import Glibc

/// How far what is heard stands above what is heard besides it: the loud parts of the last second over the quiet ones of the
/// last three. Allocates nothing between `init` and the end.
struct Clearance {
  private static let blocks = 300
  private static let recent = 100
  private static let blockLength = SampleRate.speech.frames(in: .milliseconds(10))
  /// In decibels below full scale: no room is quieter, a microphone that is switched off is.
  private static let quietest: Float = -80

  /// Levels of blocks of 10 ms, in whole decibels above ``quietest``, in a ring.
  private var levels = [UInt8](repeating: 0, count: Self.blocks)
  /// How many blocks have each level; room for a sum.
  private var counts = [Int](repeating: 0, count: 81)
  private var count = 0
  private var sum: Float = 0
  private var filled = 0

  mutating func hear(_ samples: Span<Int16>) {
    for i in samples.indices {
      let sample = Float(samples[i]) / 32_768
      sum += sample * sample
      filled += 1
      guard filled == Self.blockLength else { continue }
      let level = 10 * log10(max(sum / Float(filled), 1e-10)) - Self.quietest
      levels[count % Self.blocks] = UInt8(max(0, min(80, level)))
      count += 1
      (sum, filled) = (0, 0)
    }
  }

  /// In decibels, 0...80; 0 before half a second was heard.
  mutating func decibels() -> Float {
    guard count >= Self.recent / 2 else { return 0 }
    let floor = quantile(0.1, of: min(count, Self.blocks))
    return Float(max(0, quantile(0.9, of: min(count, Self.recent)) - floor))
  }

  /// The level that `share` of the newest `length` blocks are not above.
  private mutating func quantile(_ share: Float, of length: Int) -> Int {
    for i in counts.indices { counts[i] = 0 }
    for i in 0..<length { counts[Int(levels[(count - 1 - i) % Self.blocks])] += 1 }
    var rest = Int(Float(length) * share)
    for level in counts.indices {
      rest -= counts[level]
      if rest < 0 { return level }
    }
    return counts.count - 1
  }

  mutating func reset() { (count, sum, filled) = (0, 0, 0) }
}
