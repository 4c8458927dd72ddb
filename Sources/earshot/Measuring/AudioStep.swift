import Audio
import Glibc
import TurnDetection

/// One step of the audio path, timed alone.
struct AudioStep {
  var name: String
  /// The sound that one run takes.
  var unit: Duration
  /// Of one run: the median and the slowest of a hundred.
  var median: Duration
  var p95: Duration

  static func measureAll() throws -> [AudioStep] {
    let period = Duration.milliseconds(20)
    let samples = (0..<1_920).map { sinf(Float($0) * 0.07) * 0.3 }
    var bytes = [UInt8](repeating: 0, count: 960 * 4)
    for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index &* 37) }
    var mono = [Float](repeating: 0, count: 960)
    let decoder = FrameDecoder(format: .s16, channels: 2)
    var resampler = Resampler(from: SampleRate(hertz: 48_000), to: .speech)
    var resampled = [Float](repeating: 0, count: resampler.maximumOutputCount(forInputCount: 960))
    let ring = SampleRing(minimumCapacity: 8_192)
    var window = [Float](repeating: 0, count: 512)
    guard let weights = ResourceFiles.locate(Ears.weights) else {
      throw CommandFailure(
        status: .unavailable, description: "could not find \(Ears.weights). Run `make setup` and try again.")
    }
    let detector = try SileroVAD(weights: weights)
    return [
      measure("S16 stereo to mono, 48 kHz", unit: period) {
        var output = mono.mutableSpan
        // Any bytes are samples.
        _ = unsafe decoder.decode(bytes.span.bytes, into: &output)
      },
      measure("resampling 48 to 16 kHz", unit: period) {
        var output = resampled.mutableSpan
        _ = resampler.process(samples.span.extracting(first: 960), into: &output)
      },
      measure("ring, in and out", unit: period) {
        ring.write(samples.span.extracting(first: 320))
        var output = window.mutableSpan
        ring.read(into: &output)
      },
      measure("voice activity", unit: .milliseconds(32)) {
        _ = detector.speechProbability(of: samples.span.extracting(first: 512))
      },
    ]
  }

  private static func measure(_ name: String, unit: Duration, _ run: () -> Void) -> AudioStep {
    let clock = ContinuousClock()
    // Of ten runs each, so that the clock's own time does not count.
    var times = (0..<220).map { _ in clock.measure { for _ in 0..<10 { run() } } / 10 }
    times.removeFirst(20)
    times.sort()
    return AudioStep(name: name, unit: unit, median: times[times.count / 2], p95: times[times.count * 95 / 100])
  }
}
