import Audio
import AudioCapture
import AudioPlayback
import EchoCancellation
import SoundCards
import SoundCardsTestSupport
import Testing

/// Through the real capture and playback threads and alsa-lib, in real time, on the virtual sound card.
@Suite(.serialized) struct VirtualRoomTests {
  let folder = TemporaryFolder()

  /// Plays `far` into the room and returns what the microphone heard and what was made of it, until `far` is over.
  func record(_ far: [Float], card: VirtualSoundCard) throws -> SimulatedRoom.Result {
    let configuration = try card.configuration()
    let microphone = MicrophoneSource(device: "mic", configuration: configuration)
    let loudspeaker = LoudspeakerSink(device: "speaker", configuration: configuration)
    try microphone.start()
    defer { microphone.stop() }
    try loudspeaker.start()
    defer { loudspeaker.stop() }
    let stage = EchoStage(history: try #require(loudspeaker.history)) { microphone.captureTime(of: $0) }
    var result = SimulatedRoom.Result()
    var sent = 0
    var window = [Float](repeating: 0, count: 512)
    while sent < far.count || loudspeaker.heardFrames < loudspeaker.queuedFrames {
      sent += loudspeaker.write(far.span.extracting(sent..<far.count))
      microphone.waitForSamples(window.count, timeout: .seconds(1))
      guard microphone.ring.availableToRead >= window.count else { continue }
      let time = SampleTime(frames: microphone.ring.consumedCount)
      var span = window.mutableSpan
      microphone.ring.read(into: &span)
      result.raw += window
      result.reports.append(stage.process(&window, at: time))
      result.clean += window
    }
    return result
  }

  @Test func whatIsPlayedIsTakenOutOfTheMicrophone() throws {
    // The rate of most cards: both ends convert.
    let card = try VirtualSoundCard(folder: folder.path, sampleRate: SampleRate(hertz: 48_000))
    card.setRoom(
      [.init(delay: .milliseconds(20), gain: -12), .init(delay: .milliseconds(45), gain: -20)], noise: -70)
    // A machine too busy for its real-time threads loses samples at either end, as a real room does not.
    for attempt in 1...3 {
      let result = try record(voice(5, seed: UInt64(attempt), amplitude: 0.6), card: card)
      let enhancement = enhancement(result, 3, 4.8)
      let delay = milliseconds(result.reports.last?.delay)
      if enhancement >= 20, let delay, abs(delay - 20) <= 2 { return }
    }
    Issue.record("three replies left an echo")
  }
}
