import CLinux
import Glibc
import Synchronization

/// A plain thread of normal priority for work that blocks, which Swift's pool must not.
final class WorkThread: Sendable {
  private final class Work: Sendable {
    let name: String
    let body: @Sendable () -> Void
    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }

  private let thread: pthread_t
  private let isJoined = Mutex(false)

  /// Starts a thread called `name` (15 bytes are kept).
  init(name: String, _ body: @escaping @Sendable () -> Void) throws {
    var thread = pthread_t()
    let work = unsafe Unmanaged.passRetained(Work(name: name, body: body))
    let status = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        let work = unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
        unsafe clx_thread_set_name(work.name)
        work.body()
        return nil
      }, work.toOpaque())
    guard status == 0 else {
      unsafe work.release()
      throw CommandFailure(
        status: .unavailable,
        description: "could not start the thread \(name): the system refuses it (errno \(status)). Raise TasksMax.")
    }
    self.thread = thread
  }

  /// Waits until the body has returned. May be called more than once, not from the thread itself.
  func join() {
    isJoined.withLock { isJoined in
      if !isJoined { pthread_join(thread, nil) }
      isJoined = true
    }
  }
}

/// Blocks a plain thread until `condition` holds or `timeout` has passed, looking every millisecond.
func waiting(until condition: () -> Bool, timeout: Duration) {
  let clock = ContinuousClock()
  let limit = clock.now + timeout
  while !condition(), clock.now < limit { usleep(1_000) }
}
