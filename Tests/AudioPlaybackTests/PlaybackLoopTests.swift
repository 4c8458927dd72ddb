import Audio
import Glibc
import SoundCards
import SoundCardsTestSupport
import Synchronization
import Testing

@testable import AudioPlayback

typealias Loop = PlaybackLoop<ScriptedDevice.Port>

/// A loop over scripted devices on a thread of its own; the thread ends with the value.
final class RunningLoop: Sendable {
  let loop: Loop
  /// The silent actor's clock, in nanoseconds; moved by the test.
  let clock: Atomic<Int64> = Atomic(0)
  private let thread: RealTimeThread

  /// nil in `devices`: opening fails that time; after the last opening always fails.
  /// With `clock` that is the time, in nanoseconds, and nothing else moves it.
  init(
    _ devices: [ScriptedDevice?], sampleRate: SampleRate = .speech, capacity: Int = 1 << 14,
    clock nanoseconds: (@Sendable () -> Int64)? = nil
  ) throws {
    let next = Counter()
    let clock = Clock()
    // Short times, since the scripted device's own clock moves with the calls.
    let timing = PlaybackTiming(
      hold: .milliseconds(1), linger: .milliseconds(4), idleCheck: .milliseconds(1), reopen: .milliseconds(1),
      silentTick: .milliseconds(1))
    loop = Loop(
      ring: SampleRing(minimumCapacity: capacity), sampleRate: sampleRate, timing: timing,
      nanoseconds: nanoseconds ?? { clock.tick() }
    ) { () throws(SoundCardError) in
      let number = next.next()
      guard number < devices.count, let device = devices[number] else {
        throw SoundCardError(
          code: .deviceNotFound, operation: "play to", device: "scripted", errorNumber: ENODEV, reason: "gone",
          remedy: "Plug it in.")
      }
      return ScriptedDevice.Port(device)
    }
    let first = Handover(try loop.openDevice())
    thread = try RealTimeThread(name: "playback") { [loop] _ in
      if let device = first.take() { loop.run(first: device, isRealTime: false) }
    }
  }

  func end() {
    loop.requestStop()
    thread.join()
  }

  /// Queues all of `samples`, waiting for room.
  func say(_ samples: [Int16]) {
    let floats = samples.map { Float($0) / 32_768 }
    var start = 0
    while start < floats.count {
      start += loop.ring.write(floats.span.extracting(start..<floats.count))
      loop.wake.signal()
      if start < floats.count { _ = eventually { loop.ring.availableToWrite > 0 } }
    }
  }

  func isAllHeard() -> Bool { loop.heardFrames == loop.queuedFrames }
}

final class Counter: Sendable {
  private let value = Atomic<Int>(0)
  func next() -> Int { value.add(1, ordering: .relaxed).oldValue }
}

/// Each look is a millisecond later.
final class Clock: Sendable {
  private let value = Atomic<Int64>(0)
  func tick() -> Int64 { value.add(1_000_000, ordering: .relaxed).newValue }
}

/// What was played, without the silence around and between.
func sounds(_ frames: [Int16]) -> [Int16] { frames.filter { $0 != 0 } }

@Suite struct PlaybackLoopTests {
  @Test func replyReachesTheDeviceExactlyAndIsHeard() throws {
    let device = ScriptedDevice()
    let running = try RunningLoop([device])
    let reply = noise(5000)
    running.say(reply)
    #expect(eventually { running.isAllHeard() })
    #expect(running.loop.heardFrames == 5000)
    running.end()
    #expect(sounds(device.playedFrames) == reply)
    #expect(running.loop.counters.isPresent)
  }

  @Test func deviceStandsStillBetweenReplies() throws {
    let device = ScriptedDevice()
    let running = try RunningLoop([device])
    for seed in 1...3 {
      running.say(noise(300, seed: UInt64(seed)))
      #expect(eventually { running.isAllHeard() && device.count(of: .drop) == seed })
    }
    let written = device.count(of: .write)
    #expect(device.count(of: .start) >= 3)
    running.end()
    #expect(device.count(of: .write) == written)
    #expect(sounds(device.playedFrames) == noise(300, seed: 1) + noise(300, seed: 2) + noise(300, seed: 3))
  }

  @Test func flushReportsThePositionHeardAndDropsTheRest() throws {
    // The device's clock stands still until it is looked at, so much of the reply is still queued.
    let device = ScriptedDevice(framesPerLook: 1)
    let running = try RunningLoop([device])
    running.say(noise(16_000))
    #expect(eventually { running.loop.heardFrames > 0 })
    let heard = running.loop.flushThroughThread()
    #expect(heard == running.loop.heardFrames)
    #expect(heard == running.loop.queuedFrames)
    #expect((1..<16_000).contains(heard))
    #expect(sounds(device.playedFrames) == Array(noise(16_000)[..<Int(heard)]), "what sounded is what was reported")
    running.say(noise(100, seed: 7))
    #expect(eventually { running.loop.heardFrames == heard + 100 })
    running.end()
    #expect(sounds(device.playedFrames).suffix(100) == noise(100, seed: 7)[...])
  }

