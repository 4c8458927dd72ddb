import Synchronization

/// Passes a value that cannot be copied to the thread that will own it.
public final class Handover<Value: ~Copyable & Sendable>: Sendable {
  private let value: Mutex<Value?>

  public init(_ value: consuming Value) { self.value = Mutex(consume value) }

  /// The value, once; nil afterwards.
  public func take() -> Value? { value.withLock { $0.take() } }
}
