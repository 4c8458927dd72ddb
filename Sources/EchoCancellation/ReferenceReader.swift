import Audio

/// Reads a ``PlaybackHistory`` beside the microphone's samples, window by window, without steps.
///
/// Two clocks drift against each other by some samples in a reply; a reference that now and then loses or repeats one
/// would make the canceller learn anew each time. So the reader's position is a fraction, and follows where it should be
/// by at most a quarter of a sample per window; between samples it lays a cubic curve (Catmull, Rom 1974). Only an error
/// of six samples or more is a jump.
struct ReferenceReader {
  private let history: PlaybackHistory
  private var position: Int64 = 0
  /// 0..<1
  private var fraction = 0.0
  private var isReading = false

  private static let jump = 6.0
  private static let largestStep = 0.25

  init(history: PlaybackHistory) { self.history = history }

  /// The next window begins anew where it should.
  mutating func interrupt() { isReading = false }

  /// Puts what was in the air from the monotonic time `nanoseconds` on into the first `count` of `samples`.
  mutating func read(_ count: Int, at nanoseconds: Int64, into samples: inout MutableSpan<Float>) {
    let step = PlaybackHistory.nanosecondsPerPosition
    let time = nanoseconds - history.skew
    var whole = time / step
    var rest = Double(time % step) / Double(step)
    if rest < 0 {
      whole -= 1
      rest += 1
    }
    let error = Double(whole - position) + rest - fraction
    var drift = 0.0
    if !isReading || abs(error) > Self.jump {
      (position, fraction, isReading) = (whole, rest, true)
    } else {
      drift = max(-Self.largestStep, min(Self.largestStep, 0.1 * error))
    }
    fill(count, of: &samples, stretch: 1 + drift / Double(count))
    advance(by: Double(count) + drift)
  }

  private func fill(_ count: Int, of samples: inout MutableSpan<Float>, stretch: Double) {
    for index in 0..<count {
      let x = fraction + Double(index) * stretch
      let whole = Int64(x.rounded(.down))
      samples[index] = curve(at: position + whole, Float(x - Double(whole)))
    }
  }

  private func curve(at position: Int64, _ t: Float) -> Float {
    let (a, b) = (history.sample(at: position - 1), history.sample(at: position))
    let (c, d) = (history.sample(at: position + 1), history.sample(at: position + 2))
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
  }

  private mutating func advance(by count: Double) {
    let next = fraction + count
    let whole = next.rounded(.down)
    position += Int64(whole)
    fraction = next - whole
  }
}
