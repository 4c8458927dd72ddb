import CKernels
import Synchronization

/// The variants of the kernels that this processor can run.
enum KernelVariants {
  static let names: [String] = {
    var names: [String] = []
    while let name = unsafe ckernels_variant(names.count) { names.append(unsafe String(cString: name)) }
    return names
  }()

  // The selection is the process's, so tests that change it take turns.
  private static let lock = Mutex(())

  /// Calls `body` with the variant of that name in use.
  static func with<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
    try lock.withLock { _ in
      let before = unsafe String(cString: ckernels_selected())
      guard unsafe ckernels_select(name) == 0 else { throw UnknownVariant(name: name) }
      defer { unsafe _ = ckernels_select(before) }
      return try body()
    }
  }

  struct UnknownVariant: Error { var name: String }

  /// The floats of whole blocks, with the variant in use; what is not written stays NaN.
  static func dequantise(_ blocks: [UInt8], type: UInt32, count: Int) -> (status: Int32, floats: [Float]) {
    var floats = [Float](repeating: .nan, count: count)
    let status = unsafe blocks.withUnsafeBytes { source in
      unsafe floats.withUnsafeMutableBufferPointer { out in
        unsafe ckernels_dequantise(Int32(bitPattern: type), source.baseAddress!, out.baseAddress!, count)
      }
    }
    return (status, floats)
  }
}
