import SoundCards
import Synchronization

/// When each sample of the ring met the microphone: told by the capture thread, asked by any other, without a lock.
///
/// ```
///   samples   0 ─────────────▶ 48 000 ──────────────▶ 61 200 ─────▶     a line for each stretch without a gap; where
///   time      ╱ ╱ ╱ ╱ ╱ ╱ ╱ ╱   (overrun)  ╱ ╱ ╱ ╱ ╱   (unplugged)      samples are missing a new stretch begins
/// ```
/// The last eight stretches are kept: the ring's reader may be seconds behind.
@safe final class CaptureTimeline: Sendable {
  private static let stretches = 8
  private static let fields = 4
  // [stretches × fields]: first sample; a point on the line (sample, time); nanoseconds per sample as Double's bits. Written
  // by the capture thread while `changes` is odd; a reader that saw `changes` change asks again.
  private nonisolated(unsafe) let table: UnsafeMutablePointer<Atomic<Int64>>
  private let changes = Atomic<Int>(0)
  private let begun = Atomic<Int>(0)
  // The capture thread's own.
  private nonisolated(unsafe) var clock = StreamClock()
  private nonisolated(unsafe) var isGap = true

  init() {
    unsafe table = .allocate(capacity: Self.stretches * Self.fields)
    for index in 0..<Self.stretches * Self.fields { unsafe (table + index).initialize(to: Atomic(0)) }
  }

  deinit {
    unsafe table.deinitialize(count: Self.stretches * Self.fields)
    unsafe table.deallocate()
  }

  /// Samples are missing after those delivered so far. Capture thread.
  func gap() {
    unsafe isGap = true
    unsafe clock.restart()
  }

  /// The sample that is delivered next, number `sample`, was recorded at `time` or some time before. Capture thread.
  func observe(_ sample: Int64, at time: Int64) {
    unsafe clock.observe(sample, at: time)
    guard let line = unsafe clock.line else { return }
    let number = begun.load(ordering: .relaxed) + (unsafe isGap ? 1 : 0)
    let row = (number - 1) % Self.stretches * Self.fields
    changes.add(1, ordering: .relaxed)
    atomicMemoryFence(ordering: .releasing)
    if unsafe isGap {
      unsafe table[row].store(sample, ordering: .relaxed)
      begun.store(number, ordering: .relaxed)
      unsafe isGap = false
    }
    unsafe table[row + 1].store(line.sample, ordering: .relaxed)
    unsafe table[row + 2].store(line.time, ordering: .relaxed)
    unsafe table[row + 3].store(Int64(bitPattern: line.rate.bitPattern), ordering: .relaxed)
    changes.add(1, ordering: .releasing)
  }

  /// When `sample` was recorded, in nanoseconds; nil where it is older than what is kept. Any thread.
  func time(of sample: Int64) -> Int64? {
    while true {
      let before = changes.load(ordering: .acquiring)
      let answer = look(for: sample)
      atomicMemoryFence(ordering: .acquiring)
      if before & 1 == 0, changes.load(ordering: .relaxed) == before { return answer }
    }
  }

  private func look(for sample: Int64) -> Int64? {
    let newest = begun.load(ordering: .relaxed)
    var number = newest
    while number > max(0, newest - Self.stretches) {
      let row = (number - 1) % Self.stretches * Self.fields
      if unsafe table[row].load(ordering: .relaxed) <= sample {
        let rate = Double(bitPattern: UInt64(bitPattern: unsafe table[row + 3].load(ordering: .relaxed)))
        let distance = Double(sample &- (unsafe table[row + 1].load(ordering: .relaxed))) * rate
        // While the table changes under us it may be anything.
        guard abs(distance) < 1e18 else { return nil }
        return unsafe table[row + 2].load(ordering: .relaxed) &+ Int64(distance.rounded())
      }
      number -= 1
    }
    return nil
  }
}
