/// The keys and values of a model file. Values stay in the file and are read when asked for.
///
/// Every accessor gives nil where the key is absent or its value has another type: a question about an optional key
/// needs no error. ``GGUFFile/requireInteger(_:in:)`` and its like make the error for a key that must be there.
public struct GGUFMetadata: Sendable {
  let bytes: GGUFBytes
  /// In file order.
  public let keys: [String]
  let values: [String: GGUFValue]

  /// A text; what is not UTF-8 in it becomes U+FFFD.
  public func string(_ key: String) -> String? {
    guard let value = scalar(key), value.type == .string else { return nil }
    return unsafe bytes.withBytes(bytes.stringRange(at: value.offset)) { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// An integer of any width; nil too where it does not fit into `Int`.
  public func integer(_ key: String) -> Int? { scalar(key).flatMap { bytes.integer($0.type, at: $0.offset) } }

  /// A floating-point number, or an integer as one.
  public func number(_ key: String) -> Double? { scalar(key).flatMap { bytes.number($0.type, at: $0.offset) } }

  public func flag(_ key: String) -> Bool? {
    guard let value = scalar(key), value.type == .bool else { return nil }
    return bytes.load(value.offset, as: UInt8.self) != 0
  }

  /// An array of integers of any width; nil too where one does not fit into `Int`.
  public func integers(_ key: String) -> [Int]? { elements(key) { bytes.integer($0, at: $1) } }

  /// An array of floating-point numbers, or of integers as such.
  public func numbers(_ key: String) -> [Float]? { elements(key) { bytes.number($0, at: $1).map { Float($0) } } }

  public func flags(_ key: String) -> [Bool]? {
    elements(key) { $0 == .bool ? bytes.load($1, as: UInt8.self) != 0 : nil }
  }

  /// An array of strings of any bytes.
  public func strings(_ key: String) -> ByteStrings? {
    guard let value = values[key], let count = value.count, value.type == .string else { return nil }
    var total = 0
    var offset = value.offset
    for _ in 0..<count {
      let range = bytes.stringRange(at: offset)
      total += range.count
      offset = range.upperBound
    }
    var strings = ByteStrings()
    strings.reserveCapacity(strings: count, bytes: total)
    offset = value.offset
    for _ in 0..<count {
      let range = bytes.stringRange(at: offset)
      unsafe bytes.withBytes(range) { unsafe strings.append($0) }
      offset = range.upperBound
    }
    return strings
  }

  /// Number of elements of an array of any type, without reading it.
  public func count(_ key: String) -> Int? { values[key]?.count }

  public func contains(_ key: String) -> Bool { values[key] != nil }

  private func scalar(_ key: String) -> GGUFValue? { values[key].flatMap { $0.count == nil ? $0 : nil } }

  /// The elements of an array of fixed-width values, nil where `element` refuses one.
  private func elements<Element>(_ key: String, _ element: (GGUFValueType, Int) -> Element?) -> [Element]? {
    guard let value = values[key], let count = value.count, value.type != .string else { return nil }
    var result: [Element] = []
    result.reserveCapacity(count)
    for index in 0..<count {
      guard let next = element(value.type, value.offset + index * value.type.byteCount) else { return nil }
      result.append(next)
    }
    return result
  }
}
