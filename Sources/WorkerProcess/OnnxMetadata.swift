import Glibc

/// The metadata that an ONNX file carries beside its graph, read without loading the graph.
///
/// An ONNX file is one protobuf `ModelProto`; its field 14 is a list of key-value pairs, which sherpa-onnx uses to tell
/// what a model is. Every other field is skipped by its length. Source: onnx/onnx.proto3 (`ModelProto`,
/// `StringStringEntryProto`), protobuf's wire format.
public struct OnnxMetadata: Hashable, Sendable {
  public var values: [String: String] = [:]

  /// Pairs kept, and bytes of one pair kept; a vocabulary in the metadata is skipped.
  static let maximumEntries = 256
  static let maximumEntryBytes = 65_536

  /// Reads the file's metadata; nil when it cannot be read or is not an ONNX file.
  public init?(path: String) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    self.init(size: Int64(status.st_size)) { offset, count in
      unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        filled = unsafe max(0, pread(descriptor, buffer.baseAddress, count, off_t(offset)))
      }
    }
  }

  /// The same of bytes in memory.
  public init?(bytes: [UInt8]) {
    self.init(size: Int64(bytes.count)) { offset, count in Array(bytes[Int(offset)...].prefix(count)) }
  }

  /// `read(offset, count)` gives up to `count` bytes at an offset below `size`.
  init?(size: Int64, read: (Int64, Int) -> [UInt8]) {
    var offset: Int64 = 0
    var sawGraph = false
    while offset < size, values.count < Self.maximumEntries {
      // Key and length are two varints, of at most ten bytes each.
      let head = read(offset, 20)
      var position = 0
      guard let key = Self.varint(head, &position), key >> 3 != 0, key >> 3 <= 536_870_911 else { return nil }
      switch key & 7 {
      case 0:
        guard Self.varint(head, &position) != nil else { return nil }
        offset += Int64(position)
      case 1: offset += Int64(position) + 8
      case 5: offset += Int64(position) + 4
      case 2:
        guard let length = Self.varint(head, &position), length <= UInt64(size - offset) else { return nil }
        offset += Int64(position)
        guard Int64(length) <= size - offset else { return nil }
        if key >> 3 == 7 { sawGraph = true }
        if key >> 3 == 14, length <= Self.maximumEntryBytes { insert(read(offset, Int(length))) }
        offset += Int64(length)
      default: return nil
      }
    }
    guard sawGraph else { return nil }
  }

  private mutating func insert(_ entry: [UInt8]) {
    var fields: [UInt64: String] = [:]
    var position = 0
    while position < entry.count {
      guard let key = Self.varint(entry, &position), key & 7 == 2, let length = Self.varint(entry, &position),
        length <= UInt64(entry.count - position)
      else { return }
      let end = position + Int(length)
      fields[key >> 3] = String(decoding: entry[position..<end], as: UTF8.self)
      position = end
    }
    if let key = fields[1] { values[key] = fields[2] ?? "" }
  }

  private static func varint(_ bytes: [UInt8], _ position: inout Int) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard position < bytes.count else { return nil }
      let byte = bytes[position]
      position += 1
      if shift == 63, byte > 1 { return nil }
      value |= UInt64(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return value }
    }
    return nil
  }
}
