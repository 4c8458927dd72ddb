import Audio
import CAllocationCounter
import SoundCards
import SoundCardsTestSupport
import Testing

@testable import AudioPlayback

@Suite(.serialized, .enabled(if: alc_is_available() == 1, "a sanitizer owns malloc"))
struct PlaybackAllocationTests {
  let folder = TemporaryFolder()

  /// What the playback thread allocates between the device's 20th and 60th write.
  func allocations<Port: PCMPort & ~Copyable>(
    sampleRate: SampleRate = .speech, open: @escaping @Sendable () throws(SoundCardError) -> Port
  ) throws -> Int? {
    let count = AllocationCount()
    let loop = PlaybackLoop<CountingPort<Port>>(
      ring: SampleRing(minimumCapacity: 1 << 16), sampleRate: sampleRate
    ) { () throws(SoundCardError) in CountingPort(try open(), count: count) }
    let samples = [Float](repeating: 0.25, count: 1 << 16)
    loop.ring.write(samples.span)
    let first = Handover(try loop.openDevice())
    let thread = try RealTimeThread(name: "playback") { isRealTime in
      if let device = first.take() { loop.run(first: device, isRealTime: isRealTime) }
    }
    _ = eventually { count.allocations != nil }
    loop.requestStop()
    thread.join()
    return count.allocations
  }

  @Test func playingToAScriptAllocatesNothing() throws {
    let underruns = [5, 30, 40].map { ScriptedDevice.Answer(.write, from: $0, times: 3, result: -32) }
    let device = ScriptedDevice(answers: underruns)
    #expect(
      try allocations { () throws(SoundCardError) in ScriptedDevice.Port(device) } == 0, "later underruns included")
  }

  @Test(arguments: [16_000, 22_050])
  func playingToTheVirtualCardAllocatesNothing(hertz: Int) throws {
    let card = try VirtualSoundCard(folder: folder.path)
    let configuration = try card.configuration()
    let request = PCMRequest(period: .milliseconds(5), periods: 32)
    #expect(
      try allocations(sampleRate: SampleRate(hertz: hertz)) { () throws(SoundCardError) in
        try PCMDevice(name: "speaker", direction: .playback, request: request, configuration: configuration)
      } == 0)
  }
}
