import CLinux
import Glibc

/// An eventfd: any thread signals, one thread polls it beside its sockets.
final class WakeDescriptor: Sendable {
  let descriptor: Int32

  init() throws(WorkerError) {
    descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
    guard descriptor >= 0 else {
      throw WorkerError(
        .cannotSpawn, "make an event descriptor", "the system refuses it", errno: errno,
        remedy: "Raise LimitNOFILE of the service.")
    }
  }

  deinit { close(descriptor) }

  func signal() { eventfd_write(descriptor, 1) }

  func clear() {
    var count: eventfd_t = 0
    unsafe eventfd_read(descriptor, &count)
  }
}
