import Audio
import Glibc
import SoundCards
import SoundCardsTestSupport
import Synchronization
import Testing

@testable import AudioCapture

@Suite struct CaptureTimelineTests {
  let epoch: Int64 = 8_640_000_000_000_000

  @Test func nothingIsKnownBeforeTheFirstSample() {
    let timeline = CaptureTimeline()
    #expect(timeline.time(of: 0) == nil)
    timeline.observe(100, at: epoch)
    #expect(timeline.time(of: 99) == nil)
    #expect(timeline.time(of: 116) == epoch + 1_000_000)
  }

  @Test func eachStretchKeepsItsTimes() {
    let timeline = CaptureTimeline()
    for stretch in 0..<20 as Range<Int64> {
      timeline.gap()
      for block in 0..<10 as Range<Int64> {
        let sample = stretch * 3_200 + block * 320
        // A second is lost between the stretches.
        timeline.observe(sample, at: epoch + sample * 62_500 + stretch * 1_000_000_000)
      }
    }
    #expect(timeline.time(of: 12 * 3_200 - 1) == nil, "only eight stretches are kept")
    for stretch in 12..<20 as Range<Int64> {
      for sample in [stretch * 3_200, stretch * 3_200 + 3_199] {
        #expect(timeline.time(of: sample) == epoch + sample * 62_500 + stretch * 1_000_000_000)
      }
    }
  }

  @Test func aReaderOnAnotherThreadNeverSeesHalfAChange() throws {
    let timeline = CaptureTimeline()
    let done = Atomic<Bool>(false)
    timeline.observe(0, at: epoch)
    try withExtendedLifetime(done) {
      let thread = try RealTimeThread(name: "reader") { [epoch] _ in
        var wrong = 0
        while !done.load(ordering: .acquiring) {
          if let time = timeline.time(of: 1_000_000), (time - epoch - 62_500_000_000) % 1_000_000_000 != 0 {
            wrong += 1
          }
        }
        #expect(wrong == 0)
      }
      for stretch in 0..<20_000 as Range<Int64> {
        timeline.gap()
        timeline.observe(stretch, at: epoch + stretch * 62_500 + stretch * 1_000_000_000)
      }
      done.store(true, ordering: .releasing)
      thread.join()
    }
  }

  @Test func aLoopKnowsWhenItsSamplesWereRecordedAcrossAnOverrun() throws {
    // A period takes a millisecond; the reads are told to be late by what the device says still waits in it, nothing.
    let stop = StopSwitch()
    let device = ScriptedDevice(
      answers: [.init(.read, from: 6, result: -Int(EPIPE))], lastRead: 10, onExhausted: { stop.press() })
    let loop = CaptureLoop<ScriptedDevice.Port>(
      ring: SampleRing(minimumCapacity: 1 << 10), channel: 0, reopenInterval: .zero,
      nanoseconds: { [epoch] in epoch + Int64(device.elapsedFrames) * 62_500 }
    ) { () throws(SoundCardError) in ScriptedDevice.Port(device) }
    stop.set { loop.requestStop() }
    defer { stop.set {} }
    loop.run(first: try loop.openDevice(), isRealTime: false)
    #expect(loop.ring.writtenCount == 160)
    // The sixth wait's period was lost.
    for sample in 0..<160 as Range<Int64> {
      let lost: Int64 = sample < 80 ? 0 : 16
      #expect(loop.timeline.time(of: sample) == epoch + (sample + lost) * 62_500)
    }
  }
}
