internal import CKernels
internal import Glibc

/// What this machine can do at most at this moment: how fast memory is read, and how many operations on bytes it makes. A
/// model's speed is a fraction of these; on a machine that others use too they change from minute to minute, so they are
/// measured in the same run.
public struct MachineSpeed: Hashable, Sendable {
  /// Bytes a second that all threads read together.
  public var read: Double
  /// Multiplications and additions of bytes a second in registers, by all threads together.
  public var operations: Double
  /// ``operations`` divided by those of one thread alone.
  public var scaling: Double

  /// Measures for a fifth of a second. Takes 256 MiB meanwhile.
  /// - Throws: `outOfMemory`.
  public static func measure(threads: Int) throws(InferenceError) -> MachineSpeed {
    let one = try best(threads: 1) { _ in _ = ckernels_int8_peak(rounds) }
    let all = try best(threads: threads) { _ in _ = ckernels_int8_peak(rounds) }
    let operations = Double(ckernels_int8_peak(1)) * Double(rounds)
    let buffer = try Buffer()
    let part = Buffer.byteCount / threads / 256 * 256
    let read = try best(threads: threads) { lane in unsafe _ = ckernels_read(buffer.start + lane * part, part) }
    return MachineSpeed(
      read: Double(part * threads) / read, operations: operations * Double(threads) / all,
      scaling: Double(threads) * one / all)
  }

  /// The better one of each, of two measurements of one run.
  public func best(_ other: MachineSpeed) -> MachineSpeed {
    MachineSpeed(
      read: max(read, other.read), operations: max(operations, other.operations), scaling: max(scaling, other.scaling))
  }

  /// Some ten milliseconds on a fast core.
  private static let rounds = 1_000_000

  /// The least time in seconds that `work`, called with the lane's number on every thread, takes.
  private static func best(threads: Int, _ work: @escaping @Sendable (Int) -> Void) throws(InferenceError) -> Double {
    let team = try ComputeThreads(count: threads, niceness: 0) { work($0.index) }
    let clock = ContinuousClock()
    return (0..<4).map { _ in clock.measure { team.run() } / .seconds(1) }.min() ?? .infinity
  }

  /// Memory that no cache holds.
  // Unchecked: written before any thread reads it.
  @safe private final class Buffer: @unchecked Sendable {
    static let byteCount = 256 << 20
    let start: UnsafeMutableRawPointer

    init() throws(InferenceError) {
      guard let start = unsafe malloc(Self.byteCount) else {
        throw InferenceError(
          .outOfMemory, "could not get \(Self.byteCount) bytes to measure memory with", remedy: "End other programs.")
      }
      unsafe self.start = start
      unsafe memset(start, 1, Self.byteCount)
    }

    deinit { unsafe free(start) }
  }
}
