import Glibc
import OperatingSystem
import Synchronization
import WorkerProcess

/// Requests on their way from the reading thread to the main thread, and what was cancelled meanwhile.
final class WorkerInbox: Sendable {
  private struct Shared {
    var requests: [WorkerRequest] = []
    var cancelled: Set<UInt32> = []
  }

  /// Requests that may wait: some minutes of audio in pieces of 20 ms. Beyond that the library hangs, and the daemon, which
  /// waits for no answer to a stream, could not know it.
  private static let maximumRequests = 16_384

  private let shared = Mutex(Shared())
  private let available = Semaphore()

  /// Reading thread.
  func put(_ request: WorkerRequest) {
    shared.withLock { shared in
      switch request {
      case .cancel(let id):
        shared.cancelled.insert(id)
        return
      case .begin:
        // Samples of an utterance whose words nobody asked for would only delay this one.
        let asked = Set(shared.requests.compactMap { if case .settle(let id, _) = $0 { id } else { nil } })
        shared.requests.removeAll { if case .audio(let id, _) = $0 { !asked.contains(id) } else { false } }
      default: break
      }
      guard shared.requests.count < Self.maximumRequests else {
        complain("the model has not taken \(shared.requests.count) requests")
        _exit(75)
      }
      shared.requests.append(request)
      available.signal()
    }
  }

  /// Waits for the next request. Main thread.
  func next() -> WorkerRequest {
    while true {
      available.wait()
      // Fewer may be there than were counted, because `put` drops some.
      if let request = shared.withLock({ $0.requests.isEmpty ? nil : $0.requests.removeFirst() }) { return request }
    }
  }

  func isCancelled(_ id: UInt32) -> Bool { shared.withLock { $0.cancelled.contains(id) } }
  func forget(_ id: UInt32) { _ = shared.withLock { $0.cancelled.remove(id) } }
}
