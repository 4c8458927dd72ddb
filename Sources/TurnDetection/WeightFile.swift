#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A file of named float tensors. Keys are those of the safetensors file, `conv1.weight`.
protocol WeightFile {
  var name: String { get }
  /// The values of the tensor `key`, which must be 32 bit float and have exactly `shape`, in row-major order.
  func floats(_ key: String, shape: [Int]) throws(TurnDetectionError) -> [Float]
}

extension WeightFile {
  func wrongModel(_ reason: String) -> TurnDetectionError {
    TurnDetectionError(
      .wrongModel, "load \(name)", reason,
      remedy: "Give silero_vad_16k_op15.onnx or silero_vad_16k.safetensors of silero-vad 6.2.")
  }

  /// `count` little-endian floats from `start` on, which has been checked to lie within `bytes` with its `byteCount`.
  func values(
    _ bytes: [UInt8], at start: Int, byteCount: Int, count: Int, _ key: String
  ) throws(TurnDetectionError) -> [Float] {
    guard byteCount == count * 4 else { throw wrongModel("\(key) has \(byteCount) bytes, not \(count * 4)") }
    var values: [Float] = []
    values.reserveCapacity(count)
    for i in 0..<count {
      let at = start + i * 4
      let low = UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8
      let high = UInt32(bytes[at + 2]) | UInt32(bytes[at + 3]) << 8
      values.append(Float(bitPattern: low | high << 16))
    }
    guard values.allSatisfy({ $0.isFinite }) else { throw wrongModel("\(key) holds values that are not numbers") }
    return values
  }
}

/// The file at `path`, at most 16 MiB of it.
func readFile(_ path: String) throws(TurnDetectionError) -> [UInt8] {
  func fail(_ number: Int32) -> TurnDetectionError {
    TurnDetectionError(
      .system, "load \(path)", unsafe String(cString: strerror(number)), errno: number,
      remedy: "Run make setup, which fetches the weights.")
  }
  let largest = 16 << 20
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw fail(errno) }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var block = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = unsafe read(descriptor, &block, block.count)
    if count < 0 {
      if errno == EINTR { continue }
      throw fail(errno)
    }
    if count == 0 { return bytes }
    bytes += block[..<count]
    // Stops here, before an endless device takes all memory.
    guard bytes.count <= largest else {
      throw TurnDetectionError(
        .corrupt, "load \(path)", "it has more than \(largest) bytes", remedy: "Fetch the file again with make setup.")
    }
  }
}
