import Synchronization
import TestSupport

/// A GGUF file of random weights in memory, to be changed and written.
struct TinyFile {
  enum Value {
    case u32(UInt32), f32(Float), text(String), flags([Bool]), u32s([UInt32])
    /// A number of the type `kind`, or anything else that has no case of its own.
    case raw(kind: UInt32, [UInt8])
  }

  struct Tensor {
    var name: String
    var dimensions: [Int]
    var type: UInt32
    var bytes: [UInt8]
  }

  var keys: [(String, Value)] = []
  var tensors: [Tensor] = []

  /// Sets or adds a key; nil removes it.
  mutating func set(_ key: String, _ value: Value?) {
    let at = keys.firstIndex { $0.0 == key }
    switch (at, value) {
    case (let at?, let value?): keys[at].1 = value
    case (let at?, nil): keys.remove(at: at)
    case (nil, let value?): keys.append((key, value))
    case (nil, nil): break
    }
  }

  /// The file's bytes.
  var bytes: [UInt8] {
    var out = Bytes()
    out.append(Array("GGUF".utf8))
    out.append(UInt32(3))
    out.append(UInt64(tensors.count))
    out.append(UInt64(keys.count))
    for (key, value) in keys {
      out.append(text: key)
      out.append(value)
    }
    var offset = 0
    for tensor in tensors {
      out.append(text: tensor.name)
      out.append(UInt32(tensor.dimensions.count))
      for dimension in tensor.dimensions { out.append(UInt64(dimension)) }
      out.append(tensor.type)
      out.append(UInt64(offset))
      offset += (tensor.bytes.count + 31) / 32 * 32
    }
    out.pad()
    for tensor in tensors {
      out.append(tensor.bytes)
      out.pad()
    }
    return out.bytes
  }

  mutating func addVector(_ name: String, _ values: [Float]) {
    tensors.append(Tensor(name: name, dimensions: [values.count], type: 0, bytes: Bytes(values).bytes))
  }

  /// Zero-mean weights of about 0.07.
  mutating func addMatrix(_ name: String, rows: Int, columns: Int, _ type: TinyModel.Quantisation) {
    let key = "\(name) \(rows) \(columns) \(type)"
    // Models of several architectures and tests have most matrices in common.
    let bytes =
      Self.matrices.withLock { $0[key] } ?? Self.weights(name, count: rows * columns, type)
    Self.matrices.withLock { $0[key] = bytes }
    let code: UInt32
    switch type {
    case .f32: code = 0
    case .f16: code = 1
    case .q4_0: code = 2
    case .q8_0: code = 8
    case .q4_k: code = 12
    case .q5_k: code = 13
    case .q6_k: code = 14
    case .q4_k_m: preconditionFailure("a mix is no type")
    }
    tensors.append(Tensor(name: name, dimensions: [columns, rows], type: code, bytes: bytes))
  }

  private static let matrices = Mutex<[String: [UInt8]]>([:])

  private static func weights(_ name: String, count: Int, _ type: TinyModel.Quantisation) -> [UInt8] {
    switch type {
    case .f32: Bytes(samples(name, count, times: 0.125)).bytes
    case .f16: Bytes(samples(name, count, times: 0.125).map { Float16($0) }).bytes
    case .q4_0: blocks(name, count / 32, size: 18, unit: 0x1p-6)
    case .q8_0: blocks(name, count / 32, size: 34, unit: 0x1p-10)
    case .q4_k: blocks(name, count / 256, size: 144, unit: 0x1p-11, middle: 7.5)
    case .q5_k: blocks(name, count / 256, size: 176, unit: 0x1p-12, middle: 15.5)
    case .q6_k: blocks(name, count / 256, size: 210, unit: 0x1p-13)
    case .q4_k_m: preconditionFailure("a mix is no type")
    }
  }

  /// Even numbers in -1..<1 that belong to a name, times `factor`.
  static func samples(_ name: String, _ count: Int, times factor: Float = 1) -> [Float] {
    var generator = SeededGenerator(seed: seed(name))
    return unsafe [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      // Not a for loop: this is most of a debug build's time here.
      while filled < count {
        unsafe (buffer.baseAddress! + filled).initialize(to: generator.sample() * factor)
        filled += 1
      }
    }
  }

  /// FNV-1a.
  private static func seed(_ name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// Random blocks whose scales are `unit` times 1 to 1.375. `middle`: the quants' mean, subtracted by a K-quant's minima.
  private static func blocks(_ name: String, _ count: Int, size: Int, unit: Float, middle: Float? = nil) -> [UInt8] {
    var generator = SeededGenerator(seed: seed(name))
    let words = (count * size + 7) / 8
    let random = unsafe [UInt64](unsafeUninitializedCapacity: words) { buffer, filled in
      while filled < words {
        unsafe (buffer.baseAddress! + filled).initialize(to: generator.next().littleEndian)
        filled += 1
      }
    }
    var bytes = Array(Bytes(random).bytes.prefix(count * size))
    for begin in stride(from: 0, to: bytes.count, by: size) {
      func write(_ value: Float, at: Int) {
        let bits = Float16(value).bitPattern
        (bytes[at], bytes[at + 1]) = (UInt8(truncatingIfNeeded: bits), UInt8(bits >> 8))
      }
      let at = begin + (size == 210 ? 208 : 0)
      let scale = unit * (1 + Float(bytes[at] & 3) / 8)
      write(scale, at: at)
      if let middle {
        // Equal scales and minima: the second four are the first four again, and both nibbles of the rest are the same.
        write(scale * middle, at: begin + 2)
        for j in 0..<4 {
          bytes[begin + 8 + j] = bytes[begin + 4 + j]
          bytes[begin + 12 + j] = (bytes[begin + 12 + j] & 15) * 17
        }
      }
      if size == 210 { for j in 192..<208 { bytes[begin + j] = (bytes[begin + j] & 31) + 24 } }
    }
    return bytes
  }
}

/// Little-endian bytes being put together.
private struct Bytes {
  var bytes: [UInt8] = []

  init() {}

  init<Number>(_ numbers: [Number]) {
    bytes = unsafe numbers.withUnsafeBytes { unsafe Array($0) }
  }

  mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }

  mutating func append(_ value: some FixedWidthInteger) {
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
  }

  mutating func append(text: String) {
    append(UInt64(text.utf8.count))
    append(Array(text.utf8))
  }

  mutating func append(_ value: TinyFile.Value) {
    switch value {
    case .u32(let number):
      append(UInt32(4))
      append(number)
    case .f32(let number):
      append(UInt32(6))
      append(number.bitPattern)
    case .text(let text):
      append(UInt32(8))
      append(text: text)
    case .flags(let flags):
      append(UInt32(9))
      append(UInt32(7))
      append(UInt64(flags.count))
      append(flags.map { $0 ? 1 : 0 })
    case .u32s(let numbers):
      append(UInt32(9))
      append(UInt32(4))
      append(UInt64(numbers.count))
      numbers.forEach { append($0) }
    case .raw(let kind, let bytes):
      append(kind)
      append(bytes)
    }
  }

  mutating func pad() { append([UInt8](repeating: 0, count: -bytes.count & 31)) }
}
