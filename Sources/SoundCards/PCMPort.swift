/// What the real-time threads need of a PCM: the edge at which tests put a device that follows a script.
///
/// Results follow ALSA: 0 or more is success, below 0 a negative errno (-EPIPE: xrun, -ESTRPIPE: suspended, -ENODEV:
/// gone). No call allocates, throws or waits longer than it says. One thread at a time.
public protocol PCMPort: ~Copyable, Sendable {
  var format: PCMFormat { get }

  /// Waits until a period can be moved, `wake` is signalled or the time is over. 1: the device is ready; 0: it is not.
  func wait(milliseconds: Int32, wake: EventDescriptor) -> Int32
  /// Frames that can be read or written now.
  func available() -> Int
  /// Frames between the application and the air: queued and not yet heard, or heard and not yet read. nil: unknown.
  func delay() -> Int?
  /// Reads at most `frames` frames into the start of `bytes` and returns how many that were.
  func read(into bytes: inout MutableRawSpan, frames: Int) -> Int
  /// Writes at most `frames` frames from the start of `bytes` and returns how many were taken.
  func write(_ bytes: RawSpan, frames: Int) -> Int
  func start() -> Int32
  /// Stops at once; what is queued is lost.
  func drop() -> Int32
  /// Makes ready to start again, after ``drop()`` or an xrun.
  func prepare() -> Int32
  /// Goes on after a suspend: -EAGAIN while the device is still waking, -ENOSYS where it cannot.
  func resume() -> Int32
  /// False once the device is known to be gone.
  var isConnected: Bool { get }
}
