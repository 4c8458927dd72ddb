#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Changes the sample rate of a mono stream, block by block: a polyphase filter with a Kaiser-windowed sinc.
///
/// ```
///   input    ·   ·   ·   ·   ·   ·   ·      output n lies at the time n · from / to, counted in input frames;
///   output    ·     ·     ·     ·     ·     it is the filter's sum over the `taps` newest inputs at that time
/// ```
/// The pass band reaches to 7/16 of the lower rate (7 kHz at 16 kHz), the stop band begins at 1/2 of it, so nothing folds
/// back or is mirrored. Output depends only on the samples, never on how they were cut into blocks. After `init` nothing
/// is allocated and nothing locks: made for the capture and playback threads. Used by one thread at a time.
///
/// Design: A. V. Oppenheim, R. W. Schafer, Discrete-Time Signal Processing, 3rd ed., sections 4.7.4 (polyphase) and
/// 7.5.3 (Kaiser window).
@safe public struct Resampler: ~Copyable {
  public let inputRate: SampleRate
  public let outputRate: SampleRate
  /// How far the output lags behind the input, in frames of the input, exactly; 0 where both rates are the same and for a
  /// resampler that aligns its start.
  public let latency: Int

  // output n is at input time n · numerator / denominator.
  private let numerator: Int
  private let denominator: Int
  private let phases: Int
  private let taps: Int
  private let delay: Int
  private let alignsStart: Bool
  // [phases + 1 × taps], oldest input first; the extra row lets neighbouring rows be mixed.
  private let coefficients: UnsafeMutablePointer<Float>
  // The newest `taps` inputs, twice: history[newest ..< newest + taps] is always in order without moving anything.
  private let history: UnsafeMutablePointer<Float>
  private var newest = 0
  // How many inputs are needed before the next output is due, and the fraction (of `denominator`) beyond the last one.
  private var due: Int
  private var fraction = 0

  /// Half the stop-band attenuation is what rounding to 16 bit leaves; 86 dB keeps aliases below that.
  private static let attenuation = 86.0
  /// Above this many phases two rows are mixed linearly. The error of that is below -100 dB: (π · 0.5 / 512)² / 8.
  private static let largestTable = 512

  /// A resampler between any two rates. With `alignsStart` the first output lies at the first input's time and
  /// ``finish(into:)`` brings the rest, as for files; without it output begins at once and lags by ``latency``.
  public init(from inputRate: SampleRate, to outputRate: SampleRate, alignsStart: Bool = false) {
    self.inputRate = inputRate
    self.outputRate = outputRate
    self.alignsStart = alignsStart
    var (a, b) = (inputRate.hertz, outputRate.hertz)
    while b != 0 { (a, b) = (b, a % b) }
    numerator = inputRate.hertz / a
    denominator = outputRate.hertz / a
    guard inputRate != outputRate else {
      (phases, taps, delay, latency, due) = (0, 0, 0, 0, 1)
      unsafe coefficients = .allocate(capacity: 1)
      unsafe history = .allocate(capacity: 1)
      return
    }
    // Everything in units of the input rate. Kaiser: taps = (A - 7.95) / (2.285 Δω), β = 0.1102 (A - 8.7).
    let lower = min(1, Double(outputRate.hertz) / Double(inputRate.hertz))
    let pass = 0.4375 * lower
    let stop = 0.5 * lower
    let width = (Self.attenuation - 7.95) / (2.285 * 2 * .pi * (stop - pass))
    let taps = (Int(width.rounded(.up)) + 7) / 8 * 8
    self.taps = taps
    delay = taps / 2
    latency = alignsStart ? 0 : taps / 2
    let phases = min(denominator, Self.largestTable)
    self.phases = phases
    unsafe coefficients = .allocate(capacity: (phases + 1) * taps)
    unsafe history = .allocate(capacity: 2 * taps)
    unsafe history.initialize(repeating: 0, count: 2 * taps)
    due = 1 + (alignsStart ? delay : 0)

    let beta = 0.1102 * (Self.attenuation - 8.7)
    let cutoff = pass + stop  // twice the middle of the transition, as the sinc wants it
    for phase in 0...phases {
      let row = unsafe coefficients + phase * taps
      var values = [Double](repeating: 0, count: taps)
      var sum = 0.0
      for tap in 0..<taps {
        // Distance of this input (tap 0 is the oldest) from the filter's middle.
        let age = Double(taps - 1 - tap) + Double(phase) / Double(phases)
        let x = age - Double(taps / 2)
        let edge = 2 * x / Double(taps)
        let window = besselI0(beta * max(0, 1 - edge * edge).squareRoot()) / besselI0(beta)
        values[tap] = window * (x == 0 ? cutoff : sin(.pi * cutoff * x) / (.pi * x))
        sum += values[tap]
      }
      // Each phase passes a constant unchanged; otherwise the phases' pattern would be heard as a tone.
      for tap in 0..<taps { unsafe (row + tap).initialize(to: Float(values[tap] / sum)) }
    }
  }

