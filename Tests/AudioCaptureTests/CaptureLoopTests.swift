import Audio
import Glibc
import SoundCards
import SoundCardsTestSupport
import Synchronization
import Testing

@testable import AudioCapture

/// Devices that open one after the other under the same name; nil: opening fails that time. The loop ends with the last.
final class Openings: Sendable {
  private let devices: [ScriptedDevice?]
  private let next = Atomic<Int>(0)

  init(_ devices: [ScriptedDevice?]) { self.devices = devices }

  func open() throws(SoundCardError) -> ScriptedDevice.Port {
    let number = next.add(1, ordering: .relaxed).oldValue
    guard number < devices.count, let device = devices[number] else {
      throw SoundCardError(
        code: .deviceNotFound, operation: "capture from", device: "scripted", errorNumber: ENODEV, reason: "gone",
        remedy: "Plug it in.")
    }
    return ScriptedDevice.Port(device)
  }
}

/// Ends a loop that is made after the devices that end it.
final class StopSwitch: Sendable {
  private let action = Mutex<(@Sendable () -> Void)?>(nil)
  func set(_ action: @escaping @Sendable () -> Void) { self.action.withLock { $0 = action } }
  func press() { action.withLock { $0 }?() }
}

@Suite struct CaptureLoopTests {
  let ring = SampleRing(minimumCapacity: 1 << 14)
  let stop = StopSwitch()

  /// Runs a loop over `devices` on this thread until one of them presses `stop`.
  @discardableResult
  func run(_ devices: [ScriptedDevice?]) throws -> AudioSourceCounters {
    let openings = Openings(devices)
    let loop = CaptureLoop<ScriptedDevice.Port>(ring: ring, channel: 0, reopenInterval: .zero) {
      () throws(SoundCardError) in try openings.open()
    }
    stop.set { loop.requestStop() }
    // The switch holds the loop, which holds the devices, which hold the switch.
    defer { stop.set {} }
    loop.run(first: try loop.openDevice(), isRealTime: false)
    return loop.counters
  }

  func device(_ answers: [ScriptedDevice.Answer] = [], lastRead: Int = .max) -> ScriptedDevice {
    ScriptedDevice(answers: answers, lastRead: lastRead, onExhausted: { [stop] in stop.press() })
  }

  /// Everything in the ring, as the 16 bits it was made of.
  func heard() -> [Int] {
    var samples = [Float](repeating: 0, count: ring.availableToRead)
    var span = samples.mutableSpan
    ring.read(into: &span)
    return samples.map { Int($0 * 32_768) }
  }

  @Test func periodsReachTheRingInOrder() throws {
    let counters = try run([device(lastRead: 10)])
    #expect(heard() == Array(0..<160))
    #expect(counters.periods == 10)
    #expect(counters.overruns == 0)
    #expect(counters.isPresent)
    #expect(counters.isRealTime == false)
  }

  @Test(arguments: [ScriptedDevice.Call.wait, .read])
  func overrunIsCountedAndCaptureGoesOn(call: ScriptedDevice.Call) throws {
    let scripted = device([.init(call, from: 3, result: -Int(EPIPE))], lastRead: 10)
    let counters = try run([scripted])
    #expect(counters.overruns == 1)
    #expect(counters.reopened == 0)
    #expect(scripted.count(of: .prepare) == 1)
    #expect(scripted.count(of: .start) == 2)
    #expect(heard() == Array(0..<160))
  }

  @Test func shortReadsLoseNothing() throws {
    try run([device([.init(.read, from: 2, times: 5, result: 3)], lastRead: 10)])
    #expect(heard() == Array(0..<(5 * 16 + 5 * 3)))
  }

  @Test(arguments: [ScriptedDevice.Call.wait, .read], [EINTR, EAGAIN])
  func interruptedCallsCostNothing(call: ScriptedDevice.Call, number: Int32) throws {
    let counters = try run([device([.init(call, from: 2, times: 3, result: -Int(number))], lastRead: 10)])
    #expect(counters.overruns == 0)
    #expect(counters.reopened == 0)
    #expect(heard() == Array(0..<160))
  }

