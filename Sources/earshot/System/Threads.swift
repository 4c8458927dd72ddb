import Glibc
import OperatingSystem

/// Starts a plain thread of normal priority called `name` (15 bytes are kept), for work that blocks.
func startThread(_ name: String, _ body: @escaping @Sendable () -> Void) throws -> PlainThread {
  do throws(SystemCallFailure) {
    return try PlainThread(name: name, body)
  } catch {
    throw CommandFailure(
      status: .unavailable,
      description: "could not start the thread \(name): the system refuses it (errno \(error.number)). Raise TasksMax.")
  }
}

/// Blocks a plain thread until `condition` holds or `timeout` has passed, looking every millisecond.
func waiting(until condition: () -> Bool, timeout: Duration) {
  let clock = ContinuousClock()
  let limit = clock.now + timeout
  while !condition(), clock.now < limit { usleep(1_000) }
}
