import Audio
import TestSupport
import Testing

@Suite struct ValueTests {
  @Test func levelsOfKnownSignals() {
    func level(_ samples: [Float]) -> AudioLevel { AudioLevel(of: samples.span) }
    #expect(level([1, -1, 1, -1]) == level([1]))
    #expect(level([1]).rms == 0 && level([1]).peak == 0)
    let sine = level(Signal.sine(1_000, count: 16_000, amplitude: 1))
    #expect(abs(sine.rms + 3.0103) < 0.001 && abs(sine.peak) < 0.001)
    #expect(abs(level(Signal.sine(1_000, count: 16_000, amplitude: 0.1)).rms + 23.0103) < 0.001)
    #expect(level([]).rms == AudioLevel.floor && level([0, 0]).peak == AudioLevel.floor)
    #expect(level([.nan, .infinity, 0.5]).peak == level([0.5]).peak)
  }

  @Test(.enabled(if: canCountAllocations)) func measuringALevelAllocatesNothing() {
    let samples = Signal.noise(count: 512)
    var sum: Float = 0
    #expect(countAllocations { sum += AudioLevel(of: samples.span).rms } == 0)
    #expect(sum < 0)
  }

  @Test func anUtteranceEndsAfterItsLastSample() {
    let utterance = Utterance(samples: [Float](repeating: 0, count: 16_000), start: SampleTime(frames: 500))
    #expect(utterance.end == SampleTime(frames: 16_500) && utterance.duration == .seconds(1))
  }
}
