import Synchronization

/// Lets generations run one after the other, in the order in which they came.
final class GenerationLine: Sendable {
  private struct State {
    var last: Task<Void, Never>?
    var count: UInt64 = 0
  }

  private let state = Mutex(State())

  /// Runs `work` with the generation's number when everything before it has ended.
  /// - Returns: the task, for cancelling it. A cancelled one runs its work too, which looks for it.
  func append(_ work: @escaping @Sendable (UInt64) async -> Void) -> Task<Void, Never> {
    state.withLock { state in
      state.count += 1
      let number = state.count
      let before = state.last
      // Ended by its work; whoever reads the stream cancels it.
      let task = Task {
        await before?.value
        await work(number)
      }
      state.last = task
      return task
    }
  }
}
