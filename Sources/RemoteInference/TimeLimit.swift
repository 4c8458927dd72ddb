import Inference
import Synchronization

/// The next point in time by which something has to have happened, and what it is.
final class TimeLimit: Sendable {
  enum Kind { case firstEvent, idle, total }

  private struct State {
    var next: ContinuousClock.Instant
    var kind: Kind
  }

  private let end: ContinuousClock.Instant
  private let state: Mutex<State>

  /// - Parameter end: when the whole answer has to be there.
  init(end: ContinuousClock.Instant) {
    self.end = end
    state = Mutex(State(next: end, kind: .total))
  }

  /// From now on `kind` has to come within `duration`.
  func expect(_ kind: Kind, within duration: Duration) {
    let next = ContinuousClock.now.advanced(by: duration)
    state.withLock { $0 = next < end ? State(next: next, kind: kind) : State(next: end, kind: .total) }
  }

  /// Returns what did not come in time, or nil where the task was cancelled.
  func passed() async -> Kind? {
    while !Task.isCancelled {
      let state = state.withLock { $0 }
      let now = ContinuousClock.now
      if state.next <= now { return state.kind }
      // In slices, because the limit can move forward meanwhile.
      do { try await Task.sleep(until: min(state.next, now.advanced(by: .milliseconds(500)))) } catch { return nil }
    }
    return nil
  }
}