  @Test func flushWhileIdleChangesNothing() throws {
    let running = try RunningLoop([ScriptedDevice()])
    #expect(running.loop.flushThroughThread() == 0)
    running.say(noise(100))
    #expect(eventually { running.isAllHeard() })
    #expect(running.loop.flushThroughThread() == 100)
    #expect(running.loop.queuedFrames == 100)
    running.end()
  }

  /// A device that has its loop paused at its hundredth write.
  private func pausing() throws -> (ScriptedDevice, RunningLoop) {
    let late = Mutex<RunningLoop?>(nil)
    let device = ScriptedDevice(lastWrite: 100, framesPerLook: 0) { late.withLock { $0 }?.loop.setPaused(true) }
    let running = try RunningLoop([device])
    late.withLock { $0 = running }
    return (device, running)
  }

  @Test func pausedReplyGoesOnFromTheSameSample() throws {
    let (device, running) = try pausing()
    let reply = noise(16_000)
    running.say(reply)
    #expect(eventually { device.count(of: .drop) == 1 && device.count(of: .prepare) == 1 })
    let heard = Int(running.loop.heardFrames)
    try #require((100..<15_000).contains(heard))
    #expect(device.playedFrames == Array(reply[..<heard]))
    let written = device.count(of: .write)
    usleep(20_000)
    #expect(device.count(of: .write) == written && running.loop.heardFrames == Int64(heard))
    device.sound(framesPerLook: 4)
    running.loop.setPaused(false)
    try #require(eventually { running.isAllHeard() })
    running.end()
    let played = device.playedFrames
    // Five milliseconds are faded in.
    #expect(played[..<heard] == reply[..<heard])
    #expect(Array(played[(heard + 80)..<16_000]) == Array(reply[(heard + 80)...]))
    #expect(running.loop.counters.underruns == 0)
  }

  @Test func flushEndsAPause() throws {
    let (device, running) = try pausing()
    running.say(noise(16_000))
    #expect(eventually { device.count(of: .prepare) == 1 })
    let heard = running.loop.flushThroughThread()
    #expect(heard == running.loop.queuedFrames && !running.loop.isPaused)
    #expect(heard < 15_000)
    device.sound(framesPerLook: 4)
    running.say(noise(100, seed: 3))
    #expect(eventually { running.loop.heardFrames == heard + 100 })
    running.end()
    #expect(sounds(device.playedFrames).suffix(100) == noise(100, seed: 3)[...])
  }

  @Test func nothingBeginsWhilePaused() throws {
    let device = ScriptedDevice()
    let running = try RunningLoop([device])
    running.loop.setPaused(true)
    running.say(noise(400))
    usleep(20_000)
    #expect(device.count(of: .write) == 0 && running.loop.heardFrames == 0)
    running.loop.setPaused(false)
    #expect(eventually { running.isAllHeard() })
    running.end()
    #expect(sounds(device.playedFrames) == noise(400))
  }

  @Test func flushWithoutAThreadDropsTheQueue() {
    let loop = Loop(ring: SampleRing(minimumCapacity: 64), sampleRate: .speech) { () throws(SoundCardError) in
      ScriptedDevice.Port(ScriptedDevice())
    }
    let samples = [Float](repeating: 0.5, count: 40)
    loop.ring.write(samples.span)
    #expect(loop.queuedFrames == 40)
    #expect(loop.flushWithoutThread() >= 0)
    #expect(loop.queuedFrames == loop.heardFrames)
    #expect(loop.ring.availableToRead == 0)
  }

