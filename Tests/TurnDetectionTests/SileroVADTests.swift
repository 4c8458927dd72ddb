import Audio
import TestSupport
import Testing
import TurnDetection

@Suite struct SileroVADTests {
  private func run(_ detector: SileroVAD, _ samples: [Float]) -> [Float] {
    stride(from: 0, to: samples.count - 511, by: 512).map {
      detector.speechProbability(of: samples.span.extracting($0..<$0 + 512))
    }
  }

  @Test(arguments: SileroGoldenSignal.Weights.available)
  func threeMinutesEqualThePackagesOwnOutput(_ weights: SileroGoldenSignal.Weights) throws {
    let detector = try SileroVAD(weights: weights.path)
    let golden = try weights.probabilities()
    let ours = run(detector, try SileroGoldenSignal.samples())
    #expect(golden.count == SileroGoldenSignal.windows && ours.count == golden.count)
    let worst = zip(ours, golden).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
    #expect(worst < 1e-4, "the largest difference is \(worst)")
    // The signal is worth the comparison: it has both speech and silence.
    #expect(golden.filter { $0 > 0.9 }.count > 1_000 && golden.filter { $0 < 0.1 }.count > 1_000)
  }

  @Test func resetBeginsANewStream() throws {
    let detector = try SileroVAD(weights: SileroGoldenSignal.Weights.standard.path)
    let samples = Array(try SileroGoldenSignal.samples()[..<20_480])
    let first = run(detector, samples)
    #expect(run(detector, samples) != first)
    detector.reset()
    #expect(run(detector, samples) == first)
  }

  @Test func speechLikeSignalsCountAsSpeechAndNoiseDoesNot() throws {
    let detector = try SileroVAD(weights: SileroGoldenSignal.Weights.standard.path)
    for seed in 1...4 as ClosedRange<UInt64> {
      detector.reset()
      var speaker = SpeechLikeSignal(seed: seed)
      let quiet = run(detector, Signal.noise(count: 16_000, amplitude: 0.001))
      let speech = run(detector, speaker.speech(seconds: 3))
      let after = run(detector, Signal.noise(count: 16_000, amplitude: 0.001))
      #expect(quiet.allSatisfy { $0 < 0.3 })
      #expect(speech.filter { $0 > 0.5 }.count * 10 > speech.count * 8, "seed \(seed): \(speech)")
      // The network forgets speech slowly; its last windows are what counts.
      #expect(after.suffix(8).allSatisfy { $0 < 0.3 }, "seed \(seed): \(after)")
    }
  }

  @Test func samplesThatAreNotFiniteLeaveNoTrace() throws {
    let detector = try SileroVAD(weights: SileroGoldenSignal.Weights.standard.path)
    let broken = [Float](repeating: .nan, count: 256) + [Float](repeating: .infinity, count: 256)
    let loud = [Float](repeating: 3e38, count: 512)
    #expect((0...1).contains(detector.speechProbability(of: broken.span)))
    _ = detector.speechProbability(of: loud.span)
    let later = run(detector, Signal.silence(32 * 512))
    #expect(later.allSatisfy { (0...1).contains($0) })
  }

  @Test(.enabled(if: canCountAllocations)) func aWindowAllocatesNothing() throws {
    let detector = try SileroVAD(weights: SileroGoldenSignal.Weights.standard.path)
    let samples = Signal.noise(count: 512)
    var sum: Float = 0
    // The first call may let OpenBLAS set up its buffer.
    sum += detector.speechProbability(of: samples.span)
    #expect(countAllocations { for _ in 0..<100 { sum += detector.speechProbability(of: samples.span) } } == 0)
    #expect(sum >= 0)
  }
}
