#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A mutex with a condition, on the monotonic clock: what a file's thread and its reader wait on. Not for real-time threads.
@safe final class WakeableLock: Sendable {
  // Initialised once, destroyed at the end; the functions on them are thread-safe.
  private nonisolated(unsafe) let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private nonisolated(unsafe) let condition: UnsafeMutablePointer<pthread_cond_t>

  init() {
    unsafe mutex = .allocate(capacity: 1)
    unsafe condition = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe condition.initialize(to: pthread_cond_t())
    unsafe pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    unsafe pthread_condattr_init(&attributes)
    unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    unsafe pthread_cond_init(condition, &attributes)
    unsafe pthread_condattr_destroy(&attributes)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// Wakes everybody who waits.
  func wake() {
    unsafe pthread_mutex_lock(mutex)
    unsafe pthread_cond_broadcast(condition)
    unsafe pthread_mutex_unlock(mutex)
  }

  /// Returns once `isDone` holds or `timeout` has passed. `isDone` is asked under the lock, before the first wait too, so
  /// a ``wake()`` between asking and waiting is not lost.
  func wait(timeout: Duration, until isDone: () -> Bool) {
    let end = Self.now + timeout
    let (seconds, attoseconds) = end.components
    var limit = timespec(tv_sec: Int(min(seconds, 1 << 40)), tv_nsec: Int(attoseconds / 1_000_000_000))
    unsafe pthread_mutex_lock(mutex)
    while !isDone(), unsafe pthread_cond_timedwait(condition, mutex, &limit) != ETIMEDOUT {}
    unsafe pthread_mutex_unlock(mutex)
  }

  /// Time since the machine started, on the clock that ``wait(timeout:until:)`` uses.
  static var now: Duration {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
