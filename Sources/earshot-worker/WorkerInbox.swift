import Glibc
import Synchronization
import WorkerProcess

/// Requests on their way from the reading thread to the main thread, and what was cancelled meanwhile.
@safe final class WorkerInbox: Sendable {
  private struct Shared {
    var requests: [WorkerRequest] = []
    var cancelled: Set<UInt32> = []
    var utterance: UInt32?
  }

  private let shared = Mutex(Shared())
  // Counts the requests that wait. Made in init, never destroyed: it lives as long as the process.
  private nonisolated(unsafe) let available: UnsafeMutablePointer<sem_t>

  init() {
    unsafe available = .allocate(capacity: 1)
    unsafe sem_init(available, 0, 0)
  }

  /// Reading thread.
  func put(_ request: WorkerRequest) {
    shared.withLock { shared in
      switch request {
      case .cancel(let id):
        shared.cancelled.insert(id)
        return
      case .begin(let id):
        // What waits of an utterance that nobody wants any more would only delay this one.
        shared.requests.removeAll { if case .audio = $0 { true } else { false } }
        shared.utterance = id
      default: break
      }
      shared.requests.append(request)
      unsafe sem_post(available)
    }
  }

  /// Waits for the next request. Main thread.
  func next() -> WorkerRequest {
    while true {
      unsafe sem_wait(available)
      // Fewer may be there than were counted, because `put` drops some.
      if let request = shared.withLock({ $0.requests.isEmpty ? nil : $0.requests.removeFirst() }) { return request }
    }
  }

  func isCancelled(_ id: UInt32) -> Bool { shared.withLock { $0.cancelled.contains(id) } }
  func forget(_ id: UInt32) { _ = shared.withLock { $0.cancelled.remove(id) } }
}
