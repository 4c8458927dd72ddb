import Audio
import EchoCancellation
import Glibc
import TestSupport
import Testing

/// What comes through untouched, and what bad input does.
@Suite struct EchoStageInputTests {
  @Test func samplesPassThroughBitByBitWhileNothingIsPlayed() {
    let room = SimulatedRoom(response: SimulatedRoom.twoTaps)
    let before = room.run([], near: voice(1))
    #expect(before.clean == before.raw)
    #expect(before.reports.allSatisfy { !$0.isPlaying && $0.outputLevel == $0.inputLevel })
    #expect(before.reports.allSatisfy { $0.residualEchoLevel == AudioLevel.floor && $0.delay == nil })
    _ = room.run(voice(2))
    let after = room.run([], near: voice(2, seed: 2))
    #expect(after.reports.first?.isPlaying == true, "the room's tail")
    #expect(after.clean.suffix(24_000) == after.raw.suffix(24_000))
    #expect(after.reports.last?.isPlaying == false)
  }

  @Test func theChangeFromAndToTheCanceledSamplesIsSmooth() {
    // A tone that is there all the time: a step would show as a sample that the tone cannot reach from the one before.
    let room = SimulatedRoom(response: [0])
    let result = room.run(voice(1, amplitude: 0.01), near: Signal.sine(200, count: 65_536, amplitude: 0.3))
    #expect(result.reports.contains { $0.isPlaying } && !result.reports[60...].contains { $0.isPlaying })
    let largest = (1..<result.clean.count).map { abs(result.clean[$0] - result.clean[$0 - 1]) }.max() ?? 1
    // The tone's own slope is 0.0236 per sample.
    #expect(largest < 0.05, "\(largest)")
  }

  @Test func sourceWithoutTimesPassesThrough() {
    let room = SimulatedRoom(response: SimulatedRoom.twoTaps, knowsItsTimes: false)
    let result = room.run(voice(1), near: voice(1, seed: 2))
    #expect(result.clean == result.raw)
    #expect(result.reports.allSatisfy { !$0.isPlaying })
  }

  @Test func referenceThatIsDeadPassesThrough() {
    // Something sounds that is not ours: nothing can be done, and nothing is.
    let room = SimulatedRoom(response: SimulatedRoom.twoTaps)
    let result = room.run(Signal.silence(16_000), near: voice(1))
    #expect(result.clean == result.raw)
  }

  @Test func headphonesFindNoDelayAndLeaveTheVoiceAlone() {
    let room = SimulatedRoom(response: [0])
    let near = voice(10, seed: 12, amplitude: 0.2)
    let result = room.run(voice(10, seed: 11), near: near, noise: 1e-3)
    #expect(result.reports.allSatisfy { $0.delay == nil })
    #expect(result.reports.last?.resets == 0)
    let change = level(result.clean, 2, 10) - level(near, 2, 10)
    #expect(abs(change) <= 3, "\(change) dB")
  }

  @Test func samplesThatAreNoNumbersBecomeSilence() {
    let room = SimulatedRoom(response: SimulatedRoom.twoTaps)
    var near = Signal.silence(6 * 16_000)
    for index in stride(from: 500, to: near.count, by: 997) {
      near[index] = [Float.nan, .infinity, -.infinity, -1e30][index % 4]
    }
    let result = room.run(voice(5), near: near, noise: 1e-3)
    #expect(result.clean.allSatisfy { $0.isFinite && abs($0) <= 1 })
    #expect(result.reports.last?.invalidSamples == 96)
    let idle = room.run([], near: [.nan] + Signal.silence(511) + [.infinity] + Signal.silence(16_000))
    #expect(idle.clean.allSatisfy { $0.isFinite })
  }

  @Test func referenceOfNonsenseDoesNotEscape() {
    let room = SimulatedRoom(response: [0])
    var far = voice(2)
    for index in stride(from: 100, to: far.count, by: 331) { far[index] = [Float.nan, .infinity, 1e30][index % 3] }
    room.distortion = { $0.isFinite ? max(-1, min(1, $0)) : 0 }
    let result = room.run(far, near: voice(2, seed: 3))
    #expect(result.clean.allSatisfy { $0.isFinite && abs($0) <= 1 })
  }

  @Test func clippingMicrophoneIsSurvived() {
    let room = SimulatedRoom(response: SimulatedRoom.taps([(20, 6)]))
    room.limit = 0.3
    let clipped = room.run(voice(4), noise: 1e-3)
    #expect(clipped.clean.allSatisfy { abs($0) <= 1 })
    room.limit = 1
    let result = room.run(voice(5, seed: 2, amplitude: 0.2), noise: 1e-3)
    #expect(enhancement(result, 2, 5) >= 15)
  }

