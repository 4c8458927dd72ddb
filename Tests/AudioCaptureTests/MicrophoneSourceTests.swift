import Audio
import AudioCapture
import SoundCards
import SoundCardsTestSupport
import Testing

// On the virtual sound card, in real time.
@Suite(.serialized) struct MicrophoneSourceTests {
  let folder = TemporaryFolder()
  let card: VirtualSoundCard
  let configuration: ALSAConfiguration

  init() throws {
    card = try VirtualSoundCard(folder: folder.path)
    configuration = try card.configuration()
  }

  func read(_ source: MicrophoneSource, until enough: ([Int16]) -> Bool) -> [Int16] {
    var heard: [Int16] = []
    for _ in 0..<2000 where !enough(heard) {
      source.waitForSamples(1, timeout: .milliseconds(100))
      var samples = [Float](repeating: 0, count: source.ring.availableToRead)
      var span = samples.mutableSpan
      source.ring.read(into: &span)
      heard += samples.map { Int16($0 * 32_768) }
    }
    return heard
  }

  @Test func speechArrivesIntact() throws {
    let source = MicrophoneSource(device: "mic", configuration: configuration)
    try source.start()
    defer { source.stop() }
    // On a machine too busy to read for 160 ms the card overruns, as a real one does; then the sentence is said again.
    for attempt in 1...5 {
      let person = try PCMDevice(
        name: "user", direction: .playback, request: PCMRequest(periods: 50), configuration: configuration)
      let said = noise(8000, seed: UInt64(attempt))
      let overruns = source.counters.overruns
      #expect(person.speak(said) == true)
      let heard = read(source) { $0.count >= 16_000 }
      if position(of: said, in: heard) != nil { return }
      #expect(source.counters.overruns > overruns, "lost without an overrun")
    }
    Issue.record("the machine was too busy five times in a row")
  }

  @Test func microphoneThatIsUnpluggedComesBackByItself() throws {
    let source = MicrophoneSource(device: "mic", configuration: configuration)
    try source.start()
    defer { source.stop() }
    #expect(!read(source) { $0.count > 1000 }.isEmpty)
    #expect(source.counters.isPresent)
    #expect(source.counters.isRealTime != nil)
    card.setPlugged(.microphone, false)
    #expect(eventually { !source.counters.isPresent })
    #expect(eventually { source.problem?.code == .deviceNotFound })
    card.setPlugged(.microphone, true)
    #expect(eventually { source.counters.isPresent })
    #expect(source.counters.reopened == 1)
    #expect(source.problem == nil)
    let before = source.ring.writtenCount
    #expect(eventually { source.ring.writtenCount > before })
  }

  @Test func missingDeviceIsReportedAtTheStart() throws {
    let source = MicrophoneSource(device: "mik", configuration: configuration)
    let error = #expect(throws: SoundCardError.self) { try source.start() }
    #expect(error?.remedy.contains("Did you mean mic") == true)
    #expect(source.format == nil)
  }

  @Test func channelThatTheDeviceLacksIsReported() throws {
    let source = MicrophoneSource(device: "mic", channel: 4, configuration: configuration)
    let error = #expect(throws: SoundCardError.self) { try source.start() }
    #expect(error?.code == .formatNotOffered)
  }

  @Test func sourceCanBeStoppedTwiceAndStartedAgain() throws {
    let source = MicrophoneSource(device: "mic", configuration: configuration)
    source.stop()
    try source.start()
    try source.start()
    #expect(!source.hasEnded)
    source.stop()
    source.stop()
    #expect(source.hasEnded)
    try source.start()
    #expect(!source.hasEnded)
    let before = source.ring.writtenCount
    #expect(eventually { source.ring.writtenCount > before })
    source.stop()
    #expect(card.openCount(.microphone) == 2)
  }

  @Test func waitEndsWithAsManySamplesAsWereAskedFor() throws {
    let source = MicrophoneSource(device: "mic", configuration: configuration)
    try source.start()
    defer { source.stop() }
    // One and a half of the card's periods.
    source.waitForSamples(480, timeout: .seconds(60))
    #expect(source.ring.availableToRead >= 480)
  }

  @Test func stopEndsAWaitForSamples() throws {
    let source = MicrophoneSource(device: "mic", configuration: configuration)
    try source.start()
    source.stop()
    source.waitForSamples(1, timeout: .seconds(3600))
    #expect(source.hasEnded)
  }

  @Test func overrunOfTheCardIsCounted() throws {
    let source = MicrophoneSource(device: "mic", configuration: configuration)
    try source.start()
    defer { source.stop() }
    #expect(eventually { source.counters.periods > 2 })
    let before = source.counters.overruns
    card.causeXrun(.microphone)
    #expect(eventually { source.counters.overruns > before })
    let periods = source.counters.periods
    #expect(eventually { source.counters.periods > periods })
    #expect(source.counters.reopened == 0)
  }
}
