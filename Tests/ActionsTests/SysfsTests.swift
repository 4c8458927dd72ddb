import Glibc
import OperatingSystem
import Synchronization
import Testing

@testable import Actions

/// Files in memory that keep the rules of drivers/pwm/sysfs.c: a channel appears when it is exported, duty never
/// exceeds period, polarity changes only while disabled.
private final class FakePWMClass: SysfsFiles {
  struct State {
    var files: [String: String] = ["pwmchip0/npwm": "2", "pwmchip0/export": ""]
    var writes: [String] = []
    /// Reads of the channel that udev has not got to yet.
    var refusals = 0
    var exportFailure: Int32?
  }

  let state = Mutex(State())

  func read(_ path: String) -> Result<String, SystemCallFailure> {
    state.withLock { state in state.files[path].map { .success($0) } ?? .failure(SystemCallFailure(ENOENT)) }
  }

  func write(_ text: String, to path: String) -> SystemCallFailure? {
    state.withLock { state in
      if path == "pwmchip0/export" {
        if let failure = state.exportFailure { return SystemCallFailure(failure) }
        let channel = "pwmchip0/pwm\(text)/"
        guard state.files[channel + "period"] == nil else { return SystemCallFailure(EBUSY) }
        for (name, value) in [("period", "0"), ("duty_cycle", "0"), ("polarity", "normal"), ("enable", "0")] {
          state.files[channel + name] = value
        }
        state.writes.append("export \(text)")
        return nil
      }
      guard state.files[path] != nil else { return SystemCallFailure(ENOENT) }
      if state.refusals > 0 {
        state.refusals -= 1
        return SystemCallFailure(EACCES)
      }
      let channel = path.prefix(through: path.lastIndex(of: "/")!)
      func number(_ name: String) -> Int64 { Int64(state.files[channel + name] ?? "") ?? 0 }
      let name = String(path.dropFirst(channel.count))
      switch name {
      case "period": if Int64(text)! < number("duty_cycle") { return SystemCallFailure(EINVAL) }
      case "duty_cycle": if Int64(text)! > number("period") { return SystemCallFailure(EINVAL) }
      case "polarity": if number("enable") == 1 { return SystemCallFailure(EBUSY) }
      case "enable": if text == "1" && number("period") == 0 { return SystemCallFailure(EINVAL) }
      default: return SystemCallFailure(EACCES)
      }
      if state.files[path] != text { state.writes.append("\(name) \(text)") }
      state.files[path] = text
      return nil
    }
  }

  func names(in path: String) -> Result<[String], SystemCallFailure> { .success(path.isEmpty ? ["pwmchip0"] : []) }

  func linkTarget(_ path: String) -> Result<String, SystemCallFailure> {
    path == "pwmchip0/device" ? .success("../../../1f00098000.pwm") : .failure(SystemCallFailure(ENOENT))
  }

  var writes: [String] {
    state.withLock { state in
      defer { state.writes = [] }
      return state.writes
    }
  }
}

@Suite struct PWMControlTests {
  private let files = FakePWMClass()
  private var control: PWMControl { PWMControl(files: files, sleep: { _ in }) }
  private func action(period: Int64 = 1_000_000, polarity: PWMAction.Polarity = .normal) -> PWMAction {
    PWMAction(
      chip: "1f00098000.pwm", channel: 1, periodNanoseconds: period, polarity: polarity, duty: .constant(0))
  }

  @Test func periodComesBeforeDutyAndEnableLast() async throws {
    try await control.set(action(), percent: 25)
    #expect(files.writes == ["export 1", "period 1000000", "duty_cycle 250000", "enable 1"])
    try await control.set(action(), percent: 100)
    #expect(files.writes == ["duty_cycle 1000000"])
  }

  @Test func shorterPeriodThanTheOldDutyTakesTheDutyOffFirst() async throws {
    try await control.set(action(), percent: 90)
    _ = files.writes
    try await control.set(action(period: 500_000), percent: 50)
    #expect(files.writes == ["duty_cycle 0", "period 500000", "duty_cycle 250000"])
  }

  @Test func polarityChangesWhileOff() async throws {
    try await control.set(action(), percent: 50)
    _ = files.writes
    try await control.set(action(polarity: .inversed), percent: 50)
    #expect(files.writes == ["enable 0", "polarity inversed", "enable 1"])
  }

