import Audio
import SoundCards

/// Puts what the device takes into a ``PlaybackHistory``, where it will be in the air.
///
/// ```
///   device frames    0 ───────────────▶ played ───────────▶ written         a stretch: from one start of the device to
///                         in the air now ┘ ◀──── delay ────▶ ┘              the next xrun, drop or loss
///   history       base ─────────────────────────────────────▶ base + count  one after the other, without a gap
/// ```
/// Where a stretch begins is known once the device runs; until then its samples wait. Later looks at the delay move
/// nothing that has been written: they correct the history's skew, slowly. Memory is taken once, at the start.
struct HistoryWriter: ~Copyable {
  private let history: PlaybackHistory
  private let rate: SampleRate
  private var resampler: Resampler
  // What was written before the device ran.
  private var waiting: [Float]
  private var waitingCount = 0
  private var converted: [Float]
  private var clock = StreamClock()
  // The position of the stretch's first sample; nil while it is not known.
  private var base: Int64?
  /// Samples of the stretch so far, at 16 kHz, and frames at the device's rate.
  private var count: Int64 = 0
  private var frames: Int64 = 0

  /// A skew beyond this is a jump: what follows is written where it belongs.
  private static let largestSkew: Int64 = 50_000_000
  private static let step = PlaybackHistory.nanosecondsPerPosition

  /// For a device of `format` that is written to in blocks of at most `block` frames.
  init(history: PlaybackHistory, format: PCMFormat, block: Int) {
    self.history = history
    rate = format.rate
    resampler = Resampler(from: format.rate, to: .speech)
    converted = [Float](repeating: 0, count: resampler.maximumOutputCount(forInputCount: block))
    // The device's buffer is all that it takes before it runs.
    let held = resampler.maximumOutputCount(forInputCount: format.bufferFrames + block)
    waiting = [Float](repeating: 0, count: held)
  }

  /// The device has taken the frames `from`..<`to` of `samples`, at its own rate.
  mutating func append(_ samples: [Float], from: Int, to: Int) {
    let produced = Self.convert(samples, from: from, to: to, by: &resampler, into: &converted)
    frames += Int64(to - from)
    if let base {
      history.write(converted.span.extracting(first: produced), at: base + count)
    } else {
      // More than its buffer before it runs: such a device cannot be followed, and its start is not needed.
      for index in 0..<min(produced, waiting.count - waitingCount) { waiting[waitingCount + index] = converted[index] }
      waitingCount = min(waiting.count, waitingCount + produced)
    }
    count += Int64(produced)
  }

  /// The device runs, and at the monotonic time `now` it had `delay` frames before it that were not in the air yet.
  mutating func observe(delay: Int, at now: Int64) {
    guard frames > 0 else { return }
    let ahead = Int64(max(0, min(delay, 10 * rate.hertz)) - resampler.latency)
    let time = now + ahead * 1_000_000_000 / Int64(rate.hertz)
    // A device that has not moved yet may still take its time over the start.
    let isMoving = Int64(delay) < frames
    if isMoving { clock.observe(count, at: time) }
    let expected = clock.time(of: count) ?? time
    guard let base else { return place(at: expected - count * Self.step) }
    let skew = expected - (base + count) * Self.step
    if abs(skew) > Self.largestSkew {
      self.base = base + skew / Self.step
      history.setSkew(skew % Self.step)
    } else {
      history.setSkew(skew)
    }
  }

  /// The device stands still since `now`: what it had not played is not heard.
  mutating func end(at now: Int64) {
    if let base {
      history.silence(from: max(base, (now - history.skew) / Self.step), to: base + count)
    }
    base = nil
    (count, frames, waitingCount) = (0, 0, 0)
    clock.restart()
    resampler.reset()
  }

  private mutating func place(at time: Int64) {
    let position = (time + Self.step / 2) / Self.step
    base = position
    history.setSkew(time - position * Self.step)
    history.write(waiting.span.extracting(first: waitingCount), at: position)
    waitingCount = 0
  }

  private static func convert(
    _ samples: [Float], from: Int, to: Int, by resampler: inout Resampler, into converted: inout [Float]
  ) -> Int {
    var span = converted.mutableSpan
    return resampler.process(samples.span.extracting(from..<to), into: &span).produced
  }
}
