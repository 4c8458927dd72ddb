import Synchronization

/// Counts what several threads find.
final class DamageCount: Sendable {
  private let count = Atomic(0)

  func add() { count.add(1, ordering: .relaxed) }

  var value: Int { count.load(ordering: .acquiring) }
}
