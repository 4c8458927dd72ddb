import Audio
import Glibc
import SoundCards
import SoundCardsTestSupport
import Testing

@testable import AudioPlayback

/// A scripted device keeps what was in its air at each tick of its clock; the history must say the same.
@Suite struct PlaybackHistoryPositionTests {
  /// Uptime of the machine when the device's clock began: 100 days.
  static let epoch: Int64 = 100 * 86_400 * 1_000_000_000
  let origin = PlaybackHistory.position(atNanoseconds: epoch)

  func running(_ device: ScriptedDevice, sampleRate: SampleRate = .speech) throws -> RunningLoop {
    try RunningLoop([device], sampleRate: sampleRate) {
      Self.epoch + Int64(device.elapsedFrames) * 1_000_000_000 / Int64(device.format.rate.hertz)
    }
  }

  func expectExact(
    _ running: RunningLoop, _ device: ScriptedDevice, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let air = device.air
    let history = running.loop.history
    let wrong = air.indices.first { time in
      history.sample(at: origin + Int64(time)) != Float(air[time]) / 32_768
    }
    #expect(wrong == nil, "differs at \(wrong ?? 0) of \(air.count)", sourceLocation: sourceLocation)
    #expect(air.contains { $0 != 0 }, sourceLocation: sourceLocation)
    #expect(history.skew == 0, sourceLocation: sourceLocation)
  }

  @Test(arguments: [1, 4, 7]) func aReplyIsWhereItSounded(framesPerLook: Int) throws {
    let device = ScriptedDevice(framesPerLook: framesPerLook)
    let running = try running(device)
    running.say(noise(5000))
    #expect(eventually { running.isAllHeard() })
    running.end()
    expectExact(running, device)
  }

  @Test func eachReplyIsWhereItSounded() throws {
    let device = ScriptedDevice()
    let running = try running(device)
    for seed in 1...3 {
      running.say(noise(300 * seed, seed: UInt64(seed)))
      #expect(eventually { running.isAllHeard() && device.count(of: .drop) == seed })
    }
    running.end()
    expectExact(running, device)
  }

  @Test func whatAFlushDropsIsNotInTheHistory() throws {
    let device = ScriptedDevice(framesPerLook: 1)
    let running = try running(device)
    running.say(noise(16_000))
    #expect(eventually { running.loop.heardFrames > 100 })
    _ = running.loop.flushThroughThread()
    let end = running.loop.history.audibleEnd
    #expect(end <= origin + Int64(device.elapsedFrames))
    running.say(noise(200, seed: 7))
    #expect(eventually { running.isAllHeard() })
    running.end()
    expectExact(running, device)
  }

  @Test(arguments: [ScriptedDevice.Call.available, .write])
  func afterAnUnderrunTheRestIsWhereItSounded(call: ScriptedDevice.Call) throws {
    let device = ScriptedDevice(answers: [.init(call, from: 20, result: -Int(EPIPE))])
    let running = try running(device)
    running.say(noise(3000))
    #expect(eventually { running.isAllHeard() })
    running.end()
    #expect(device.count(of: .prepare) >= 1)
    expectExact(running, device)
  }

  @Test func whatAStopCutsOffIsNotInTheHistory() throws {
    let device = ScriptedDevice(framesPerLook: 1)
    let running = try running(device)
    running.say(noise(16_000))
    #expect(eventually { running.loop.heardFrames > 100 })
    running.end()
    expectExact(running, device)
  }

  @Test func shortWritesMoveNothing() throws {
    let device = ScriptedDevice(answers: [.init(.write, from: 3, times: 40, result: 5)])
    let running = try running(device)
    running.say(noise(2000))
    #expect(eventually { running.isAllHeard() })
    running.end()
    expectExact(running, device)
  }

  @Test func aDeviceThatComesBackGoesOnInTheSameHistory() throws {
    let first = ScriptedDevice()
    let second = ScriptedDevice()
    let running = try RunningLoop([first, nil, second])
    running.say(noise(200))
    #expect(eventually { running.isAllHeard() })
    first.disconnect()
    #expect(eventually { running.loop.counters.reopened == 1 })
    let reply = noise(200, seed: 5)
    running.say(reply)
    #expect(eventually { running.isAllHeard() })
    running.end()
    let history = running.loop.history
    #expect(history.openingCount == 2)
    #expect((-200..<0).map { Int16(history.sample(at: history.audibleEnd + $0) * 32_768) } == reply)
  }

  // The history's sample lies between those of the device where the rates do not divide; the tones are slow enough for
  // that to be no more than a hundredth.
  @Test(arguments: [(16_000, 48_000), (22_050, 48_000), (16_000, 16_000), (48_000, 32_000)])
  func otherRatesAreConvertedAndLieWhereTheySounded(source: Int, rate: Int) throws {
    let device = ScriptedDevice(rate: SampleRate(hertz: rate), periodFrames: rate / 100)
    let running = try running(device, sampleRate: SampleRate(hertz: source))
    running.say((0..<source / 4).map { Int16(8_000 * sin(2 * .pi * 200 * Double($0) / Double(source))) })
    #expect(eventually { running.isAllHeard() })
    running.end()
    let air = device.air
    let history = running.loop.history
    var largest: Float = 0
    for time in stride(from: 0, to: air.count * 16_000 / rate, by: 1) {
      // Its time in the air, to the nearest frame; the beginning, where the tone jumps, is no matter of positions.
      let skewed = Double(time) + Double(history.skew) / 62_500
      let frame = Int((skewed * Double(rate) / 16_000).rounded())
      guard air.indices.contains(frame), frame > 0 else { continue }
      largest = max(largest, abs(history.sample(at: origin + Int64(time)) - Float(air[frame]) / 32_768))
    }
    // Half a frame of the 200 Hz tone at an amplitude of 0.244, and the filter's overshoot at its ends.
    #expect(largest < 0.02, "\(largest)")
    #expect(air.contains { $0 > 7_000 })
  }
}
