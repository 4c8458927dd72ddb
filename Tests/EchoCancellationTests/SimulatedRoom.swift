import Audio
import EchoCancellation
import Glibc
import Synchronization
import TestSupport

/// A loudspeaker, a room and a microphone, sample by sample, on a clock that the test moves. No device, no real time.
final class SimulatedRoom {
  /// The impulse response from the loudspeaker to the microphone.
  var response: [Float]
  /// How much later than the history says the loudspeaker really sounds, in samples; less than zero: earlier.
  var misalignment: Int
  /// What the loudspeaker makes of what it is given.
  var distortion: (Float) -> Float = { $0 }
  /// What the microphone adds to every sample, and where it clips.
  var offset: Float = 0
  var limit: Float = .infinity
  /// How much slower the loudspeaker's clock is than the microphone's; the history is told.
  var drift = 0.0
  var countsAllocations = false
  private(set) var allocations = 0
  let history = PlaybackHistory()
  let stage: EchoStage

  /// When sample 0 was recorded, as a position: 50 days of uptime.
  private let origin: Int64 = 50 * 86_400 * 16_000
  private var time = SampleTime.zero
  // What has sounded, to be folded with the response: the last second.
  private var sounded: [Float] = []

  struct Result {
    var raw: [Float] = []
    var clean: [Float] = []
    var reports: [EchoReport] = []
  }

  init(
    response: [Float], misalignment: Int = 0, configuration: EchoConfiguration = EchoConfiguration(),
    knowsItsTimes: Bool = true
  ) {
    self.response = response
    self.misalignment = misalignment
    let origin = origin
    stage = EchoStage(history: history, configuration: configuration) { time in
      knowsItsTimes ? (origin + time.frames) * PlaybackHistory.nanosecondsPerPosition : nil
    }
  }

  /// Taps at milliseconds with gains in dB.
  static func taps(_ taps: [(Double, Double)]) -> [Float] {
    var response = [Float](repeating: 0, count: Int(taps.map(\.0).max()! * 16) + 1)
    for (milliseconds, gain) in taps { response[Int(milliseconds * 16)] += Float(pow(10, gain / 20)) }
    return response
  }

  static let twoTaps = taps([(20, -12), (45, -20)])

  /// A direct sound of -10 dB after `delay` ms and 200 ms of dying reflections behind it, one in each millisecond at a
  /// random place with a random sign (velvet noise: Järveläinen and Karjalainen 2007).
  static func reverberant(delay: Double = 5, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    let start = Int(delay * 16)
    var response = [Float](repeating: 0, count: start + 3_200)
    response[start] = 0.32
    for millisecond in 1..<200 {
      let place = start + millisecond * 16 + Int(generator.next() & 15)
      // 60 dB in 200 ms.
      response[min(place, response.count - 1)] =
        (generator.sample() < 0 ? -0.12 : 0.12) * Float(pow(10, -3 * Double(millisecond) / 200))
    }
    return response
  }

  /// Plays `far` while `near` speaks into the microphone; both as long as the longer of them, in whole windows.
  func run(_ far: [Float], near: [Float] = [], noise: Float = 0, window: Int = 512) -> Result {
    var result = Result()
    let count = (max(far.count, near.count) + window - 1) / window * window
    let played = far + Signal.silence(count - far.count)
    let base = origin + time.frames + Int64(max(0, -misalignment))
    var written = 0
    var generator = SeededGenerator(seed: UInt64(time.frames) + 77)
    let before = Signal.silence(max(0, 16_000 - sounded.count)) + sounded.suffix(16_000)
    let air = before + played.map(distortion)
    let delays = response.indices.filter { response[$0] != 0 }
    let gains = delays.map { response[$0] }
    for start in stride(from: 0, to: count, by: window) {
      // As the playback thread does, some periods ahead of the time.
      let end = min(far.count, start + window + 1_280)
      if end > written {
        history.write(far.span.extracting(written..<end), at: base + Int64(written))
        written = end
      }
      var samples = (start..<start + window).map { index in
        var sum: Float = index < near.count ? near[index] : 0
        let sounding = 16_000 + index - max(0, misalignment)
        for tap in 0..<gains.count { sum += gains[tap] * air[sounding - delays[tap]] }
        return max(-limit, min(limit, sum + offset + noise * generator.sample()))
      }
      if drift != 0 { slip(&samples, start, air, delays, gains) }
      result.raw += samples
      var report = EchoReport()
      if countsAllocations {
        allocations += countAllocations { report = stage.process(&samples, at: time) }
      } else {
        report = stage.process(&samples, at: time)
      }
      result.reports.append(report)
      result.clean += samples
      time = time + window
    }
    sounded = Array(air.suffix(16_000))
    return result
  }

  /// The window at `start` of a loudspeaker that lags more and more: between two of its samples the line is straight.
  private func slip(_ samples: inout [Float], _ start: Int, _ air: [Float], _ delays: [Int], _ gains: [Float]) {
    for index in samples.indices {
      let late = Double(start + index) * drift
      let (whole, rest) = (Int(late), Float(late - late.rounded(.down)))
      samples[index] = 0
      for tap in 0..<gains.count {
        let sounding = 16_000 + start + index - delays[tap] - whole
        samples[index] += gains[tap] * ((1 - rest) * air[sounding] + rest * air[sounding - 1])
      }
    }
    history.setSkew(Int64(Double(start) * drift * 62_500))
  }

  /// Samples that the microphone loses.
  func skip(samples: Int) { time = time + samples }

  /// Time passes in silence.
  func wait(seconds: Double) -> Result { run([], near: Signal.silence(Int(seconds * 16_000))) }
}

/// Power in dB of the part of `samples` from `start` to `end` seconds.
func level(_ samples: [Float], _ start: Double, _ end: Double) -> Double {
  let part = samples[min(samples.count, Int(start * 16_000))..<min(samples.count, Int(end * 16_000))]
  let sum = part.reduce(0.0) { $0 + Double($1) * Double($1) }
  return 10 * log10(sum / Double(part.count) + 1e-12)
}
