import Audio
import SoundCards
import Testing

@testable import AudioCapture

@Suite struct ThrottleTests {
  private let format = PCMFormat(
    sampleFormat: .s16, channels: 1, rate: .speech, periodFrames: 320, bufferFrames: 2_560)
  private let second: Int64 = 1_000_000_000

  @Test func aDeviceThatKeepsItsRateNeverWaits() {
    var throttle = Throttle(format: format)
    // An hour, one part in a hundred too fast, and a full buffer at once every minute, as after a suspend.
    for period in 0..<180_000 {
      let now = Int64(period) * 19_800_000
      #expect(throttle.wait(after: period.isMultiple(of: 3_000) ? 2_560 : 320, at: now) == 0)
    }
  }

  @Test func aDeviceWithoutAnEndWaitsForTheNextSecond() {
    var throttle = Throttle(format: format)
    for _ in 0..<108 { #expect(throttle.wait(after: 320, at: 5 * second) == 0) }
    #expect(throttle.wait(after: 320, at: 5 * second + 250_000_000) == 750)
    #expect(throttle.wait(after: 320, at: 6 * second - 1) == 1)
    #expect(throttle.wait(after: 320, at: 6 * second) == 0)
  }
}
