import CKernels

/// What a fuzzer calls with arbitrary bytes; returns for every input, and traps where a promise is broken.
public enum GGUFFuzzing {
  /// Bytes of a model file: refused with a reason, or everything that it says can be read.
  public static func fuzz(_ bytes: Span<UInt8>) {
    do throws(InferenceError) {
      try exercise(GGUFFile(bytes: bytes, name: "fuzz"))
    } catch {
      precondition(
        [.fileInvalid, .unsupported].contains(error.code) && error.message.hasPrefix("could not read the model fuzz: ")
          && !error.remedy.isEmpty, "a refusal names its file, reason and remedy: \(error)")
    }
  }

  private static func exercise(_ file: GGUFFile) {
    for key in file.metadata.keys {
      let metadata = file.metadata
      precondition(metadata.contains(key), "a key that is listed is there")
      let readings: [Bool] = [
        metadata.string(key) != nil, metadata.number(key) != nil, metadata.flag(key) != nil,
        metadata.numbers(key) != nil, metadata.flags(key) != nil, metadata.strings(key) != nil,
      ]
      // An empty array is one of any fixed-width type.
      precondition(
        readings.count(where: { $0 }) == 1 || metadata.count(key) == 0, "a value of \(key) has one reading")
      if let integers = metadata.integers(key) { precondition(integers.count == metadata.count(key), "all elements") }
      if let strings = metadata.strings(key) { precondition(strings.count == metadata.count(key), "all elements") }
    }
    for tensor in file.tensors {
      precondition(file.tensor(tensor.name) == tensor, "a tensor is found by its name")
      precondition(tensor.rowBytes * tensor.rowCount == tensor.byteCount, "rows fill a tensor")
      let blocks = unsafe file.bytes(of: tensor)
      precondition(blocks.count == tensor.byteCount && tensor.byteCount > 0, "a tensor has its bytes")
      // The first and the last block.
      var floats = [Float](repeating: 0, count: tensor.type.blockElements)
      for offset in [0, blocks.count - tensor.type.blockBytes] {
        let status = unsafe ckernels_dequantise(
          Int32(tensor.type.rawValue), blocks.baseAddress! + offset, &floats, floats.count)
        precondition(status == 0, "a block is dequantised")
      }
    }
  }
}
