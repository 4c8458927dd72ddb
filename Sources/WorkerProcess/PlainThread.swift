import CLinux
import Glibc
import Synchronization

/// A POSIX thread of our own, for work that blocks or waits and so must not sit on Swift's cooperative pool.
package final class PlainThread: Sendable {
  private final class Start: Sendable {
    let name: String
    let body: @Sendable () -> Void
    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }

  private let thread: pthread_t
  private let joined = Mutex(false)

  /// Starts a thread called `name` (15 bytes are kept) that runs `body` once. Throws the system's error number.
  package init(name: String, _ body: @escaping @Sendable () -> Void) throws(WorkerError) {
    var thread = pthread_t()
    let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
    let status = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        unsafe clx_thread_set_name(start.name)
        start.body()
        return nil
      }, start.toOpaque())
    guard status == 0 else {
      unsafe start.release()
      throw WorkerError(
        .cannotSpawn, "start the thread \(name)", "the system refuses it", errno: status,
        remedy: "Raise TasksMax of the service, or end other programs.")
    }
    self.thread = thread
  }

  /// A thread that nobody has waited for gives its stack back when its body returns.
  deinit { joined.withLock { if !$0 { pthread_detach(thread) } } }

  /// Waits until the body has returned. May be called more than once, from any thread but this one.
  package func join() {
    joined.withLock { joined in
      if !joined { pthread_join(thread, nil) }
      joined = true
    }
  }
}
