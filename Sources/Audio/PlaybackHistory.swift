import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// What the loudspeaker plays, by the time at which it is in the air: written by the playback thread ahead of that time,
/// read by the listen thread behind it. 16 kHz mono, the last few seconds.
///
/// ```
///   position   … ──────────────────────────────────────────────▶     one for each 62.5 µs of the monotonic clock
///   slots      ░░░░████████████░░░░░░░░░████████░░░░░░░░░░░░░░░░     nothing written there: silence
///                 a reply                a clause │  ▲
///                        read by listen ──┘       now └─ written by playback, one device buffer ahead
/// ```
/// A position is ``position(atNanoseconds:)``: all threads share the clock, so nobody needs to be told where a reply
/// began. Each slot carries the lap it was written in, so that nothing needs to be cleared and a late reader gets silence
/// instead of something newer. A loudspeaker's clock is not the monotonic one; how far a slot's sample sounds from its
/// position is ``skew``, which changes slowly.
///
/// One writing thread; reading from any. Neither side locks, allocates or calls the system.
@safe public final class PlaybackHistory: Sendable {
  /// Nanoseconds of one position: 16 kHz goes into a second's nanoseconds without a rest.
  public static let nanosecondsPerPosition: Int64 = 62_500

  /// Positions kept; a power of two.
  public let capacity: Int
  private let mask: Int64
  private let lapShift: Int64
  // One word per slot, lap in the upper half (0: never written), the sample's bits in the lower: a reader sees both or
  // neither change.
  private nonisolated(unsafe) let slots: UnsafeMutablePointer<Atomic<UInt64>>
  private let audible = Atomic<Int64>(.min)
  private let skewNanoseconds = Atomic<Int64>(0)
  private let openings = Atomic<Int>(0)

  /// A history of at least `duration` (up to 60 s), rounded up to a power of two. Memory is taken from the system only as
  /// it is first played to: 8 bytes per position.
  public init(duration: Duration = .seconds(4)) {
    let wanted = SampleRate.speech.frames(in: duration)
    precondition((1...960_000).contains(wanted), "a history of \(duration) is outside 62.5 µs...60 s")
    var capacity = 1
    while capacity < wanted { capacity <<= 1 }
    self.capacity = capacity
    mask = Int64(capacity - 1)
    lapShift = Int64(capacity.trailingZeroBitCount)
    // Zeroed pages that nobody has touched cost nothing, and an atomic of zero is all bits zero.
    guard let memory = unsafe calloc(capacity, MemoryLayout<Atomic<UInt64>>.stride) else {
      fatalError("no memory for \(capacity) positions of playback history")
    }
    unsafe slots = memory.bindMemory(to: Atomic<UInt64>.self, capacity: capacity)
  }

  deinit { unsafe free(slots) }

  /// The position that sounds at a time of CLOCK_MONOTONIC.
  @_noLocks
  public static func position(atNanoseconds nanoseconds: Int64) -> Int64 { nanoseconds / nanosecondsPerPosition }

  // MARK: The playback thread

  /// Puts `samples` where they will sound: the first at `position`, the others behind it. They are clipped at ±1, as the
  /// device does; what is no number is silence.
  @_noLocks
  public func write(_ samples: Span<Float>, at position: Int64) {
    var lastAudible = -1
    var index = 0
    while index < samples.count {
      var sample = unsafe samples[unchecked: index]
      if !(abs(sample) <= 1) { sample = sample > 1 ? 1 : sample < -1 ? -1 : 0 }
      put(sample, at: position + Int64(index))
      if sample > Self.inaudible || sample < -Self.inaudible { lastAudible = index }
      index += 1
    }
    guard lastAudible >= 0 else { return }
    let end = position + Int64(lastAudible) + 1
    if end > audible.load(ordering: .relaxed) { audible.store(end, ordering: .releasing) }
  }

  /// Nothing sounds at `position`..<`end`: it was dropped.
  @_noLocks
  public func silence(from position: Int64, to end: Int64) {
    var index = max(position, end - Int64(capacity))
    while index < end {
      put(0, at: index)
      index += 1
    }
    if audible.load(ordering: .relaxed) > position { audible.store(position, ordering: .releasing) }
  }

  /// How much later (in ns) than its position a sample sounds that is written now, and those before it. Changes slowly
  /// while a reply is played, and at will before one.
  public func setSkew(_ nanoseconds: Int64) { skewNanoseconds.store(nanoseconds, ordering: .relaxed) }

  /// The device was opened, or opened again: its delay may be another one.
  public func noteOpening() { openings.add(1, ordering: .relaxed) }

  @_noLocks
  private func put(_ sample: Float, at position: Int64) {
    guard position >= 0 else { return }
    let word = UInt64(lap(of: position)) << 32 | UInt64(sample.bitPattern)
    unsafe slots[Int(position & mask)].store(word, ordering: .relaxed)
  }

  // MARK: Any thread

  /// The sample that sounds at `position`, ``skew`` aside; 0 where nothing was played or it is too long ago.
  @_noLocks
  public func sample(at position: Int64) -> Float {
    guard position >= 0 else { return 0 }
    let word = unsafe slots[Int(position & mask)].load(ordering: .relaxed)
    return UInt32(truncatingIfNeeded: word >> 32) == lap(of: position)
      ? Float(bitPattern: UInt32(truncatingIfNeeded: word)) : 0
  }

  /// Fills `samples` with what sounds from `position` on.
  @_noLocks
  public func read(at position: Int64, into samples: inout MutableSpan<Float>) {
    var index = 0
    while index < samples.count {
      unsafe samples[unchecked: index] = sample(at: position + Int64(index))
      index += 1
    }
  }

  /// Just after the last sample that is not silence (-96 dBFS), be it in the future; the lowest number where none was
  /// ever played.
  public var audibleEnd: Int64 { audible.load(ordering: .acquiring) }

  /// How much later than its position a sample sounds, in nanoseconds.
  public var skew: Int64 { skewNanoseconds.load(ordering: .relaxed) }

  /// How often the device has been opened.
  public var openingCount: Int { openings.load(ordering: .relaxed) }

  private static let inaudible: Float = 1.5e-5

  // Never 0, which is the lap of slots that were never written.
  @_noLocks
  private func lap(of position: Int64) -> UInt32 { UInt32(truncatingIfNeeded: position >> lapShift) &+ 1 | 0x8000_0000 }
}
