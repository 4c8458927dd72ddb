package import OperatingSystem

/// The kernel as the GPIO code sees it: the few system calls, with nothing decided. Tests put a scripted one here that
/// checks every structure.
package protocol GPIOKernel: Sendable {
  /// The paths of the chips' device files, sorted.
  func chipPaths() -> [String]
  func open(_ path: String) -> Result<Int32, SystemCallFailure>
  /// One ioctl on a structure that is read and written in place; nil where it succeeded.
  func ioctl(_ descriptor: Int32, _ request: GPIORequest, _ structure: inout [UInt8]) -> SystemCallFailure?
  /// Blocks until `descriptor` can be read, `wake` can, or the time is over (0 does not block).
  func poll(_ descriptor: Int32, wake: Int32?, milliseconds: Int32) -> Result<GPIOPollOutcome, SystemCallFailure>
  /// At most `count` bytes; blocks where there is nothing to read.
  func read(_ descriptor: Int32, count: Int) -> Result<[UInt8], SystemCallFailure>
  func close(_ descriptor: Int32)
}

/// The ioctls in use.
package enum GPIORequest: String, Hashable, Sendable {
  case chipInfo, lineInfo, requestLine, getValues, setValues
}

package enum GPIOPollOutcome: Hashable, Sendable { case readable, woken, timedOut }
