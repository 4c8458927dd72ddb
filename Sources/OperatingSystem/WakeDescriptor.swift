import CLinux
import Glibc

/// An eventfd that ends a `poll` early: any thread signals, one thread polls it beside its other descriptors. The
/// descriptor lives as long as the value is referred to.
package final class WakeDescriptor: Sendable {
  package let descriptor: Int32

  package init() throws(SystemCallFailure) {
    descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
    guard descriptor >= 0 else { throw .last }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Makes the descriptor readable until ``clear()``.
  package func signal() { eventfd_write(descriptor, 1) }

  package func clear() {
    var count: eventfd_t = 0
    unsafe eventfd_read(descriptor, &count)
  }
}
