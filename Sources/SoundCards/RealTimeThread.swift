import CLinux
import Glibc

/// A pthread with a name and, where the process may, SCHED_FIFO priority.
///
/// `@unchecked`: `thread` is written before the value is shared and read by ``join()``, which callers serialise.
@safe public final class RealTimeThread: @unchecked Sendable {
  /// Below the kernel's interrupt threads (50), which bring the periods; above all ordinary work.
  public static let priority: Int32 = 40

  private final class Start: Sendable {
    let name: String
    let body: @Sendable (_ isRealTime: Bool) -> Void
    init(name: String, body: @escaping @Sendable (Bool) -> Void) {
      self.name = name
      self.body = body
    }
  }

  private var thread: pthread_t

  /// Starts a thread called `name` (15 bytes at most) that runs `body`, told whether it got real-time priority.
  public init(name: String, body: @escaping @Sendable (_ isRealTime: Bool) -> Void) throws(SoundCardError) {
    let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
    var created = pthread_t()
    let result = unsafe pthread_create(
      &created, nil,
      { argument in
        let start = unsafe Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
        unsafe _ = clx_thread_set_name(start.name)
        start.body(clx_thread_set_fifo(RealTimeThread.priority) == 0)
        return nil
      }, start.toOpaque())
    guard result == 0 else {
      unsafe start.release()
      throw SoundCardError(
        code: .failed, operation: "start the thread", device: name, errorNumber: result,
        reason: unsafe String(cString: strerror(result)), remedy: "Raise the limit on threads (TasksMax, ulimit -u).")
    }
    thread = created
  }

  /// Waits for the end of the thread. Once.
  public func join() { _ = pthread_join(thread, nil) }
}
