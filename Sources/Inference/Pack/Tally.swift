import Synchronization

/// What several threads count together.
final class Tally: Sendable {
  private let count = Atomic(0)

  /// Returns what it is then.
  @discardableResult func add(_ more: Int) -> Int { count.add(more, ordering: .relaxed).newValue }

  var value: Int { count.load(ordering: .acquiring) }
}
