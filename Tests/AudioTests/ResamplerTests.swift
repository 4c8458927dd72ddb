import Audio
import Glibc
import TestSupport
import Testing

@Suite struct ResamplerTests {
  private static let pairs: [(Int, Int)] = [
    (8_000, 16_000), (11_025, 16_000), (22_050, 16_000), (44_100, 16_000), (48_000, 16_000), (96_000, 16_000),
    (192_000, 16_000), (47_999, 16_000), (16_000, 48_000), (16_000, 44_100), (8_000, 48_000), (22_050, 48_000),
    (48_000, 8_000),
  ]

  /// All of `input` at the other rate, in blocks of the given sizes, used in turn.
  private func resample(
    _ input: [Float], _ from: Int, _ to: Int, aligned: Bool = false, inputBlocks: [Int] = [480],
    outputBlocks: [Int] = [4_096]
  ) -> [Float] {
    var resampler = Resampler(
      from: SampleRate(hertz: from), to: SampleRate(hertz: to), alignsStart: aligned)
    return run(&resampler, input, inputBlocks, outputBlocks)
  }

  private func run(
    _ resampler: inout Resampler, _ input: [Float], _ inputBlocks: [Int] = [480], _ outputBlocks: [Int] = [4_096]
  ) -> [Float] {
    var output: [Float] = []
    var (start, turn) = (0, 0)
    while start < input.count {
      let count = min(inputBlocks[turn % inputBlocks.count], input.count - start)
      var block = [Float](repeating: .nan, count: outputBlocks[turn % outputBlocks.count])
      var span = block.mutableSpan
      let step = resampler.process(input.span.extracting(start..<start + count), into: &span)
      output += block[..<step.produced]
      start += step.consumed
      turn += 1
    }
    let none: [Float] = []
    // Outputs that are already due when the last input has been taken.
    while true {
      var block = [Float](repeating: .nan, count: 64)
      var span = block.mutableSpan
      let step = resampler.process(none.span, into: &span)
      if step.produced == 0 { break }
      output += block[..<step.produced]
    }
    while true {
      var block = [Float](repeating: .nan, count: outputBlocks[0])
      var span = block.mutableSpan
      let count = resampler.finish(into: &span)
      if count == 0 { return output }
      output += block[..<count]
    }
  }

  @Test(arguments: pairs) func outputIsTheSameHoweverTheInputIsCut(_ from: Int, _ to: Int) {
    let input = Signal.noise(count: 2_500, amplitude: 0.5, seed: 3)
    for aligned in [false, true] {
      let whole = resample(input, from, to, aligned: aligned, inputBlocks: [2_500], outputBlocks: [20_000])
      let cut = resample(input, from, to, aligned: aligned, inputBlocks: [1, 7, 64, 333], outputBlocks: [5, 1, 480])
      #expect(whole == cut)
      #expect(whole.allSatisfy { $0.isFinite })
    }
  }

  @Test(arguments: pairs) func lengthIsExactOverALongRun(_ from: Int, _ to: Int) {
    let count = 200_003
    let expected = (count * to + from - 1) / from
    #expect(resample([Float](repeating: 0.25, count: count), from, to).count == expected)
    #expect(resample([Float](repeating: 0.25, count: count), from, to, aligned: true).count == expected)
  }

  @Test(arguments: pairs) func passBandIsFlatWithinATenthOfADecibel(_ from: Int, _ to: Int) {
    let lower = Double(min(from, to))
    var worst = 0.0
    for fraction in [0.01, 0.1, 0.2, 0.3, 0.4, 0.4375] {
      let hertz = lower * fraction
      let count = from / 4
      let output = resample(Signal.sine(hertz, rate: from, count: count, amplitude: 0.5), from, to)
      let settled = output[(output.count / 3)...]
      worst = max(worst, abs(20 * log10(Signal.amplitude(of: hertz, in: settled, rate: to) / 0.5)))
    }
    #expect(worst < 0.1, "worst deviation \(worst) dB")
  }

