extension JSONValue {
  /// The member of an object, or nil where there is none or this is no object.
  public subscript(key: String) -> JSONValue? {
    if case .object(let object) = self { object[key] } else { nil }
  }

  /// The element of an array, or nil where there is none or this is no array.
  public subscript(index: Int) -> JSONValue? {
    if case .array(let elements) = self, elements.indices.contains(index) { elements[index] } else { nil }
  }

  public var isNull: Bool { self == .null }

  public var boolValue: Bool? { if case .bool(let flag) = self { flag } else { nil } }

  public var stringValue: String? { if case .string(let string) = self { string } else { nil } }

  public var arrayValue: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

  public var objectValue: JSONObject? { if case .object(let object) = self { object } else { nil } }

  /// The value of an integer, or of a number without fraction that fits 64 bits.
  public var integerValue: Int64? {
    switch self {
    case .integer(let integer): integer
    case .number(let number): Int64(exactly: number)
    default: nil
    }
  }

  /// The value of a number of either kind; an integer above 2^53 may be rounded.
  public var doubleValue: Double? {
    switch self {
    case .integer(let integer): Double(integer)
    case .number(let number): number
    default: nil
    }
  }

  /// The name of the value's type as JSON Schema calls it; a number without fraction is an `integer`.
  public var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .integer: "integer"
    case .number(let number): number.rounded() == number ? "integer" : "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }

  /// What a JSON pointer (RFC 6901) leads to, or nil. The empty pointer is the value itself.
  public func value(at pointer: String) -> JSONValue? {
    guard let tokens = JSONPointer.tokens(of: pointer) else { return nil }
    var value = self
    for token in tokens {
      let next: JSONValue? =
        switch value {
        case .object(let object): object[token]
        case .array: JSONPointer.arrayIndex(token).flatMap { value[$0] }
        default: nil
        }
      guard let next else { return nil }
      value = next
    }
    return value
  }
}

// There is no `nil` literal on purpose: it would blur "no member" and "the member null".
extension JSONValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// The last of equal keys counts.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements, uniquingKeysWith: { _, last in last }))
  }
}

/// JSON pointers (RFC 6901).
public enum JSONPointer {
  /// The reference tokens of a pointer with `~1` and `~0` undone, or nil where it is malformed.
  public static func tokens(of pointer: String) -> [String]? {
    if pointer.isEmpty { return [] }
    guard pointer.utf8.first == UInt8(ascii: "/") else { return nil }
    var tokens: [String] = []
    // By bytes: a combining mark at the start of a key makes one `Character` with the slash before it.
    for part in pointer.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      var token: [UInt8] = []
      var isEscape = false
      for byte in part {
        switch (isEscape, byte) {
        case (true, UInt8(ascii: "0")): token.append(UInt8(ascii: "~"))
        case (true, UInt8(ascii: "1")): token.append(UInt8(ascii: "/"))
        case (true, _): return nil
        case (false, UInt8(ascii: "~")): break
        case (false, _): token.append(byte)
        }
        isEscape = !isEscape && byte == UInt8(ascii: "~")
      }
      if isEscape { return nil }
      tokens.append(String(decoding: token, as: UTF8.self))
    }
    return tokens
  }

  /// `pointer` one step further, to `key`.
  public static func appending(_ key: String, to pointer: String) -> String {
    var result = pointer + "/"
    for scalar in key.unicodeScalars {
      switch scalar {
      case "~": result += "~0"
      case "/": result += "~1"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// An array index is 0 or digits without a leading zero.
  static func arrayIndex(_ token: String) -> Int? {
    guard token.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), token == "0" || token.utf8.first != 0x30 else {
      return nil
    }
    return Int(token)
  }
}
