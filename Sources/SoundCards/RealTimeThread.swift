import CLinux
import Glibc
import OperatingSystem

/// A pthread with a name and, where the process may, SCHED_FIFO priority.
public final class RealTimeThread: Sendable {
  /// Below the kernel's interrupt threads (50), which bring the periods; above all ordinary work.
  public static let priority: Int32 = 40

  private let thread: PlainThread

  /// Starts a thread called `name` (15 bytes at most) that runs `body`, told whether it got real-time priority.
  public init(name: String, body: @escaping @Sendable (_ isRealTime: Bool) -> Void) throws(SoundCardError) {
    do throws(SystemCallFailure) {
      thread = try PlainThread(name: name) { body(clx_thread_set_fifo(RealTimeThread.priority) == 0) }
    } catch {
      throw SoundCardError(
        code: .failed, operation: "start the thread", device: name, errorNumber: error.number,
        reason: unsafe String(cString: strerror(error.number)),
        remedy: "Raise the limit on threads (TasksMax, ulimit -u).")
    }
  }

  /// Waits for the end of the thread.
  public func join() { thread.join() }
}