  @Test func fullRingDropsTheNewestAndCountsThem() throws {
    let small = SampleRing(minimumCapacity: 64)
    let openings = Openings([device(lastRead: 10)])
    let loop = CaptureLoop<ScriptedDevice.Port>(ring: small, channel: 0, reopenInterval: .zero) {
      () throws(SoundCardError) in try openings.open()
    }
    stop.set { loop.requestStop() }
    // The switch holds the loop, which holds the devices, which hold the switch.
    defer { stop.set {} }
    loop.run(first: try loop.openDevice(), isRealTime: true)
    #expect(small.availableToRead == 64)
    #expect(loop.counters.droppedSamples == 96)
    #expect(loop.counters.isRealTime == true)
    var samples = [Float](repeating: 0, count: 64)
    var span = samples.mutableSpan
    small.read(into: &span)
    #expect(samples.map { Int($0 * 32_768) } == Array(0..<64), "the oldest stay")
  }

  @Test(arguments: [ENODEV, EIO, ENOENT, EBADF, ENXIO])
  func deviceThatGoesAwayIsOpenedAgain(number: Int32) throws {
    let first = device([.init(.read, from: 4, times: .max / 2, result: -Int(number))])
    let counters = try run([first, nil, nil, device(lastRead: 5)])
    #expect(counters.reopened == 1)
    #expect(counters.isPresent)
    #expect(heard() == Array(0..<48) + Array(0..<80))
  }

  @Test func absenceIsVisibleWhileItLasts() throws {
    let openings = Openings([device([.init(.wait, result: -Int(ENODEV))])])
    let loop = CaptureLoop<ScriptedDevice.Port>(ring: ring, channel: 0, reopenInterval: .zero) {
      () throws(SoundCardError) in try openings.open()
    }
    let first = Handover(try loop.openDevice())
    #expect(loop.counters.isPresent)
    let thread = try RealTimeThread(name: "absent") { _ in
      if let device = first.take() { loop.run(first: device, isRealTime: false) }
    }
    #expect(eventually { !loop.counters.isPresent })
    #expect(eventually { if case .failure(let error) = loop.opening { error.code == .deviceNotFound } else { false } })
    loop.requestStop()
    thread.join()
    #expect(loop.counters.reopened == 0)
  }

  @Test func suspendedDeviceGoesOn() throws {
    let scripted = device(
      [.init(.read, from: 3, result: -Int(ESTRPIPE)), .init(.resume, times: 2, result: -Int(EAGAIN))], lastRead: 6)
    let counters = try run([scripted])
    #expect(scripted.count(of: .resume) == 3)
    #expect(counters.overruns == 0)
    #expect(counters.reopened == 0)
  }

  @Test func endlessOverrunsMakeTheDeviceLost() throws {
    let counters = try run([device([.init(.read, times: .max / 2, result: -Int(EPIPE))]), device(lastRead: 2)])
    #expect(counters.reopened == 1)
    #expect(counters.overruns == Int64(PCMLimits.recoveries - 1))
  }

  @Test func announcedSamplesThatNeverComeMakeTheDeviceLost() throws {
    let counters = try run([device([.init(.read, times: .max / 2, result: 0)]), device(lastRead: 2)])
    #expect(counters.reopened == 1)
  }

  @Test func silentDeviceBecomesLost() throws {
    let counters = try run([device([.init(.wait, times: .max / 2, result: 0)]), device(lastRead: 2)])
    #expect(counters.reopened == 1)
  }

  @Test func deviceThatDoesNotStartIsTriedAgain() throws {
    let counters = try run([device([.init(.start, result: -Int(EIO))]), device(lastRead: 2)])
    #expect(counters.reopened == 1)
  }

  @Test func anyErrorInAnyCallEndsInSamplesAgain() throws {
    let numbers = [EPIPE, ESTRPIPE, ENODEV, EIO, EINTR, EAGAIN, EBADFD, ENOSYS, EINVAL, ENOMEM, 9999]
    for call in ScriptedDevice.Call.allCases {
      for number in numbers {
        for from in 1...3 {
          for times in [1, 2, .max / 2] {
            let failing = device([.init(call, from: from, times: times, result: -Int(number))], lastRead: 40)
            try run([failing, device(lastRead: 40)])
            let samples = heard()
            #expect(samples.count >= 30 * 16, "\(call) \(number) from \(from), \(times) times")
          }
        }
      }
    }
  }

  @Test(arguments: [8_000, 22_050, 44_100, 48_000, 96_000])
  func otherRatesAreResampled(hertz: Int) throws {
    let scripted = ScriptedDevice(
      rate: SampleRate(hertz: hertz), periodFrames: hertz / 50, lastRead: 50, onExhausted: { [stop] in stop.press() })
    try run([scripted])
    #expect(abs(ring.availableToRead - 16_000) <= 2)
  }
}