  @Test(arguments: [ScriptedDevice.Call.wait, .write, .available])
  func underrunIsCountedAndTheReplyGoesOn(call: ScriptedDevice.Call) throws {
    let device = ScriptedDevice(
      answers: [.init(call, from: call == .wait ? 1 : 3, result: -Int(EPIPE))], framesPerLook: 1)
    let running = try RunningLoop([device])
    let reply = noise(3000)
    running.say(reply)
    #expect(eventually { running.isAllHeard() })
    running.end()
    #expect(sounds(device.playedFrames) == reply)
    #expect(device.count(of: .prepare) >= 1)
    if call != .available { #expect(running.loop.counters.underruns >= 1) }
    #expect(running.loop.counters.reopened == 0)
  }

  @Test func streamThatStandsStillIsRestarted() throws {
    // PulseAudio's server after running dry: nothing moves, and no call says why.
    let device = ScriptedDevice(answers: [.init(.wait, times: 60, result: 0)], framesPerLook: 0)
    let running = try RunningLoop([device])
    running.say(noise(3000))
    #expect(eventually { device.count(of: .drop) >= 1 })
    #expect(eventually { running.isAllHeard() || device.count(of: .wait) > 60 })
    #expect(running.loop.counters.reopened == 0)
    #expect(running.loop.counters.underruns >= 1)
    running.end()
  }

  @Test(arguments: [1, 3, 7, 16]) func shortWritesLoseNothing(frames: Int) throws {
    let device = ScriptedDevice(answers: [.init(.write, times: .max / 2, result: frames)])
    let running = try RunningLoop([device])
    let reply = noise(1000)
    running.say(reply)
    #expect(eventually { running.isAllHeard() })
    running.end()
    #expect(sounds(device.playedFrames) == reply)
  }

  @Test func queueIsTakenInRealTimeWhileTheDeviceIsGone() throws {
    let running = try RunningLoop([ScriptedDevice(answers: [.init(.write, result: -Int(ENODEV))])])
    running.say(noise(8000))
    #expect(eventually { !running.loop.counters.isPresent })
    #expect(eventually { running.isAllHeard() })
    #expect(running.loop.heardFrames == 8000)
    // The device cannot be opened, and a flush is answered all the same.
    running.say(noise(8000))
    let heard = running.loop.flushThroughThread()
    #expect(heard == running.loop.queuedFrames)
    #expect(!running.loop.counters.isPresent)
    running.end()
  }

  @Test func deviceThatComesBackPlaysAgain() throws {
    let first = ScriptedDevice()
    let second = ScriptedDevice()
    let running = try RunningLoop([first, nil, nil, second])
    running.say(noise(200))
    #expect(eventually { running.isAllHeard() })
    first.disconnect()
    #expect(eventually { running.loop.counters.reopened == 1 })
    #expect(running.loop.counters.isPresent)
    running.say(noise(200, seed: 5))
    #expect(eventually { running.isAllHeard() })
    running.end()
    #expect(sounds(second.playedFrames) == noise(200, seed: 5))
  }

  @Test func anyErrorInAnyCallEndsWithEverythingHeard() throws {
    let numbers = [EPIPE, ESTRPIPE, ENODEV, EIO, EINTR, EAGAIN, EBADFD, ENOSYS, EINVAL, 9999]
    for call in ScriptedDevice.Call.allCases where call != .read {
      for number in numbers {
        for (from, times) in [(1, 1), (2, 3), (2, Int.max / 2)] {
          let failing = ScriptedDevice(answers: [.init(call, from: from, times: times, result: -Int(number))])
          let running = try RunningLoop([failing, ScriptedDevice()])
          running.say(noise(400))
          #expect(eventually { running.isAllHeard() }, "\(call) \(number) from \(from), \(times) times")
          #expect(running.loop.heardFrames == 400)
          let flushed = running.loop.flushThroughThread()
          #expect(flushed == 400, "\(call) \(number) from \(from), \(times) times")
          running.end()
        }
      }
    }
  }

  @Test func heardNeverGoesBackAndNeverPassesQueued() throws {
    let device = ScriptedDevice(
      answers: [.init(.wait, from: 5, result: -Int(EPIPE)), .init(.write, from: 9, times: 2, result: -Int(EPIPE))],
      framesPerLook: 1)
    let running = try RunningLoop([device])
    running.say(noise(2000))
    var last: Int64 = 0
    for round in 0..<3 {
      _ = eventually {
        let queued = running.loop.queuedFrames
        let heard = running.loop.heardFrames
        #expect(heard >= last)
        #expect(heard <= max(queued, running.loop.queuedFrames))
        last = heard
        return heard == queued
      }
      if round == 1 { #expect(running.loop.flushThroughThread() >= last) }
      running.say(noise(500))
    }
    running.end()
  }

  @Test(arguments: [(16_000, 48_000), (22_050, 16_000), (48_000, 16_000), (22_050, 44_100)])
  func otherRatesAreResampledAndWhollyHeard(source: Int, device: Int) throws {
    let scripted = ScriptedDevice(rate: SampleRate(hertz: device), periodFrames: 64)
    let running = try RunningLoop([scripted], sampleRate: SampleRate(hertz: source))
    running.say([Int16](repeating: 8000, count: source / 10))
    #expect(eventually { running.isAllHeard() })
    running.end()
    let loud = scripted.playedFrames.filter { $0 > 4000 }.count
    #expect(abs(loud - device / 10) <= device / 500, "\(loud) of \(device / 10) frames")
  }
}