  @Test func gapsInTheStreamDoNoHarm() {
    let room = SimulatedRoom(response: SimulatedRoom.twoTaps, misalignment: 160)
    _ = room.run(voice(4), noise: 1e-3)
    for seed in 1...10 as ClosedRange<UInt64> {
      room.skip(samples: 4_111)
      _ = room.run(voice(0.2, seed: seed), noise: 1e-3)
    }
    let result = room.run(voice(3, seed: 3), noise: 1e-3)
    #expect(enhancement(result, 1, 3) >= 15)
  }

  @Test func roomThatChangesIsLearntAnew() {
    let room = SimulatedRoom(response: SimulatedRoom.twoTaps)
    _ = room.run(voice(4), noise: 1e-3)
    room.response = SimulatedRoom.taps([(18, -8), (60, -14), (31, -20)]).map { -$0 }
    let result = room.run(voice(6, seed: 5), noise: 1e-3)
    #expect(enhancement(result, 3.5, 6) >= 15)
    #expect(result.clean.allSatisfy { abs($0) <= 1 })
  }

  @Test func reopenedDeviceIsCalibratedAgain() {
    let room = SimulatedRoom(response: SimulatedRoom.twoTaps)
    room.history.noteOpening()
    #expect(room.run(voice(3), noise: 1e-3).reports.last?.delay != nil)
    room.history.noteOpening()
    room.misalignment = 800
    let result = room.run(voice(5, seed: 3), noise: 1e-3)
    #expect(result.reports.first?.delay == nil)
    #expect(abs((milliseconds(result.reports.last?.delay) ?? 0) - 70) <= 2)
    #expect(enhancement(result, 3, 5) >= 18)
  }

  @Test func resetForgetsTheRoom() {
    let room = SimulatedRoom(response: SimulatedRoom.twoTaps)
    _ = room.run(voice(3), noise: 1e-3)
    room.stage.reset()
    let result = room.run(voice(0.1), noise: 1e-3)
    #expect(result.reports.last?.delay == nil)
    #expect(result.reports.last?.enhancement == nil)
  }

  @Test func noiseSuppressionWorksWhetherSomethingIsPlayedOrNot() {
    var configuration = EchoConfiguration()
    configuration.noiseSuppression = 15
    let room = SimulatedRoom(response: SimulatedRoom.twoTaps, configuration: configuration)
    let quiet = room.run([], near: Signal.silence(64_000), noise: 0.02)
    #expect(enhancement(quiet, 2, 4) >= 10)
    _ = room.run(voice(4), noise: 0.02)
    let after = room.run([], near: Signal.silence(64_000), noise: 0.02)
    #expect(enhancement(after, 2, 4) >= 10)
  }

  @Test func automaticGainLiftsAQuietVoice() {
    var configuration = EchoConfiguration()
    configuration.automaticGain = true
    let room = SimulatedRoom(response: [0], configuration: configuration)
    let result = room.run([], near: voice(10, amplitude: 0.02), noise: 1e-5)
    #expect(enhancement(result, 7, 10) <= -6)
    #expect(result.clean.allSatisfy { abs($0) <= 1 })
  }

  @Test(arguments: [256, 512, 1_024, 2_048]) func anyWindowOfWholeFramesWorks(window: Int) {
    let room = SimulatedRoom(response: SimulatedRoom.twoTaps)
    let result = room.run(voice(4), noise: 1e-3, window: window)
    #expect(enhancement(result, 2, 4) >= 18)
  }

  @Test func windowThatIsNotWholeFramesTraps() async {
    await #expect(processExitsWith: .failure) {
      let stage = EchoStage(history: PlaybackHistory()) { _ in 0 }
      var window = [Float](repeating: 0, count: 300)
      _ = stage.process(&window, at: .zero)
    }
  }

  @Test(.enabled(if: canCountAllocations)) func nothingIsAllocatedWhileItPlaysOrIsIdle() {
    let room = SimulatedRoom(response: SimulatedRoom.twoTaps)
    // The language makes its descriptions of types when they are first needed.
    _ = room.run([], near: voice(0.1))
    room.countsAllocations = true
    _ = room.run([], near: voice(0.5))
    _ = room.run(voice(3), noise: 1e-3)
    _ = room.run([], near: voice(1))
    #expect(room.allocations == 0)
  }
}
