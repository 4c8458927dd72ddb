internal import Synchronization

/// Ends an evaluation from another thread, between two layers.
///
/// A pass over a few tokens is spared while nobody waits for the model: what it has read will be of use to the next prompt,
/// which mostly begins with the same words.
public final class CancellationFlag: Sendable {
  private let flag = Atomic(false)
  private let queue: WaitingQueue?

  public init() { queue = nil }

  /// - Parameter queue: those who wait for the model meanwhile.
  init(while queue: WaitingQueue) { self.queue = queue }

  public func cancel() { flag.store(true, ordering: .releasing) }

  public var isCancelled: Bool { flag.load(ordering: .acquiring) }

  /// Whether it is cancelled and somebody waits, or may.
  var isUrgent: Bool { isCancelled && queue?.isEmpty != true }
}

/// How many answers wait for a model. Any thread.
final class WaitingQueue: Sendable {
  private let count = Atomic(0)

  func enter() { count.add(1, ordering: .acquiringAndReleasing) }
  func leave() { count.subtract(1, ordering: .acquiringAndReleasing) }
  var isEmpty: Bool { count.load(ordering: .acquiring) == 0 }
}
