import CAllocationCounter
public import SoundCards
import Synchronization

/// How many allocations a thread made between two of a port's transfers.
public final class AllocationCount: Sendable {
  private let transfers = Atomic<Int>(0)
  private let counted = Atomic<Int>(-1)
  /// Signalled when counting is over.
  public let finished = EventDescriptor()
  let first: Int
  let last: Int

  /// Counts from transfer `first` (the steady state) to transfer `last`.
  public init(first: Int = 20, last: Int = 60) {
    self.first = first
    self.last = last
  }

  /// nil while counting is not over.
  public var allocations: Int? {
    let value = counted.load(ordering: .acquiring)
    return value < 0 ? nil : value
  }

  func noteTransfer() {
    let number = transfers.add(1, ordering: .relaxed).newValue
    if number == first { alc_start() }
    if number == last {
      counted.store(Int(alc_stop()), ordering: .releasing)
      finished.signal()
    }
  }
}

/// A port that counts the allocations of the thread that uses it; the rest is another port's.
public struct CountingPort<Inner: PCMPort & ~Copyable>: ~Copyable, PCMPort {
  private let inner: Inner
  private let count: AllocationCount

  public init(_ inner: consuming Inner, count: AllocationCount) {
    self.inner = inner
    self.count = count
  }

  public var format: PCMFormat { inner.format }
  public func wait(milliseconds: Int32, wake: EventDescriptor) -> Int32 {
    inner.wait(milliseconds: milliseconds, wake: wake)
  }
  public func available() -> Int { inner.available() }
  public func delay() -> Int? { inner.delay() }
  public func read(into bytes: inout MutableRawSpan, frames: Int) -> Int {
    count.noteTransfer()
    return inner.read(into: &bytes, frames: frames)
  }
  public func write(_ bytes: RawSpan, frames: Int) -> Int {
    count.noteTransfer()
    return inner.write(bytes, frames: frames)
  }
  public func start() -> Int32 { inner.start() }
  public func drop() -> Int32 { inner.drop() }
  public func prepare() -> Int32 { inner.prepare() }
  public func resume() -> Int32 { inner.resume() }
  public var isConnected: Bool { inner.isConnected }
}
