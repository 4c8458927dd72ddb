import Glibc

/// A counting semaphore: signalled by any thread without blocking, waited for by a thread of our own.
@safe package final class Semaphore: Sendable {
  // Initialised here and destroyed with this object; the functions on it are made for use by many threads.
  private nonisolated(unsafe) let semaphore: UnsafeMutablePointer<sem_t>

  package init() {
    unsafe semaphore = .allocate(capacity: 1)
    unsafe sem_init(semaphore, 0, 0)
  }

  deinit {
    unsafe sem_destroy(semaphore)
    unsafe semaphore.deallocate()
  }

  package func signal() { unsafe _ = sem_post(semaphore) }

  package func wait() {
    while unsafe sem_wait(semaphore) != 0, errno == EINTR {}
  }
}
