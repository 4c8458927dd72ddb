import CLinux
import Glibc

/// A counter in the kernel (eventfd) that one thread signals and another waits for. Any thread; signalling neither locks,
/// allocates nor waits.
public final class EventDescriptor: Sendable {
  /// For poll(); readable while signalled.
  public let descriptor: Int32

  /// Traps where the process has no descriptor left: nothing works any more then.
  public init() {
    descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
    precondition(descriptor >= 0, "eventfd failed with errno \(errno)")
  }

  deinit { close(descriptor) }

  public func signal() {
    var one: UInt64 = 1
    // Fails only where the counter is full, and then it is signalled already.
    unsafe _ = Glibc.write(descriptor, &one, 8)
  }

  /// Waits at most `milliseconds` (-1: for ever) for a signal and takes it. False where the time was over first, or
  /// where a signal of the process interrupted the wait.
  @discardableResult
  public func wait(milliseconds: Int32) -> Bool {
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&polled, 1, milliseconds) == 1 else { return false }
    return take()
  }

  /// Takes the signal if there is one, without waiting.
  @discardableResult
  public func take() -> Bool {
    var count: UInt64 = 0
    return unsafe Glibc.read(descriptor, &count, 8) == 8
  }
}