  @Test func permissionThatUdevGivesLateIsWaitedFor() async throws {
    files.state.withLock { $0.refusals = 3 }
    try await control.set(action(), percent: 10)
    #expect(files.writes == ["export 1", "period 1000000", "duty_cycle 100000", "enable 1"])
  }

  @Test func permissionThatNeverComesSaysWhatToDo() async {
    files.state.withLock { $0.refusals = .max }
    await #expect { try await control.set(action(), percent: 10) } throws: {
      ($0 as? ActionError)?.code == .permissionDenied && "\($0)".contains("udev rule")
    }
  }

  @Test func channelHeldByADriverIsBusy() async {
    files.state.withLock { $0.exportFailure = EBUSY }
    await #expect { try await control.set(action(), percent: 10) } throws: { ($0 as? ActionError)?.code == .busy }
  }

  @Test func missingChipAndChannelSaySo() async {
    var wrong = action()
    wrong.channel = 2
    await #expect { try await control.set(wrong, percent: 1) } throws: { "\($0)".contains("has 2 channels") }
    wrong.chip = "pwmchip1"
    await #expect { try await control.set(wrong, percent: 1) } throws: { "\($0)".contains("Did you mean pwmchip0?") }
  }

  @Test func dutyNeverExceedsThePeriod() {
    for period in [Int64(1), 3, 7, 999, 10_000_000_000] {
      for step in 0...1000 {
        let duty = PWMControl.dutyNanoseconds(percent: Double(step) / 10, period: period)
        #expect((0...period).contains(duty))
      }
      #expect(PWMControl.dutyNanoseconds(percent: 100, period: period) == period)
      #expect(PWMControl.dutyNanoseconds(percent: 0, period: period) == 0)
    }
  }

  @Test func frequencyBecomesAPeriod() {
    #expect(PWMAction.periodNanoseconds(ofFrequencyHz: 50) == 20_000_000)
    #expect(PWMAction.periodNanoseconds(ofFrequencyHz: 3) == 333_333_333)
    for wrong in [0, -1, 0.09, 2e9, .nan, .infinity] {
      #expect(PWMAction.periodNanoseconds(ofFrequencyHz: wrong) == nil)
    }
  }
}

@Suite struct LEDControlTests {
  let folder: TemporaryFolder
  let control: LEDControl

  init() throws {
    folder = try TemporaryFolder()
    try folder.folder("kitchen:white:lamp")
    try folder.file("kitchen:white:lamp/max_brightness", "255\n")
    try folder.file("kitchen:white:lamp/brightness", "0\n")
    try folder.file("kitchen:white:lamp/trigger", "none [heartbeat] timer\n")
    control = LEDControl(root: folder.path)
  }

  @Test(arguments: [(0.0, "0"), (0.1, "1"), (50, "128"), (100, "255")])
  func brightnessIsAShareOfTheLEDsOwnMaximum(_ percent: Double, _ text: String) throws {
    try control.setBrightness(percent, of: "kitchen:white:lamp")
    #expect(folder.text(of: "kitchen:white:lamp/brightness") == text)
    #expect(folder.text(of: "kitchen:white:lamp/trigger") == "none")
  }

  @Test func triggerIsOneOfThoseListed() throws {
    try control.setTrigger("timer", of: "kitchen:white:lamp")
    #expect(folder.text(of: "kitchen:white:lamp/trigger") == "timer")
    #expect { try control.setTrigger("disco", of: "kitchen:white:lamp") } throws: {
      ($0 as? ActionError)?.code == .notFound
    }
  }

  @Test func missingLEDNamesTheNearest() {
    #expect { try control.setBrightness(1, of: "kitchen:white:lmap") } throws: {
      "\($0)".contains("Did you mean kitchen:white:lamp?")
    }
    #expect { try LEDControl(root: folder.path + "/none").find("ACT") } throws: { "\($0)".contains("has no LED") }
  }

  @Test(.enabled(if: geteuid() == 0)) func fileOfAnotherUserSaysWhatToDo() async {
    await #expect(processExitsWith: .success) {
      do {
        let folder = try TemporaryFolder()
        try folder.folder("ACT")
        try folder.file("ACT/brightness", "0")
        guard setgid(65534) == 0, setuid(65534) == 0 else { exit(2) }
        do throws(ActionError) {
          try LEDControl(root: folder.path).setBrightness(1, of: "ACT")
        } catch {
          exit(error.code == .permissionDenied && "\(error)".contains("udev rule") ? 0 : 3)
        }
        exit(4)
      } catch {
        exit(5)
      }
    }
  }
}
