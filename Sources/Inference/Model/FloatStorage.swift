internal import Glibc

/// Arrays of floats that live as long as their owner, zero at first: weights that are kept as floats, and scratch.
@safe final class FloatStorage {
  private var blocks: [UnsafeMutablePointer<Float>] = unsafe []
  private(set) var byteCount = 0

  /// `count` floats, 0 or more.
  /// - Throws: `outOfMemory`, which names `purpose`.
  func allocate(_ count: Int, for purpose: String) throws(InferenceError) -> UnsafeMutablePointer<Float> {
    guard let memory = unsafe calloc(max(1, count), MemoryLayout<Float>.stride) else {
      throw InferenceError(
        .outOfMemory, "could not get memory for \(purpose): \(count) floats are not there", errorNumber: errno,
        remedy: "Choose a shorter context, a smaller model or fewer threads.")
    }
    let block = unsafe memory.bindMemory(to: Float.self, capacity: max(1, count))
    unsafe blocks.append(block)
    byteCount += count * MemoryLayout<Float>.stride
    return unsafe block
  }

  deinit { unsafe blocks.forEach { unsafe free($0) } }
}
