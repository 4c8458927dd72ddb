internal import Glibc
internal import OperatingSystem

/// An `ActionError` for a sysfs call that failed.
func sysfsError(_ operation: String, _ failure: SystemCallFailure, missing: String, group: String) -> ActionError {
  switch failure.number {
  case EACCES, EPERM, EROFS:
    ActionError(
      .permissionDenied, operation, reason: failure.number == EROFS ? failure.text : "this user may not",
      errno: failure.number,
      remedy: "Install earshot's udev rule, which hands the files to the group \(group), and add the user to it; in a "
        + "systemd unit sysfs must be writable (no ProtectKernelTunables).")
  case ENOENT, ENODEV, ENXIO:
    ActionError(.notFound, operation, reason: "there is none", errno: failure.number, remedy: missing)
  case EBUSY:
    ActionError(
      .busy, operation, reason: "the kernel or another program holds it", errno: failure.number,
      remedy: "Stop that program, or use another channel.")
  case EINVAL, ERANGE:
    ActionError(.unsupported, operation, reason: "the hardware cannot do this value", errno: failure.number)
  default:
    ActionError(.inputOutput, operation, reason: failure.text, errno: failure.number)
  }
}
