/// The types of metadata values, by the format's numbers.
enum GGUFValueType: UInt32, Sendable {
  case uint8 = 0
  case int8 = 1
  case uint16 = 2
  case int16 = 3
  case uint32 = 4
  case int32 = 5
  case float32 = 6
  case bool = 7
  case string = 8
  case array = 9
  case uint64 = 10
  case int64 = 11
  case float64 = 12

  /// Bytes of one value; 0 for strings and arrays, whose lengths stand in the file.
  var byteCount: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    case .string, .array: 0
    }
  }
}

/// Where a value lies in its file: an array is not read before somebody asks for it.
struct GGUFValue: Sendable {
  /// Of the value, or of an array's elements.
  var type: GGUFValueType
  /// Elements of an array; nil for a single value.
  var count: Int?
  /// Of the value or of the first element; a string's begins with its length in eight bytes.
  var offset: Int
}

extension GGUFBytes {
  /// The integer at `offset`; nil where the type is none or the value does not fit.
  func integer(_ type: GGUFValueType, at offset: Int) -> Int? {
    switch type {
    case .uint8: Int(load(offset, as: UInt8.self))
    case .int8: Int(load(offset, as: Int8.self))
    case .uint16: Int(load(offset, as: UInt16.self))
    case .int16: Int(load(offset, as: Int16.self))
    case .uint32: Int(exactly: load(offset, as: UInt32.self))
    case .int32: Int(load(offset, as: Int32.self))
    case .uint64: Int(exactly: load(offset, as: UInt64.self))
    case .int64: Int(exactly: load(offset, as: Int64.self))
    case .float32, .float64, .bool, .string, .array: nil
    }
  }

  /// The number at `offset`, of any integer or floating-point type.
  func number(_ type: GGUFValueType, at offset: Int) -> Double? {
    switch type {
    case .float32: Double(Float(bitPattern: load(offset)))
    case .float64: Double(bitPattern: load(offset))
    case .uint64: Double(load(offset, as: UInt64.self))
    case .int64: Double(load(offset, as: Int64.self))
    default: integer(type, at: offset).map(Double.init)
    }
  }

  /// Where the bytes of the string at `offset` lie; its length has been checked.
  func stringRange(at offset: Int) -> Range<Int> { offset + 8..<offset + 8 + Int(load(offset, as: UInt64.self)) }
}
