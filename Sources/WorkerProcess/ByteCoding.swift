/// Appends values to a message's body.
struct ByteWriter {
  var bytes: [UInt8] = []

  init(capacity: Int = 64) { bytes.reserveCapacity(capacity) }

  mutating func append(_ value: UInt8) { bytes.append(value) }

  mutating func append(_ value: UInt32) {
    for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(shift))) }
  }

  mutating func append(_ value: Int64) {
    append(UInt32(truncatingIfNeeded: value))
    append(UInt32(truncatingIfNeeded: value >> 32))
  }

  mutating func append(_ value: Float) { append(value.bitPattern) }

  /// Length in bytes, then UTF-8. Cut at ``ByteReader/maximumTextLength`` on a character's border.
  mutating func append(_ text: String) {
    var text = Substring(text)
    while text.utf8.count > ByteReader.maximumTextLength { text.removeLast() }
    append(UInt32(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  /// Count, then the samples.
  mutating func append(_ samples: Span<Float>) {
    append(UInt32(samples.count))
    // The machine's own order, which is little-endian on every machine that the system runs on, as `append(UInt32)`.
    unsafe samples.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }
}

/// Takes values off a message's body; every length is checked against what is there before anything is kept.
struct ByteReader {
  static let maximumTextLength = 65_536

  private let bytes: ArraySlice<UInt8>
  private var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  var remaining: Int { bytes.endIndex - position }

  mutating func readUInt8() throws(WorkerError) -> UInt8 {
    guard remaining >= 1 else { throw .violation("a message that ends early") }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func readUInt32() throws(WorkerError) -> UInt32 {
    guard remaining >= 4 else { throw .violation("a message that ends early") }
    var value: UInt32 = 0
    for offset in 0..<4 { value |= UInt32(bytes[position + offset]) << UInt32(8 * offset) }
    position += 4
    return value
  }

  mutating func readInt64() throws(WorkerError) -> Int64 {
    let low = try readUInt32()
    return Int64(bitPattern: UInt64(low) | UInt64(try readUInt32()) << 32)
  }

  mutating func readFloat() throws(WorkerError) -> Float { Float(bitPattern: try readUInt32()) }

  mutating func readText() throws(WorkerError) -> String {
    let length = Int(try readUInt32())
    guard length <= Self.maximumTextLength, length <= remaining else {
      throw .violation("a text of \(length) bytes where \(remaining) are left")
    }
    guard let text = String(validating: bytes[position..<position + length], as: UTF8.self) else {
      throw .violation("a text that is not UTF-8")
    }
    position += length
    return text
  }

  mutating func readSamples() throws(WorkerError) -> [Float] {
    let count = Int(try readUInt32())
    guard count <= remaining / 4 else { throw .violation("\(count) samples where \(remaining) bytes are left") }
    let source = bytes[position..<position + 4 * count]
    position += 4 * count
    return unsafe [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      unsafe UnsafeMutableRawBufferPointer(buffer).copyBytes(from: source)
      initialized = count
    }
  }

  /// Every message says all of it: a byte too many is as wrong as one too few.
  func finish() throws(WorkerError) {
    guard remaining == 0 else { throw .violation("\(remaining) bytes after the end of a message") }
  }
}
