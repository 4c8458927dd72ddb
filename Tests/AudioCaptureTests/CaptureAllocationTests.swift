import Audio
import CAllocationCounter
import SoundCards
import SoundCardsTestSupport
import Testing

@testable import AudioCapture

@Suite(.serialized, .enabled(if: alc_is_available() == 1, "a sanitizer owns malloc"))
struct CaptureAllocationTests {
  let folder = TemporaryFolder()

  /// What the capture thread allocates between the device's 20th and 60th read.
  func allocations<Port: PCMPort & ~Copyable>(
    open: @escaping @Sendable () throws(SoundCardError) -> Port
  ) throws -> Int? {
    let count = AllocationCount()
    let loop = CaptureLoop<CountingPort<Port>>(
      ring: SampleRing(minimumCapacity: 1 << 16), channel: 0, reopenInterval: .zero
    ) { () throws(SoundCardError) in CountingPort(try open(), count: count) }
    let first = Handover(try loop.openDevice())
    let thread = try RealTimeThread(name: "capture") { isRealTime in
      if let device = first.take() { loop.run(first: device, isRealTime: isRealTime) }
    }
    _ = eventually { count.allocations != nil }
    loop.requestStop()
    thread.join()
    return count.allocations
  }

  @Test func capturingFromAScriptAllocatesNothing() throws {
    let overruns = [5, 30, 40].map { ScriptedDevice.Answer(.read, from: $0, times: 3, result: -32) }
    let device = ScriptedDevice(answers: overruns)
    #expect(
      try allocations { () throws(SoundCardError) in ScriptedDevice.Port(device) } == 0, "later overruns included")
  }

  @Test func capturingFromALSAsNullDeviceAllocatesNothing() throws {
    #expect(
      try allocations { () throws(SoundCardError) in try PCMDevice(name: "null", direction: .capture) } == 0)
  }

  @Test(arguments: [16_000, 48_000])
  func capturingFromTheVirtualCardAllocatesNothing(hertz: Int) throws {
    let card = try VirtualSoundCard(folder: folder.path, sampleRate: SampleRate(hertz: hertz))
    let configuration = try card.configuration()
    let request = PCMRequest(period: .milliseconds(5), periods: 32)
    #expect(
      try allocations { () throws(SoundCardError) in
        try PCMDevice(name: "mic", direction: .capture, request: request, configuration: configuration)
      } == 0)
  }

  @Test func countingSeesAnAllocation() throws {
    let device = ScriptedDevice()
    let count = AllocationCount(first: 1, last: 3)
    let port = CountingPort(ScriptedDevice.Port(device), count: count)
    var bytes = [UInt8](repeating: 0, count: 32)
    var kept: [[Int]] = []
    for size in 1...3 {
      var span = bytes.mutableSpan
      var raw = unsafe span.mutableBytes
      _ = port.read(into: &raw, frames: 16)
      if size == 2 { kept.append([Int](repeating: size, count: 1000)) }
    }
    #expect(kept.count == 1)
    #expect((count.allocations ?? 0) > 0)
  }
}
