/// When the samples of a device were recorded, or sound: a straight line through the earliest of what was observed.
///
/// ```
///   time − frame/16 kHz
///     │  ·      ·            ·                 an observation is late by however long the thread waited for its turn, or
///     │ ·   · ·    ·  ··  ·      · · ·         by the step in which the driver moves its position: never early. The lower
///     │────────·─────────·──────────·───────   edge is the truth, and it tilts as the device's clock drifts.
/// ```
/// The first quarter of a second follows each new earliest observation at once; after that the line is corrected by a
/// part of its error each second, offset and rate alike, so that steps in what a sound server reports do not shake it.
/// An error of more than 20 ms is no noise: the line begins anew there.
///
/// Counts in samples of 16 kHz. Allocates nothing; one thread.
public struct StreamClock: Sendable {
  /// Nanoseconds from one sample to the next where the device keeps time.
  static let nominal = 62_500.0
  private static let window: Int64 = 16_000
  private static let warmUp: Int64 = 4_000
  private static let jump: Int64 = 20_000_000
  /// Parts of a second's error that go into the offset and the rate: |roots| = 0.84, a new drift is followed in 10 s.
  private static let offsetGain = 0.3
  private static let rateGain = 0.05
  /// No crystal is worse by more than 500 millionths.
  private static let largestDrift = nominal * 500e-6

  private var anchor: (sample: Int64, time: Int64)?
  /// Nanoseconds per sample.
  private var rate = Self.nominal
  private var start: Int64 = 0
  private var windowStart: Int64 = 0
  // The smallest error in the running window.
  private var earliest = Int64.max

  public init() {}

  public var isRunning: Bool { anchor != nil }

  /// The device stood still, or it is another one: the next observation begins a new line. What is known of the rate stays.
  public mutating func restart() { anchor = nil }

  /// The sample number `sample` was recorded or sounds at `time`, in nanoseconds, or some time before.
  public mutating func observe(_ sample: Int64, at time: Int64) {
    guard let expected = self.time(of: sample) else { return begin(sample, time) }
    let error = time - expected
    if error < -Self.jump { return begin(sample, time) }
    if sample - start < Self.warmUp, error < 0 {
      anchor?.time += error
      earliest = 0
    } else {
      earliest = min(earliest, error)
    }
    guard sample - windowStart >= Self.window else { return }
    if earliest > Self.jump { return begin(sample, time) }
    let correction = Double(earliest)
    anchor = (sample, expected + Int64((Self.offsetGain * correction).rounded()))
    let steeper = rate + Self.rateGain * correction / Double(sample - windowStart)
    rate = min(Self.nominal + Self.largestDrift, max(Self.nominal - Self.largestDrift, steeper))
    windowStart = sample
    earliest = .max
  }

  /// When `sample` was recorded or sounds, in nanoseconds; nil before the first observation.
  public func time(of sample: Int64) -> Int64? {
    guard let anchor else { return nil }
    return anchor.time + Int64((Double(sample - anchor.sample) * rate).rounded())
  }

  /// The line itself, for others to read: a point on it and nanoseconds per sample.
  public var line: (sample: Int64, time: Int64, rate: Double)? {
    guard let anchor else { return nil }
    return (anchor.sample, anchor.time, rate)
  }

  private mutating func begin(_ sample: Int64, _ time: Int64) {
    anchor = (sample, time)
    (start, windowStart, earliest) = (sample, sample, 0)
  }
}
