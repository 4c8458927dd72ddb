import Glibc

/// Files that Golden/gguf/make_golden.py has written.
enum GoldenFile {
  static func path(_ name: String, in part: String = "gguf") -> String {
    let here = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
    return "\(here)/Golden/\(part)/\(name)"
  }

  static func bytes(_ name: String, in part: String = "gguf") throws -> [UInt8] {
    let descriptor = unsafe open(path(name, in: part), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw GoldenFileError(name: name, errno: errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe piece.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
      guard count >= 0 else { throw GoldenFileError(name: name, errno: errno) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: piece[..<count])
    }
  }

  /// Words of every line that is no comment.
  static func lines(_ name: String, in part: String = "gguf") throws -> [[String]] {
    String(decoding: try bytes(name, in: part), as: UTF8.self).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }
      .map { $0.split(separator: " ", omittingEmptySubsequences: false).map(String.init) }
  }

  /// Bytes from pairs of hexadecimal digits.
  static func hex(_ text: String) -> [UInt8] {
    let digits = text.utf8.map { UInt8($0 < 0x3a ? $0 - 0x30 : $0 - 0x57) }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  /// Little-endian words of four bytes.
  static func words(_ bytes: [UInt8]) -> [UInt32] {
    stride(from: 0, to: bytes.count, by: 4).map { at in
      var word: UInt32 = 0
      for byte in bytes[at..<at + 4].reversed() { word = word << 8 | UInt32(byte) }
      return word
    }
  }

  /// What make_golden.py calls `fingerprint`: every value counts with an odd weight of its position.
  static func fingerprint(_ values: some Sequence<UInt32>) -> UInt64 {
    var sum: UInt64 = 0
    var weight: UInt64 = 0x9E37_79B9_7F4A_7C15
    for value in values {
      sum &+= UInt64(value) &* weight
      weight &+= 0x9E37_79B9_7F4A_7C15 &* 2
    }
    return sum
  }
}

struct GoldenFileError: Error {
  var name: String
  var errno: Int32
}
