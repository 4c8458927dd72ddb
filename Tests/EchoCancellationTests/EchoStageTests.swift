import Audio
import EchoCancellation
import Glibc
import TestSupport
import Testing

func voice(_ seconds: Double, seed: UInt64 = 1, amplitude: Float = 0.5) -> [Float] {
  var signal = SpeechLikeSignal(seed: seed)
  return signal.speech(seconds: seconds, amplitude: amplitude)
}

/// How much quieter the microphone is made between two times, in dB.
func enhancement(_ result: SimulatedRoom.Result, _ start: Double, _ end: Double) -> Double {
  level(result.raw, start, end) - level(result.clean, start, end)
}

func milliseconds(_ delay: Duration?) -> Double? { delay.map { Double($0.components.attoseconds) * 1e-15 } }

/// How well rooms are cancelled. All signals are made, so the figures are the same on every run.
@Suite struct EchoStageTests {
  @Test(arguments: [0, 5, 30, 80, -60]) func twoTapRoomIsCancelledWhateverTheMisalignment(misalignment: Int) throws {
    let room = SimulatedRoom(response: SimulatedRoom.twoTaps, misalignment: misalignment * 16)
    let result = room.run(voice(7), noise: 1e-3)
    #expect(enhancement(result, 3, 5) >= 18)
    #expect(enhancement(result, 5, 7) >= 18)
    let delay = try #require(milliseconds(result.reports.last?.delay))
    #expect(abs(delay - Double(20 + misalignment)) <= 2, "\(delay) ms")
    #expect(try #require(result.reports.last?.enhancement) >= 18)
  }

  @Test(arguments: 1...3) func reverberantRoomIsCancelled(seed: UInt64) throws {
    let room = SimulatedRoom(response: SimulatedRoom.reverberant(seed: seed), misalignment: 480)
    let result = room.run(voice(6, seed: seed), noise: 1e-3)
    #expect(enhancement(result, 3, 6) >= 18)
    let delay = try #require(milliseconds(result.reports.last?.delay))
    #expect(abs(delay - 35) <= 2, "\(delay) ms")
  }

  @Test func distortingLoudspeakerIsCancelled() {
    let room = SimulatedRoom(response: SimulatedRoom.twoTaps, misalignment: 100)
    room.distortion = { tanh(2 * $0) / 2 }
    let result = room.run(voice(6, amplitude: 0.7), noise: 1e-3)
    #expect(enhancement(result, 3, 6) >= 15)
  }

  @Test func constantOffsetOfTheMicrophoneDoesNoHarm() {
    let room = SimulatedRoom(response: SimulatedRoom.twoTaps)
    room.offset = 0.05
    let result = room.run(voice(6), noise: 1e-3)
    let clean = level(result.clean, 4, 6)
    room.offset = 0
    #expect(clean < -45, "\(clean) dB")
  }

  @Test func nearSpeechInDoubleTalkStays() {
    let room = SimulatedRoom(response: SimulatedRoom.twoTaps, misalignment: 160)
    let far = voice(8, seed: 4)
    // From the fifth second on, somewhat quieter than the echo.
    let near = Signal.silence(5 * 16_000) + voice(2.5, seed: 5, amplitude: 0.15)
    let result = room.run(far, near: near, noise: 1e-3)
    let change = level(result.clean, 5.2, 7.4) - level(near, 5.2, 7.4)
    #expect(abs(change) <= 3, "\(change) dB")
    // And what is left of the echo is not taken for it, nor it for the echo.
    let louder = result.reports.map { $0.outputLevel > $0.residualEchoLevel + 6 }
    #expect(louder[100..<155].filter { $0 }.count <= 3, "echo alone")
    #expect(louder[157..<230].filter { $0 }.count >= 45, "double talk")
  }

  @Test func convergesAgainAfterTheDelayJumps() {
    let room = SimulatedRoom(response: SimulatedRoom.twoTaps, misalignment: 160)
    _ = room.run(voice(4, seed: 6), noise: 1e-3)
    room.misalignment = 1_000
    let result = room.run(voice(7, seed: 7), noise: 1e-3)
    #expect(enhancement(result, 4.5, 7) >= 18)
    #expect(abs((milliseconds(result.reports.last?.delay) ?? 0) - 82.5) <= 2)
  }

  @Test func theNextReplyIsCancelledFromItsFirstSound() {
    let room = SimulatedRoom(response: SimulatedRoom.twoTaps, misalignment: 160)
    _ = room.run(voice(4), noise: 1e-3)
    _ = room.wait(seconds: 3)
    let result = room.run(voice(2, seed: 8), noise: 1e-3)
    #expect(enhancement(result, 0.2, 1) >= 15)
  }

  @Test func echoAloneStaysBelowItsEstimate() {
    let room = SimulatedRoom(response: SimulatedRoom.reverberant(seed: 4), misalignment: 160)
    let result = room.run(voice(8, seed: 9), noise: 1e-3)
    // The room's own noise lies at -65 dBFS, and is louder than the echo of a pause.
    let above = result.reports[64...].filter { $0.outputLevel > max(-58, $0.residualEchoLevel + 6) }.count
    #expect(above * 10 <= result.reports.count - 64, "\(above) of \(result.reports.count - 64) windows")
  }

  @Test func clocksThatDriftApartAreFollowed() {
    let room = SimulatedRoom(response: SimulatedRoom.twoTaps)
    // The loudspeaker's clock is slow by 100 millionths; the playback thread says so as it goes.
    room.drift = 100e-6
    let result = room.run(voice(12), noise: 1e-3)
    #expect(enhancement(result, 3, 7) >= 15)
    #expect(enhancement(result, 8, 12) >= 15)
  }
}
