import Audio
import SoundCards

/// Keeps a device that brings samples without an end (ALSA's `null`, a file, a broken driver) from keeping a core, at a
/// priority above everybody else's.
struct Throttle {
  /// Frames that a device may bring in a second: twice what its rate says, and all that it holds.
  private let limit: Int
  private var second: Int64 = 0
  private var frames = 0

  init(format: PCMFormat) { limit = 2 * format.rate.hertz + format.bufferFrames }

  /// Milliseconds to wait after `count` more frames, until the clock's second is over; 0 as long as there are no more
  /// than there may be. `now` is a monotonic clock's.
  mutating func wait(after count: Int, at now: Int64) -> Int32 {
    let (current, rest) = now.quotientAndRemainder(dividingBy: 1_000_000_000)
    if current != second {
      second = current
      frames = 0
    }
    frames += count
    return frames <= limit ? 0 : Int32(1 + (999_999_999 - rest) / 1_000_000)
  }
}
