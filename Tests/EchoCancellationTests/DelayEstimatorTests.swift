import Audio
import Glibc
import TestSupport
import Testing

@testable import EchoCancellation

@Suite struct DelayEstimatorTests {
  /// Lets an estimator hear `far` as `echo` makes it, window by window; the delays it had after each, in samples.
  func delays(_ far: [Float], _ echo: [Float]) -> [Int?] {
    var estimator = DelayEstimator()
    return stride(from: 0, to: far.count - 511, by: 512).map { start in
      _ = estimator.observe(
        echo.span.extracting(start..<start + 512), reference: far.span.extracting(start..<start + 512))
      return estimator.delay
    }
  }

  func delayed(_ samples: [Float], by delay: Int, gain: Float = 0.25) -> [Float] {
    samples.indices.map { samples.indices.contains($0 - delay) ? gain * samples[$0 - delay] : 0 }
  }

  @Test(arguments: [-2_000, -801, -16, 0, 5, 320, 1_601, 3_200, 6_000]) func aDelayIsFoundInAVoice(delay: Int) throws {
    let far = voice(3)
    let found = delays(far, delayed(far, by: delay))
    #expect(abs(try #require(found.last ?? nil) - delay) <= 8)
    let first = try #require(found.firstIndex { $0 != nil })
    #expect(first <= 48, "after \(first * 32) ms")
  }

  @Test func anInvertedEchoIsFoundToo() throws {
    let far = voice(3)
    #expect(abs(try #require(delays(far, delayed(far, by: 700, gain: -0.1)).last ?? nil) - 700) <= 8)
  }

  @Test func theFirstOfSeveralArrivalsCounts() throws {
    let far = voice(3)
    let echo = zip(delayed(far, by: 400, gain: 0.2), delayed(far, by: 900, gain: 0.25)).map(+)
    #expect(abs(try #require(delays(far, echo).last ?? nil) - 400) <= 8)
  }

  @Test func noiseLouderThanTheEchoHidesNothing() throws {
    let far = voice(6, amplitude: 0.5)
    let echo = zip(delayed(far, by: 500, gain: 0.1), Signal.noise(count: far.count, amplitude: 0.02)).map(+)
    #expect(abs(try #require(delays(far, echo).last ?? nil) - 500) <= 8)
  }

  @Test(arguments: 1...4) func anotherVoiceIsNoEcho(seed: UInt64) {
    let far = voice(8, seed: seed)
    let near = voice(8, seed: seed + 10, amplitude: 0.3)
    #expect(delays(far, near).allSatisfy { $0 == nil })
  }

  @Test func silenceAndNoiseAreNoEcho() {
    let far = voice(4)
    #expect(delays(far, Signal.silence(far.count)).allSatisfy { $0 == nil })
    #expect(delays(far, Signal.noise(count: far.count)).allSatisfy { $0 == nil })
    #expect(delays(Signal.silence(far.count), far).allSatisfy { $0 == nil })
  }

  @Test func transformOfAnImpulseAndBackIsTheImpulse() {
    let transform = FourierTransform(count: 16)
    var re = [Float](repeating: 0, count: 16)
    var im = re
    re[3] = 1
    var a = re.mutableSpan
    var b = im.mutableSpan
    transform.transform(&a, &b)
    for k in 0..<16 {
      #expect(abs(a[k] - Float(cos(2 * .pi * 3 * Double(k) / 16))) < 1e-6)
      #expect(abs(b[k] + Float(sin(2 * .pi * 3 * Double(k) / 16))) < 1e-6)
    }
    transform.transform(&b, &a)
    for k in 0..<16 { #expect(abs(a[k] / 16 - (k == 3 ? 1 : 0)) < 1e-6) }
  }
}
