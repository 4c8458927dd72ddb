internal import Glibc
internal import OperatingSystem

/// What the kernel's refusals mean, and what to do about them.
extension KernelGPIOBoard {
  static func openError(_ path: String, _ failure: SystemCallFailure) -> ActionError {
    switch failure.number {
    case EACCES, EPERM:
      ActionError(
        .permissionDenied, "open GPIO chip \(path)", reason: "this user may not", errno: failure.number,
        remedy: "Add the user to the group gpio and install earshot's udev rule; in a systemd unit also "
          + "SupplementaryGroups=gpio and DeviceAllow=char-gpiochip rw.")
    case ENOENT, ENXIO, ENODEV:
      ActionError(
        .notFound, "open GPIO chip \(path)", reason: "there is no such device", errno: failure.number,
        remedy: "`earshot devices` lists the chips.")
    default:
      ActionError(.inputOutput, "open GPIO chip \(path)", reason: failure.text, errno: failure.number)
    }
  }

  /// A kernel before 5.10 answers version 2's ioctls with EINVAL or ENOTTY, even where the question is right.
  static func versionError(_ operation: String, _ failure: SystemCallFailure) -> ActionError {
    guard failure.number == EINVAL || failure.number == ENOTTY else { return useError(operation, failure) }
    return ActionError(
      .unsupported, operation, reason: "the kernel does not know version 2 of the GPIO interface",
      errno: failure.number, remedy: "It needs Linux 5.10 or later.")
  }

  static func useError(_ operation: String, _ failure: SystemCallFailure) -> ActionError {
    switch failure.number {
    case ENODEV:
      ActionError(
        .notFound, operation, reason: "the chip has gone", errno: failure.number,
        remedy: "Plug it in again and restart earshot.")
    case EPERM:
      ActionError(.unsupported, operation, reason: "the line is not an output", errno: failure.number)
    default:
      ActionError(.inputOutput, operation, reason: failure.text, errno: failure.number)
    }
  }

  /// Why a line was refused, with its holder where somebody has it.
  /// - Parameter chip: an open descriptor of the line's chip.
  func requestError(_ line: GPIOLineIdentity, chip: Int32, _ failure: SystemCallFailure) -> ActionError {
    let operation = "request GPIO line \(line)"
    switch failure.number {
    case EBUSY:
      let holder = holder(of: line, chip: chip).map { "\"\($0)\" holds it" } ?? "somebody else holds it"
      return ActionError(
        .busy, operation, reason: holder, errno: failure.number,
        remedy: "Stop that program or driver, or use another line.")
    case ENOTSUP:
      return ActionError(
        .unsupported, operation, reason: "the chip cannot do this bias, drive or edge detection",
        errno: failure.number, remedy: "Use bias as-is and drive push-pull, and a resistor on the board.")
    case ENXIO:
      return ActionError(
        .unsupported, operation, reason: "the line cannot report edges", errno: failure.number,
        remedy: "Use a line with an interrupt.")
    case EACCES, EPERM:
      return ActionError(
        .permissionDenied, operation, reason: "the chip keeps this line to itself", errno: failure.number,
        remedy: "Use another line; some are reserved by the firmware.")
    case EINVAL:
      // The kernel could be too old, or the chip refuses the configuration; asking about the line tells which.
      var structure = GPIOWire.LineInfo.question(offset: line.offset)
      if let failure = lineInfo(chip, &structure) { return Self.versionError(operation, failure) }
      return ActionError(
        .unsupported, operation, reason: "the chip refuses these settings", errno: failure.number,
        remedy: "Try bias as-is, drive push-pull and no debounce.")
    case ENOTTY: return Self.versionError(operation, failure)
    default: return Self.useError(operation, failure)
    }
  }

  private func holder(of line: GPIOLineIdentity, chip: Int32) -> String? {
    var structure = GPIOWire.LineInfo.question(offset: line.offset)
    guard lineInfo(chip, &structure) == nil else { return nil }
    let consumer = GPIOWire.LineInfo(structure).consumer
    return consumer.isEmpty ? nil : consumer
  }
}
