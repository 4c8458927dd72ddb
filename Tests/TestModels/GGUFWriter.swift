import Glibc
package import Inference
import TestSupport

/// Writes model files for tests: whatever is appended, right or wrong, stands in the bytes.
package struct GGUFWriter {
  /// One metadata value with its type.
  package indirect enum Value {
    case uint8(UInt8), int8(Int8), uint16(UInt16), int16(Int16), uint32(UInt32), int32(Int32), uint64(UInt64)
    case int64(Int64), float32(Float), float64(Double), bool(Bool), string(String)
    case uint8s([UInt8]), int8s([Int8]), uint16s([UInt16]), int16s([Int16]), uint32s([UInt32]), int32s([Int32])
    case uint64s([UInt64]), int64s([Int64]), float32s([Float]), float64s([Double]), bools([Bool]), strings([String])
    /// Strings of any bytes.
    case byteStrings([[UInt8]])
    /// A type's number and bytes that follow it.
    case raw(type: UInt32, [UInt8])
  }

  package struct Tensor {
    package var name: String
    package var dimensions: [UInt64]
    package var type: UInt32
    package var bytes: [UInt8]
    /// Where it lies; nil: behind the one before, aligned.
    package var offset: UInt64?

    package init(name: String, dimensions: [UInt64], type: UInt32, bytes: [UInt8], offset: UInt64? = nil) {
      self.name = name
      self.dimensions = dimensions
      self.type = type
      self.bytes = bytes
      self.offset = offset
    }
  }

  package var magic: [UInt8] = Array("GGUF".utf8)
  package var version: UInt32 = 3
  /// Only how far tensors are padded; the key `general.alignment` has to be appended where it is not 32.
  package var alignment = 32
  package var keys: [(name: [UInt8], value: Value)] = []
  package var tensors: [Tensor] = []
  /// Instead of the real counts.
  package var statedKeys: UInt64?
  package var statedTensors: UInt64?

  package init() {}

  package mutating func add(_ key: String, _ value: Value) { keys.append((Array(key.utf8), value)) }

  package mutating func add(
    _ name: String, _ dimensions: [Int], _ type: TensorType, _ bytes: [UInt8], offset: UInt64? = nil
  ) {
    tensors.append(
      Tensor(name: name, dimensions: dimensions.map(UInt64.init), type: type.rawValue, bytes: bytes, offset: offset))
  }

  /// A tensor of floats.
  package mutating func add(_ name: String, _ dimensions: [Int], _ floats: [Float]) {
    add(name, dimensions, .f32, floats.flatMap { Self.bytes(of: $0.bitPattern) })
  }

  /// The whole file.
  package func encoded() -> [UInt8] {
    var bytes = magic + Self.bytes(of: version)
    bytes += Self.bytes(of: statedTensors ?? UInt64(tensors.count)) + Self.bytes(of: statedKeys ?? UInt64(keys.count))
    for (name, value) in keys { bytes += Self.string(name) + Self.encoded(value) }
    var offsets: [UInt64] = []
    var end: UInt64 = 0
    for tensor in tensors {
      let offset = tensor.offset ?? padded(end)
      offsets.append(offset)
      end = offset &+ UInt64(tensor.bytes.count)
      bytes += Self.string(Array(tensor.name.utf8)) + Self.bytes(of: UInt32(tensor.dimensions.count))
      for dimension in tensor.dimensions { bytes += Self.bytes(of: dimension) }
      bytes += Self.bytes(of: tensor.type) + Self.bytes(of: offset)
    }
    if tensors.isEmpty { return bytes }
    let start = Int(padded(UInt64(bytes.count)))
    bytes += [UInt8](repeating: 0, count: start - bytes.count)
    for (tensor, offset) in zip(tensors, offsets) where offset < 1 << 30 {
      let place = start + Int(offset)
      if bytes.count < place + tensor.bytes.count {
        bytes += [UInt8](repeating: 0, count: place + tensor.bytes.count - bytes.count)
      }
      bytes.replaceSubrange(place..<place + tensor.bytes.count, with: tensor.bytes)
    }
    return bytes
  }

  package func write(to path: String) throws {
    let bytes = encoded()
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw TestSystemError(call: "write \(path)", errno: errno) }
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes[written...].withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw TestSystemError(call: "write \(path)", errno: errno) }
      written += count
    }
  }

  private func padded(_ offset: UInt64) -> UInt64 {
    let alignment = UInt64(alignment)
    return (offset &+ alignment &- 1) / alignment * alignment
  }

  package static func bytes(of number: some FixedWidthInteger) -> [UInt8] {
    (0..<number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }

  package static func string(_ bytes: [UInt8]) -> [UInt8] { Self.bytes(of: UInt64(bytes.count)) + bytes }

  private static func array(_ type: UInt32, _ elements: [[UInt8]]) -> [UInt8] {
    bytes(of: 9 as UInt32) + bytes(of: type) + bytes(of: UInt64(elements.count)) + Array(elements.joined())
  }

  private static func single(_ type: UInt32, _ value: [UInt8]) -> [UInt8] { bytes(of: type) + value }

  private static func encoded(_ value: Value) -> [UInt8] {
    switch value {
    case .uint8(let x): single(0, bytes(of: x))
    case .int8(let x): single(1, bytes(of: x))
    case .uint16(let x): single(2, bytes(of: x))
    case .int16(let x): single(3, bytes(of: x))
    case .uint32(let x): single(4, bytes(of: x))
    case .int32(let x): single(5, bytes(of: x))
    case .float32(let x): single(6, bytes(of: x.bitPattern))
    case .bool(let x): single(7, [x ? 1 : 0])
    case .string(let x): single(8, string(Array(x.utf8)))
    case .uint64(let x): single(10, bytes(of: x))
    case .int64(let x): single(11, bytes(of: x))
    case .float64(let x): single(12, bytes(of: x.bitPattern))
    case .uint8s(let x): array(0, x.map { bytes(of: $0) })
    case .int8s(let x): array(1, x.map { bytes(of: $0) })
    case .uint16s(let x): array(2, x.map { bytes(of: $0) })
    case .int16s(let x): array(3, x.map { bytes(of: $0) })
    case .uint32s(let x): array(4, x.map { bytes(of: $0) })
    case .int32s(let x): array(5, x.map { bytes(of: $0) })
    case .float32s(let x): array(6, x.map { bytes(of: $0.bitPattern) })
    case .bools(let x): array(7, x.map { [$0 ? 1 : 0] })
    case .strings(let x): array(8, x.map { string(Array($0.utf8)) })
    case .byteStrings(let x): array(8, x.map { string($0) })
    case .uint64s(let x): array(10, x.map { bytes(of: $0) })
    case .int64s(let x): array(11, x.map { bytes(of: $0) })
    case .float64s(let x): array(12, x.map { bytes(of: $0.bitPattern) })
    case .raw(let type, let x): single(type, x)
    }
  }
}