  @Test(arguments: pairs.filter { $0.0 > $0.1 }) func whatWouldFoldBackIsGone(_ from: Int, _ to: Int) {
    var worst = -300.0
    for fraction in [0.5, 0.52, 0.6, 0.75, 0.9, 0.99] {
      // From the lower rate's half up to the input's half.
      let hertz = Double(to) / 2 + (fraction - 0.5) * Double(from - to)
      let output = resample(Signal.sine(hertz, rate: from, count: from / 4, amplitude: 0.5), from, to)
      let settled = output[(output.count / 3)...]
      let rms = (settled.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(settled.count)).squareRoot()
      worst = max(worst, 20 * log10(max(rms, 1e-12) / (0.5 / 2.0.squareRoot())))
    }
    #expect(worst < -70, "\(worst) dB is left")
  }

  @Test(arguments: pairs.filter { $0.0 < $0.1 }) func upsamplingLeavesNoImages(_ from: Int, _ to: Int) {
    // A tone whose period is a whole number of output samples would hide leakage: take an odd one and subtract it.
    let hertz = Double(from) * 0.21
    let output = resample(Signal.sine(hertz, rate: from, count: from, amplitude: 0.5), from, to)
    let settled = output[(output.count / 3)...]
    var worst = 0.0
    var image = Double(from) - hertz
    while image < Double(to) / 2 {
      worst = max(worst, Signal.amplitude(of: image, in: settled, rate: to) / 0.5)
      image += Double(from)
    }
    #expect(20 * log10(max(worst, 1e-12)) < -70)
  }

  @Test func aSineKeepsItsFrequency() {
    // After 10 s a wrong ratio of 1 in 10⁵ would be more than a period of 1 kHz off.
    let output = resample(Signal.sine(1_000, rate: 44_100, count: 441_000), 44_100, 16_000, aligned: true)
    let expected = Signal.sine(1_000, rate: 16_000, count: output.count)
    let worst = zip(output, expected).dropFirst(200).dropLast(200).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
    #expect(worst < 1e-3)
  }

  @Test(arguments: pairs) func latencyIsWhatItSays(_ from: Int, _ to: Int) {
    let input = Signal.sine(Double(min(from, to)) * 0.05, rate: from, count: from / 2)
    let resampler = Resampler(from: SampleRate(hertz: from), to: SampleRate(hertz: to))
    let latency = resampler.latency
    let output = resample(input, from, to)
    // Output n is the input at n · from / to - latency.
    var worst = 0.0
    for n in stride(from: output.count / 2, to: output.count, by: 7) {
      let time = Double(n) * Double(from) / Double(to) - Double(latency)
      let expected = 0.5 * sin(2 * .pi * Double(min(from, to)) * 0.05 * time / Double(from))
      worst = max(worst, abs(expected - Double(output[n])))
    }
    #expect(worst < 2e-3)
  }

  @Test func equalRatesPassSamplesThroughUnchanged() {
    let input = Signal.noise(count: 1_000)
    for aligned in [false, true] {
      #expect(resample(input, 16_000, 16_000, aligned: aligned, inputBlocks: [7], outputBlocks: [3]) == input)
    }
  }

  @Test func resetBeginsANewStream() {
    let input = Signal.noise(count: 1_000)
    var resampler = Resampler(from: SampleRate(hertz: 44_100), to: .speech, alignsStart: true)
    let first = run(&resampler, input)
    resampler.reset()
    #expect(run(&resampler, input) == first)
  }

  @Test func theStatedMaximumIsEnoughForAllOfTheInput() {
    for (from, to) in Self.pairs {
      var resampler = Resampler(from: SampleRate(hertz: from), to: SampleRate(hertz: to))
      for count in [1, 2, 3, 160, 441, 480] {
        var block = [Float](repeating: 0, count: resampler.maximumOutputCount(forInputCount: count))
        var span = block.mutableSpan
        let input = [Float](repeating: 0, count: count)
        #expect(resampler.process(input.span, into: &span).consumed == count)
      }
    }
  }

  @Test(.enabled(if: canCountAllocations)) func processingAllocatesNothing() {
    var resampler = Resampler(from: SampleRate(hertz: 44_100), to: .speech)
    let input = Signal.noise(count: 441)
    var output = [Float](repeating: 0, count: 200)
    let allocations = countAllocations {
      for _ in 0..<20 {
        var span = output.mutableSpan
        _ = resampler.process(input.span, into: &span)
      }
    }
    #expect(allocations == 0)
  }
}
