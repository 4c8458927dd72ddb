internal import CKernels
internal import Glibc
internal import Synchronization

/// Lets threads wait until it is opened the next time: they spin for a moment, then sleep.
@safe final class Gate: Sendable {
  private let opened = Atomic<UInt32>(0)
  private let sleepers = Atomic(0)
  // Initialised once, destroyed at the end; the functions on them are thread-safe.
  private nonisolated(unsafe) let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private nonisolated(unsafe) let condition: UnsafeMutablePointer<pthread_cond_t>

  /// Longer than the usual difference between two threads' pieces of work, and a few times what sleeping and waking cost.
  static let shortSpin = Duration.microseconds(50)

  init() {
    unsafe mutex = .allocate(capacity: 1)
    unsafe condition = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe condition.initialize(to: pthread_cond_t())
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(condition, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// How often it was opened, modulo 2^32.
  var generation: UInt32 { opened.load(ordering: .acquiring) }

  /// Wakes everybody who waits. Writes before it are seen by them.
  func open() {
    opened.add(1, ordering: .sequentiallyConsistent)
    // A thread counts itself as a sleeper before it looks at the generation a last time, so either it sees the new one
    // or it is seen here.
    guard sleepers.load(ordering: .sequentiallyConsistent) > 0 else { return }
    unsafe pthread_mutex_lock(mutex)
    unsafe pthread_cond_broadcast(condition)
    unsafe pthread_mutex_unlock(mutex)
  }

  /// Returns once the generation is another than `past`.
  func wait(past: UInt32, spinning: Duration) {
    if spinning > .zero, Self.spin(for: spinning, until: { generation != past }) { return }
    unsafe pthread_mutex_lock(mutex)
    sleepers.add(1, ordering: .sequentiallyConsistent)
    while opened.load(ordering: .sequentiallyConsistent) == past { unsafe pthread_cond_wait(condition, mutex) }
    sleepers.subtract(1, ordering: .sequentiallyConsistent)
    unsafe pthread_mutex_unlock(mutex)
  }

  /// Spins until the condition holds, for so long at most. Returns whether it does.
  static func spin(for patience: Duration, until condition: () -> Bool) -> Bool {
    let end = now + patience
    repeat {
      for _ in 0..<64 {
        if condition() { return true }
        ckernels_pause()
      }
    } while now < end
    return condition()
  }

  /// Time since some moment, in steps of nanoseconds.
  static var now: Duration {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
