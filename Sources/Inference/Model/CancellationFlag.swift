internal import Synchronization

/// Ends an evaluation from another thread, between two layers.
public final class CancellationFlag: Sendable {
  private let flag = Atomic(false)

  public init() {}

  public func cancel() { flag.store(true, ordering: .releasing) }

  public var isCancelled: Bool { flag.load(ordering: .acquiring) }
}