  deinit {
    unsafe coefficients.deallocate()
    unsafe history.deallocate()
  }

  /// The most outputs that `inputCount` more inputs can bring.
  public func maximumOutputCount(forInputCount inputCount: Int) -> Int {
    (inputCount * denominator + numerator - 1) / numerator + 1
  }

  /// Consumes `input` and fills `output` until one of them is used up; call again with the rest of the other. All of
  /// `input` is consumed where `output` has room for ``maximumOutputCount(forInputCount:)``.
  @_noLocks
  public mutating func process(
    _ input: Span<Float>, into output: inout MutableSpan<Float>
  ) -> (consumed: Int, produced: Int) {
    var consumed = 0
    var produced = 0
    if taps == 0 {
      let count = min(input.count, output.count)
      while consumed < count {
        unsafe output[unchecked: consumed] = input[unchecked: consumed]
        consumed += 1
      }
      return (count, count)
    }
    while true {
      while due == 0 {
        guard produced < output.count else { return (consumed, produced) }
        unsafe output[unchecked: produced] = next()
        produced += 1
      }
      guard consumed < input.count else { return (consumed, produced) }
      unsafe take(input[unchecked: consumed])
      consumed += 1
    }
  }

  /// Brings what the filter still holds after the last input: the outputs up to the end of the input's time, with silence
  /// after it. Call until it returns 0; then use ``reset()`` before the next stream. Only for a resampler that aligns its
  /// start; another has already brought them.
  public mutating func finish(into output: inout MutableSpan<Float>) -> Int {
    guard alignsStart, taps > 0 else { return 0 }
    var produced = 0
    while true {
      while due == 0 {
        guard produced < output.count else { return produced }
        output[produced] = next()
        produced += 1
      }
      guard tail < delay else { return produced }
      take(0)
      tail += 1
    }
  }
  private var tail = 0

  /// Forgets everything heard: the next sample begins a new stream.
  public mutating func reset() {
    unsafe history.update(repeating: 0, count: 2 * taps)
    newest = 0
    due = 1 + (alignsStart ? delay : 0)
    fraction = 0
    tail = 0
  }

  @_noLocks
  private mutating func take(_ sample: Float) {
    unsafe history[newest] = sample
    unsafe history[newest + taps] = sample
    newest = newest + 1 == taps ? 0 : newest + 1
    due -= 1
  }

  @_noLocks
  private mutating func next() -> Float {
    let output = value()
    fraction += numerator
    due = fraction / denominator
    fraction -= due * denominator
    return output
  }

  @_noLocks
  private func value() -> Float {
    let window = unsafe history + newest
    if phases == denominator { return unsafe Self.product(window, coefficients + fraction * taps, taps) }
    let scaled = fraction * phases
    let row = scaled / denominator
    let mix = Float(scaled - row * denominator) / Float(denominator)
    let low = unsafe Self.product(window, coefficients + row * taps, taps)
    let high = unsafe Self.product(window, coefficients + (row + 1) * taps, taps)
    return low + (high - low) * mix
  }

  /// Sum of `count` (a multiple of 8) products in a fixed order; eight sums, so that the compiler can use vectors.
  @_noLocks
  private static func product(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
    var s0: Float = 0, s1: Float = 0, s2: Float = 0, s3: Float = 0
    var s4: Float = 0, s5: Float = 0, s6: Float = 0, s7: Float = 0
    var i = 0
    while i < count {
      unsafe s0 += a[i] * b[i]
      unsafe s1 += a[i + 1] * b[i + 1]
      unsafe s2 += a[i + 2] * b[i + 2]
      unsafe s3 += a[i + 3] * b[i + 3]
      unsafe s4 += a[i + 4] * b[i + 4]
      unsafe s5 += a[i + 5] * b[i + 5]
      unsafe s6 += a[i + 6] * b[i + 6]
      unsafe s7 += a[i + 7] * b[i + 7]
      i += 8
    }
    return ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7))
  }
}

// Uniquely owned: the pointers never leave the value, so it may move to the thread that uses it.
extension Resampler: @unchecked Sendable {}

/// The modified Bessel function of the first kind, order 0, by its power series (Abramowitz and Stegun 9.6.12).
private func besselI0(_ x: Double) -> Double {
  var term = 1.0
  var sum = 1.0
  var k = 1.0
  while term > sum * 1e-17 {
    term *= (x / (2 * k)) * (x / (2 * k))
    sum += term
    k += 1
  }
  return sum
}
