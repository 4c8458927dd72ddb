import SoundCards
import TestSupport
import Testing

@Suite struct StreamClockTests {
  let epoch: Int64 = 8_640_000_000_000_000

  @Test func exactObservationsAreKeptExactly() {
    var clock = StreamClock()
    #expect(clock.time(of: 0) == nil)
    for sample in stride(from: Int64(0), through: 16_000 * 600, by: 320) {
      clock.observe(sample, at: epoch + sample * 62_500)
      #expect(clock.time(of: sample + 100) == epoch + (sample + 100) * 62_500)
    }
  }

  @Test func latenessOfTheThreadIsTakenOut() throws {
    var clock = StreamClock()
    var generator = SeededGenerator(seed: 3)
    for sample in stride(from: Int64(0), through: 16_000 * 60, by: 320) {
      // Late by up to 10 ms, most of the time by little.
      let late = Int64(pow4((generator.sample() + 1) / 2) * 10_000_000)
      clock.observe(sample, at: epoch + sample * 62_500 + late)
      guard sample > 16_000 else { continue }
      let error = try #require(clock.time(of: sample)) - (epoch + sample * 62_500)
      #expect(abs(error) < 100_000, "\(error) ns at \(sample)")
    }
  }

  @Test(arguments: [-200.0, -30, 30, 200]) func driftIsFollowed(millionths: Double) throws {
    var clock = StreamClock()
    var generator = SeededGenerator(seed: 4)
    for sample in stride(from: Int64(0), through: 16_000 * 120, by: 320) {
      let truth = epoch + Int64(Double(sample) * 62_500 * (1 + millionths * 1e-6))
      clock.observe(sample, at: truth + Int64((generator.sample() + 1) * 100_000))
      guard sample > 16_000 * 40 else { continue }
      let error = try #require(clock.time(of: sample)) - truth
      #expect(abs(error) < 60_000, "\(error) ns at \(sample)")
    }
  }

  @Test func stepsOfAServerDoNotShakeTheLine() throws {
    var clock = StreamClock()
    var last: Int64?
    var largestStep: Int64 = 0
    for sample in stride(from: Int64(0), through: 16_000 * 60, by: 320) {
      // The server moves its position every 100 ms only.
      let truth = epoch + sample * 62_500
      clock.observe(sample, at: truth + truth % 100_000_000 / 10)
      let line = try #require(clock.time(of: sample)) - truth
      if sample > 8_000, let last { largestStep = max(largestStep, abs(line - last)) }
      last = line
    }
    #expect(largestStep < 62_500, "\(largestStep) ns")
  }

  @Test func aJumpBeginsANewLine() {
    var clock = StreamClock()
    for sample in stride(from: Int64(0), to: 48_000, by: 320) { clock.observe(sample, at: epoch + sample * 62_500) }
    // Earlier at once, later after a second that had nothing earlier.
    clock.observe(48_000, at: epoch + 48_000 * 62_500 - 100_000_000)
    #expect(clock.time(of: 48_000) == epoch + 48_000 * 62_500 - 100_000_000)
    for sample in stride(from: Int64(48_320), through: 96_000, by: 320) {
      clock.observe(sample, at: epoch + sample * 62_500 + 50_000_000)
    }
    #expect(clock.time(of: 96_000) == epoch + 96_000 * 62_500 + 50_000_000)
  }

  @Test func restartForgetsTheLine() {
    var clock = StreamClock()
    clock.observe(0, at: epoch)
    clock.restart()
    #expect(!clock.isRunning)
    clock.observe(320, at: 5)
    #expect(clock.time(of: 320) == 5)
  }

  private func pow4(_ x: Float) -> Float { x * x * x * x }
}
