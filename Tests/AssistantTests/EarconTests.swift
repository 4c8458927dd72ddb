import Assistant
import Audio
import Testing

@Suite struct EarconTests {
  @Test(arguments: Earcon.allCases, [8_000, 16_000, 48_000])
  func aSoundIsShortQuietAndDoesNotClick(_ earcon: Earcon, hertz: Int) {
    let rate = SampleRate(hertz: hertz)
    let samples = earcon.samples(at: rate)
    // An alarm is heard in the next room, and has its pause in it.
    let loudest: Float = earcon == .alarm ? 0.25 : 0.05
    #expect(rate.duration(ofFrames: samples.count) < .milliseconds(earcon == .alarm ? 1_300 : 300))
    let peak = samples.map(abs).max() ?? 0
    #expect(peak > loudest * 0.6 && peak <= loudest)
    #expect(abs(samples.first ?? 1) < 0.001 && abs(samples.last ?? 1) < 0.001)
    // No step is larger than the steepest slope of its highest tone.
    let steepest = zip(samples, samples.dropFirst()).map { abs($0 - $1) }.max() ?? 0
    #expect(Double(steepest) < Double(loudest) * 2 * .pi * 1_175 / Double(hertz) * 1.05)
  }

  @Test func theyAreDifferentSounds() {
    #expect(Set(Earcon.allCases.map { $0.samples(at: .speech) }).count == Earcon.allCases.count)
  }
}
