/// Who may use a resource now, and who is next: first come, first served. A value inside `ActionRunner`, which guards
/// it.
struct ResourceQueue {
  private struct Waiter {
    var number: Int
    var continuation: CheckedContinuation<Bool, Never>
  }

  /// Waiters of each resource that is in use.
  private var waiters: [String: [Waiter]] = [:]
  /// More than this many waiting for one resource is a loop somewhere, not a person.
  static let maximumWaiters = 16

  /// Resumes `continuation` with true when the resource is ours, with false when it never will be.
  mutating func acquire(
    _ resource: String, _ number: Int, isCancelled: Bool, _ continuation: CheckedContinuation<Bool, Never>
  ) {
    // A cancellation before this point has no waiter to give up.
    guard !isCancelled else { return continuation.resume(returning: false) }
    guard let others = waiters[resource] else {
      waiters[resource] = []
      return continuation.resume(returning: true)
    }
    guard others.count < Self.maximumWaiters else { return continuation.resume(returning: false) }
    waiters[resource] = others + [Waiter(number: number, continuation: continuation)]
  }

  /// Hands the resource to the next in line.
  mutating func release(_ resource: String) {
    guard var others = waiters[resource] else { return }
    guard !others.isEmpty else {
      waiters[resource] = nil
      return
    }
    let next = others.removeFirst()
    waiters[resource] = others
    next.continuation.resume(returning: true)
  }

  /// Takes a waiter out of its line; nothing where it does not wait.
  mutating func giveUp(_ number: Int) {
    for (resource, others) in waiters {
      guard let index = others.firstIndex(where: { $0.number == number }) else { continue }
      var others = others
      let waiter = others.remove(at: index)
      waiters[resource] = others
      waiter.continuation.resume(returning: false)
      return
    }
  }
}
