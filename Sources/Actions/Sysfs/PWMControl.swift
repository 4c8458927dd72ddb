internal import Glibc
internal import OperatingSystem
internal import Tools

/// PWM channels through `/sys/class/pwm`, as Documentation/ABI/testing/sysfs-class-pwm describes it. Calls on one
/// channel do not overlap.
public struct PWMControl: Sendable {
  private let files: any SysfsFiles
  private let sleep: @Sendable (Duration) async throws -> Void

  /// - Parameters:
  ///   - root: the class's folder.
  ///   - sleep: how the wait for udev after an export lets time pass.
  public init(
    root: String = "/sys/class/pwm",
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.init(files: FolderSysfsFiles(root: root), sleep: sleep)
  }

  package init(files: any SysfsFiles, sleep: @escaping @Sendable (Duration) async throws -> Void) {
    self.files = files
    self.sleep = sleep
  }

  /// Finds the chip by its name or by the name of the device behind it.
  /// - Returns: the chip's folder, such as `pwmchip0`.
  /// - Throws: `notFound` with the chips there are.
  public func chipFolder(_ chip: String) throws(ActionError) -> String {
    let chips = (try? files.names(in: "").get())?.filter { $0.hasPrefix("pwmchip") } ?? []
    if chips.contains(chip) { return chip }
    var devices: [String] = []
    for folder in chips {
      guard case .success(let target) = files.linkTarget("\(folder)/device") else { continue }
      let device = target.split(separator: "/").last.map(String.init) ?? target
      if device == chip { return folder }
      devices.append(device)
    }
    let nearest = NearestName.of(chip, in: chips + devices).map { "Did you mean \($0)? " } ?? ""
    let list =
      chips.isEmpty ? "This machine has no PWM chip." : "There are: \((chips + devices).joined(separator: ", "))."
    throw ActionError(
      .notFound, "find PWM chip \(chip)", reason: "there is none of that name", remedy: nearest + list)
  }

  /// Makes the channel usable and sets it, in the order the kernel wants: the duty cycle may never exceed the period,
  /// and the polarity changes only while the channel is off.
  /// - Parameter percent: 0...100.
  public func set(_ action: PWMAction, percent: Double) async throws(ActionError) {
    let channel = try await openChannel(action)
    let operation = "set PWM channel \(action.chip)/\(action.channel)"
    let duty = Self.dutyNanoseconds(percent: percent, period: action.periodNanoseconds)
    func write(_ text: String, _ file: String) throws(ActionError) {
      if let failure = files.write(text, to: "\(channel)/\(file)") {
        throw sysfsError("\(operation): write \(file)", failure, missing: "The channel has gone.", group: "gpio")
      }
    }
    let period = Int64(read("\(channel)/period")) ?? 0
    let oldDuty = Int64(read("\(channel)/duty_cycle")) ?? 0
    let polarity = read("\(channel)/polarity")
    if !polarity.isEmpty && polarity != action.polarity.rawValue {
      if read("\(channel)/enable") == "1" { try write("0", "enable") }
      try write(action.polarity.rawValue, "polarity")
    }
    if period != action.periodNanoseconds {
      if oldDuty > action.periodNanoseconds { try write("0", "duty_cycle") }
      try write(String(action.periodNanoseconds), "period")
    }
    try write(String(duty), "duty_cycle")
    if read("\(channel)/enable") != "1" { try write("1", "enable") }
  }

  /// `percent` of the period, rounded, never above it.
  static func dutyNanoseconds(percent: Double, period: Int64) -> Int64 {
    min(period, Int64((Double(period) * min(max(percent, 0), 100) / 100).rounded()))
  }

  private func read(_ path: String) -> String { (try? files.read(path).get()) ?? "" }

  /// Exports the channel where it is not, and waits until udev has handed its files to our group.
  private func openChannel(_ action: PWMAction) async throws(ActionError) -> String {
    let chip = try chipFolder(action.chip)
    let operation = "use PWM channel \(action.chip)/\(action.channel)"
    let folder = "\(chip)/pwm\(action.channel)"
    if case .success = files.read("\(folder)/period") { return folder }
    if let count = Int(read("\(chip)/npwm")), action.channel >= count {
      throw ActionError(
        .notFound, operation, reason: "the chip has \(count) channels", remedy: "Channels count from 0.")
    }
    // EBUSY: exported already, by us or another, or claimed by a driver; the folder tells which.
    let failure = files.write(String(action.channel), to: "\(chip)/export")
    if let failure, failure.number != EBUSY {
      throw sysfsError(operation, failure, missing: "The chip has no such channel.", group: "gpio")
    }
    var last = failure ?? SystemCallFailure(ENOENT)
    for _ in 0..<50 {
      // Writing back what stands there asks for the permission we need without changing anything.
      switch files.read("\(folder)/period") {
      case .success(let period):
        guard let failure = files.write(period, to: "\(folder)/period"), failure.number == EACCES else {
          return folder
        }
        last = failure
      case .failure(let failure):
        // A driver of the kernel's own has it: no folder will come.
        if last.number == EBUSY { throw sysfsError(operation, last, missing: "", group: "gpio") }
        last = failure
      }
      do { try await sleep(.milliseconds(20)) } catch {
        throw ActionError(.cancelled, operation, reason: "the session gave it up")
      }
    }
    throw sysfsError(operation, last, missing: "The channel was exported but did not appear.", group: "gpio")
  }
}
