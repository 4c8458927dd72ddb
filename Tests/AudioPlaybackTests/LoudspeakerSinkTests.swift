import Audio
import AudioPlayback
import SoundCards
import SoundCardsTestSupport
import Testing

// On the virtual sound card, in real time.
@Suite(.serialized) struct LoudspeakerSinkTests {
  let folder = TemporaryFolder()
  let card: VirtualSoundCard
  let configuration: ALSAConfiguration

  init() throws {
    card = try VirtualSoundCard(folder: folder.path)
    configuration = try card.configuration()
  }

  func reference() throws -> PCMDevice {
    let device = try PCMDevice(
      name: "ref", direction: .capture, request: PCMRequest(periods: 64), configuration: configuration)
    #expect(device.start() == 0)
    return device
  }

  func say(_ samples: [Int16], to sink: LoudspeakerSink) {
    let floats = samples.map { Float($0) / 32_768 }
    #expect(sink.write(floats.span) == floats.count)
  }

  @Test func replySoundsIntactAndIsHeardToItsEnd() throws {
    let sink = LoudspeakerSink(device: "speaker", configuration: configuration)
    try sink.start()
    defer { sink.stop() }
    for attempt in 1...5 {
      let reference = try reference()
      let underruns = sink.counters.underruns
      let reply = noise(8000, seed: UInt64(attempt))
      say(reply, to: sink)
      let heard = reference.record(12_000)
      #expect(eventually { sink.heardFrames == sink.queuedFrames })
      #expect(sink.heardFrames == Int64(8000 * attempt))
      if position(of: reply, in: heard) != nil { return }
      #expect(sink.counters.underruns > underruns, "lost without an underrun")
    }
    Issue.record("the machine was too busy five times in a row")
  }

  @Test func flushSilencesTheLoudspeakerWhereItSays() throws {
    let sink = LoudspeakerSink(device: "speaker", configuration: configuration)
    try sink.start()
    defer { sink.stop() }
    let reference = try reference()
    say([Int16](repeating: 5000, count: 16_000), to: sink)
    #expect(eventually { sink.heardFrames > 3000 })
    let position = sink.flush()
    #expect(position == sink.heardFrames)
    #expect(position == sink.queuedFrames)
    #expect((3001..<16_000).contains(position))
    let sounded = reference.record(16_000).filter { $0 != 0 }.count
    // The card may play on for the moment between asking for the position and stopping.
    if sink.counters.underruns == 0 { #expect((0...320).contains(sounded - Int(position)), "\(sounded), \(position)") }
  }

  @Test func unpluggedLoudspeakerDoesNotHoldTheSessionUp() throws {
    let sink = LoudspeakerSink(device: "speaker", configuration: configuration)
    try sink.start()
    defer { sink.stop() }
    card.setPlugged(.speaker, false)
    #expect(eventually { !sink.counters.isPresent })
    say(noise(3200), to: sink)
    #expect(eventually { sink.heardFrames == 3200 })
    #expect(eventually { sink.problem != nil })
    card.setPlugged(.speaker, true)
    #expect(eventually { sink.counters.isPresent })
    #expect(sink.counters.reopened == 1)
    let reference = try reference()
    say([Int16](repeating: 5000, count: 1600), to: sink)
    #expect(reference.record(6000).contains(5000))
    #expect(eventually { sink.heardFrames == 4800 })
  }

  @Test func loudspeakerThatIsNotThereYetIsFoundLater() throws {
    card.setPlugged(.speaker, false)
    let sink = LoudspeakerSink(device: "speaker", configuration: configuration)
    #expect(throws: SoundCardError.self) { try sink.start() }
    try sink.startWaiting()
    defer { sink.stop() }
    #expect(eventually { !sink.counters.isPresent })
    say(noise(800), to: sink)
    #expect(eventually { sink.heardFrames == 800 })
    card.setPlugged(.speaker, true)
    #expect(eventually { sink.counters.isPresent })
    let reference = try reference()
    say([Int16](repeating: 5000, count: 1600), to: sink)
    #expect(reference.record(6000).contains(5000))
  }

  @Test func missingDeviceIsReportedAtTheStart() {
    let sink = LoudspeakerSink(device: "speakr", configuration: configuration)
    let error = #expect(throws: SoundCardError.self) { try sink.start() }
    #expect(error?.description.hasPrefix("cannot play to speakr: ") == true)
    #expect(error?.remedy.contains("Did you mean speaker") == true)
  }

  @Test func sinkCanBeStoppedTwiceAndStartedAgain() throws {
    let sink = LoudspeakerSink(device: "speaker", configuration: configuration)
    sink.stop()
    try sink.start()
    try sink.start()
    sink.stop()
    sink.stop()
    say(noise(100), to: sink)
    #expect(sink.flush() == 0)
    try sink.start()
    say(noise(1600), to: sink)
    #expect(eventually { sink.heardFrames == 1600 })
    sink.stop()
  }

  @Test func fullQueueTakesOnlyWhatFits() throws {
    let sink = LoudspeakerSink(device: "speaker", capacity: .milliseconds(100), configuration: configuration)
    let samples = [Float](repeating: 0.1, count: 10_000)
    let taken = sink.write(samples.span)
    #expect(taken == 2048)
    #expect(sink.write(samples.span) == 0)
    #expect(sink.queuedFrames == Int64(taken))
  }
}
