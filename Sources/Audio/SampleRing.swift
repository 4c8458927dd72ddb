import Synchronization

/// A lock-free ring of mono Float samples (-1...1) between exactly one writing thread and one reading thread.
///
/// ```
///        consumed                 written
///           │                        │
///   ░░░░░░░░█████████████████████████░░░░░░░░   both only ever grow; index = position & (capacity - 1)
/// ```
/// Writing and reading neither lock, allocate nor call the system, so either end may be a real-time thread. When the ring
/// is full the newest samples are refused: the writer is told how many were taken and counts the rest.
@safe public final class SampleRing: Sendable {
  /// Samples that fit; a power of two.
  public let capacity: Int
  private let mask: Int
  // Written by the writer below `written`, read by the reader at or above `consumed`; the two atomics order the accesses.
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
  public var availableToWrite: Int { capacity - availableToRead }

  /// Appends as many of `samples` as fit and returns how many that were. Writing thread only.
  @discardableResult
  public func write(_ samples: Span<Float>) -> Int {
    let start = written.load(ordering: .relaxed)
    let room = capacity - (start - consumed.load(ordering: .acquiring))
    let count = min(room, samples.count)
    for offset in 0..<count { unsafe storage[(start + offset) & mask] = samples[offset] }
    written.store(start + count, ordering: .releasing)
    return count
  }

  /// Moves the oldest samples into the start of `samples` and returns how many that were. Reading thread only.
  @discardableResult
  public func read(into samples: inout MutableSpan<Float>) -> Int {
    let start = consumed.load(ordering: .relaxed)
    let count = min(written.load(ordering: .acquiring) - start, samples.count)
    for offset in 0..<count { samples[offset] = unsafe storage[(start + offset) & mask] }
    consumed.store(start + count, ordering: .releasing)
    return count
  }

  /// Drops the oldest samples, at most `count`, and returns how many that were. Reading thread only.
  @discardableResult
  public func discard(_ count: Int) -> Int {
    let start = consumed.load(ordering: .relaxed)
    let dropped = min(written.load(ordering: .acquiring) - start, max(0, count))
    consumed.store(start + dropped, ordering: .releasing)
    return dropped
  }
}
