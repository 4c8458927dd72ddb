extension GGUFMetadata {
  /// Reads `count` keys; checks every length, type and flag, and leaves the values where they are.
  init(reading cursor: inout GGUFCursor, count: Int) throws(InferenceError) {
    bytes = cursor.bytes
    var keys: [String] = []
    var values: [String: GGUFValue] = [:]
    keys.reserveCapacity(count)
    values.reserveCapacity(count)
    for index in 0..<count {
      let key = try cursor.name("key \(index + 1) of \(count)", limit: GGUFLimits.keyBytes)
      let value = try Self.value(of: key, &cursor)
      guard values.updateValue(value, forKey: key) == nil else { throw cursor.invalid("the key \(key) is there twice") }
      keys.append(key)
    }
    self.keys = keys
    self.values = values
  }

  private static func value(of key: String, _ cursor: inout GGUFCursor) throws(InferenceError) -> GGUFValue {
    let type = try type(of: key, &cursor)
    if type == .array { return try array(of: key, &cursor) }
    let value = GGUFValue(type: type, count: nil, offset: cursor.offset)
    switch type {
    case .string: _ = try cursor.string("the value of \(key)")
    case .bool: try checkFlag(key, &cursor)
    default: try cursor.skip(type.byteCount, "the value of \(key)")
    }
    return value
  }

  private static func array(of key: String, _ cursor: inout GGUFCursor) throws(InferenceError) -> GGUFValue {
    let type = try type(of: key, &cursor)
    guard type != .array else {
      throw cursor.unsupported(
        "the key \(key) holds arrays of arrays", remedy: "Convert the model again with a current converter.")
    }
    let stated = try cursor.number("the number of elements of \(key)", as: UInt64.self)
    guard stated <= UInt64(GGUFLimits.elements) else {
      throw cursor.invalid("the key \(key) has \(stated) elements; at most \(GGUFLimits.elements) are allowed")
    }
    let count = Int(stated)
    let value = GGUFValue(type: type, count: count, offset: cursor.offset)
    switch type {
    case .string: for index in 0..<count { _ = try cursor.string("element \(index) of \(key)") }
    case .bool: for _ in 0..<count { try checkFlag(key, &cursor) }
    default: try cursor.skip(count * type.byteCount, "the \(count) elements of \(key)")
    }
    return value
  }

  private static func type(of key: String, _ cursor: inout GGUFCursor) throws(InferenceError) -> GGUFValueType {
    let number = try cursor.number("the type of \(key)", as: UInt32.self)
    guard let type = GGUFValueType(rawValue: number) else {
      throw cursor.invalid("the key \(key) has a value of type \(number); 0 to 12 are allowed")
    }
    return type
  }

  private static func checkFlag(_ key: String, _ cursor: inout GGUFCursor) throws(InferenceError) {
    let flag = try cursor.number("the value of \(key)", as: UInt8.self)
    guard flag <= 1 else { throw cursor.invalid("the key \(key) has the flag \(flag); 0 and 1 are allowed") }
  }
}
