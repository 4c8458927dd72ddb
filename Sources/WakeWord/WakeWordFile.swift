import Glibc

/// Reading the small files that a wake word consists of.
enum WakeWordFile {
  /// All bytes of the file at `path`, at most `limit`.
  static func read(_ path: String, limit: Int) throws(WakeWordError) -> [UInt8] {
    func fail(_ number: Int32) -> WakeWordError {
      WakeWordError(
        .system, "load \(path)", unsafe String(cString: strerror(number)), errno: number,
        remedy: "Correct the path, or run make setup, which fetches four wake words.")
    }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw fail(errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = unsafe Glibc.read(descriptor, &block, block.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw fail(errno)
      }
      if count == 0 { return bytes }
      bytes += block[..<count]
      guard bytes.count <= limit else {
        throw WakeWordError(
          .corrupt, "load \(path)", "it has more than \(limit) bytes",
          remedy: "Name a microWakeWord model's .json file.")
      }
    }
  }
}
