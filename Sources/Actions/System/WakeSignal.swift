internal import CLinux
internal import Glibc

/// An eventfd that ends a `poll` early. The descriptor lives as long as the value is referred to.
final class WakeSignal: Sendable {
  let descriptor: Int32

  init() throws(ActionError) {
    descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    if descriptor < 0 {
      let failure = SystemCallFailure.last
      throw ActionError(
        .inputOutput, "make an event descriptor", reason: failure.text, errno: failure.number,
        remedy: "Raise the service's LimitNOFILE.")
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Makes the descriptor readable for good. From any thread, any number of times.
  func fire() {
    var one: UInt64 = 1
    _ = unsafe write(descriptor, &one, 8)
  }
}
