import CLinux
import Glibc
import Synchronization

/// A POSIX thread of our own, for work that blocks or waits and so must not sit on Swift's cooperative pool.
package final class PlainThread: Sendable {
  private final class Start: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private let thread: pthread_t
  private let isJoined = Mutex(false)

  /// Starts a thread called `name` (15 bytes are kept) that runs `body` once.
  package init(name: String, _ body: @escaping @Sendable () -> Void) throws(SystemCallFailure) {
    thread = unsafe try Self.start(nil) {
      unsafe clx_thread_set_name(name)
      body()
    }
  }

  /// A thread that nobody has waited for gives its stack back when its body returns.
  deinit { isJoined.withLock { if !$0 { pthread_detach(thread) } } }

  /// Waits until the body has returned. May be called more than once, from any thread but this one.
  package func join() {
    isJoined.withLock { isJoined in
      if !isJoined { pthread_join(thread, nil) }
      isJoined = true
    }
  }

  /// Starts a thread for one short piece of work that nobody joins; it keeps its maker's name. `stackBytes` is at least
  /// 16 KiB.
  package static func detach(
    stackBytes: Int, _ body: @escaping @Sendable () -> Void
  ) throws(SystemCallFailure) {
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    defer { unsafe pthread_attr_destroy(&attributes) }
    unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    unsafe pthread_attr_setstacksize(&attributes, stackBytes)
    _ = unsafe try start(&attributes, body)
  }

  private static func start(
    _ attributes: UnsafePointer<pthread_attr_t>?, _ body: @escaping @Sendable () -> Void
  ) throws(SystemCallFailure) -> pthread_t {
    var thread = pthread_t()
    let start = unsafe Unmanaged.passRetained(Start(body))
    let status = unsafe pthread_create(
      &thread, attributes,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, start.toOpaque())
    guard status == 0 else {
      unsafe start.release()
      throw SystemCallFailure(status)
    }
    return thread
  }
}
