import Glibc

/// The end of what a worker wrote to its standard error: a library that ends its process says why just before.
struct ErrorTail {
  static let keptBytes = 4_096
  static let shownCharacters = 400
  private var bytes: [UInt8] = []
  private(set) var isClosed = false

  /// Takes what is there now from a non-blocking descriptor.
  mutating func read(from descriptor: Int32) {
    while !isClosed {
      var outcome = 0
      let chunk = unsafe [UInt8](unsafeUninitializedCapacity: Self.keptBytes) { buffer, count in
        outcome = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        count = max(0, outcome)
      }
      append(chunk)
      if outcome == 0 { isClosed = true }
      if outcome < 0 && errno != EINTR { return }
    }
  }

  mutating func append(_ chunk: [UInt8]) {
    bytes.append(contentsOf: chunk)
    if bytes.count > Self.keptBytes { bytes.removeFirst(bytes.count - Self.keptBytes) }
  }

  /// The last lines in one, without control characters.
  var text: String {
    let lines = bytes.split(separator: UInt8(ascii: "\n")).suffix(3).map { line in
      String(String.UnicodeScalarView(String(decoding: line, as: UTF8.self).unicodeScalars.filter { $0.value >= 32 }))
    }
    return String(lines.filter { !$0.isEmpty }.joined(separator: " / ").suffix(Self.shownCharacters))
  }
}
