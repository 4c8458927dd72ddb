import Synchronization

/// A lock-free ring of mono Float samples (-1...1) between exactly one writing thread and one reading thread.
///
/// ```
///        consumed                 written
///           │                        │
///   ░░░░░░░░█████████████████████████░░░░░░░░   both only ever grow; index = position & (capacity - 1)
/// ```
/// Writing and reading neither lock, allocate nor call the system, so either end may be a real-time thread; the compiler
/// checks it (`@_noLocks`). When the ring is full the newest samples are refused: the writer is told how many were taken
/// and counts the rest. Not for more than one writer or reader, and not for anything that must wait: waiting is the
/// caller's (an eventfd, a condition).
@safe public final class SampleRing: Sendable {
  /// Samples that fit; a power of two.
  public let capacity: Int
  private let mask: Int
  // Written by the writer below `written + room`, read by the reader at or above `consumed`; each side publishes its
  // position with a release store after its accesses, and the other side loads it with acquire before its own.
  private nonisolated(unsafe) let storage: UnsafeMutablePointer<Float>
  private let written = Atomic<Int>(0)
  private let consumed = Atomic<Int>(0)

  /// A ring for at least `minimumCapacity` samples (1...2²⁸), rounded up to a power of two.
  public init(minimumCapacity: Int) {
    precondition((1...(1 << 28)).contains(minimumCapacity), "ring capacity \(minimumCapacity) is outside 1...2^28")
    var capacity = 1
    while capacity < minimumCapacity { capacity <<= 1 }
    self.capacity = capacity
    mask = capacity - 1
    unsafe storage = .allocate(capacity: capacity)
    unsafe storage.initialize(repeating: 0, count: capacity)
  }

  deinit { unsafe storage.deallocate() }

  /// Samples ever written: the position of the next sample to write. Any thread.
  public var writtenCount: Int64 { Int64(written.load(ordering: .acquiring)) }

  /// Samples ever read: the position of the next sample to read. Any thread.
  public var consumedCount: Int64 { Int64(consumed.load(ordering: .acquiring)) }

  /// Samples that can be read now. Exact on the reading thread, possibly stale elsewhere.
  public var availableToRead: Int {
    let consumed = consumed.load(ordering: .acquiring)
    return written.load(ordering: .acquiring) - consumed
  }

  /// Samples that can be written now. Exact on the writing thread.
  public var availableToWrite: Int {
    // On other threads the reader may overtake between the two loads: never report more than fits.
    min(capacity, capacity - availableToRead)
  }

  /// Appends as many of `samples` as fit and returns how many that were. Writing thread only.
  // Plain loops over spans, because the closures of `withUnsafe…` are rejected under `@_noLocks`; optimised, they become
  // block copies.
  @_noLocks
  @discardableResult
  public func write(_ samples: Span<Float>) -> Int {
    let start = written.load(ordering: .relaxed)
    let room = capacity - (start - consumed.load(ordering: .acquiring))
    let count = min(room, samples.count)
    guard count > 0 else { return 0 }
    let index = start & mask
    let first = min(count, capacity - index)
    var i = 0
    while i < first {
      unsafe storage[index + i] = samples[unchecked: i]
      i += 1
    }
    while i < count {
      unsafe storage[i - first] = samples[unchecked: i]
      i += 1
    }
    written.store(start + count, ordering: .releasing)
    return count
  }

  /// Moves the oldest samples into the start of `samples` and returns how many that were. Reading thread only.
  @_noLocks
  @discardableResult
  public func read(into samples: inout MutableSpan<Float>) -> Int {
    let start = consumed.load(ordering: .relaxed)
    let count = min(written.load(ordering: .acquiring) - start, samples.count)
    guard count > 0 else { return 0 }
    let index = start & mask
    let first = min(count, capacity - index)
    var i = 0
    while i < first {
      unsafe samples[unchecked: i] = storage[index + i]
      i += 1
    }
    while i < count {
      unsafe samples[unchecked: i] = storage[i - first]
      i += 1
    }
    consumed.store(start + count, ordering: .releasing)
    return count
  }

  /// Drops the oldest samples, at most `count`, and returns how many that were. Reading thread only.
  @_noLocks
  @discardableResult
  public func discard(_ count: Int) -> Int {
    let start = consumed.load(ordering: .relaxed)
    let dropped = min(written.load(ordering: .acquiring) - start, max(0, count))
    consumed.store(start + dropped, ordering: .releasing)
    return dropped
  }
}
