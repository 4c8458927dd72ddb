/// How much JSON text may hold. What exceeds a limit is refused before memory is taken for it.
public struct JSONLimits: Hashable, Sendable {
  /// Length of the text in bytes.
  public var maximumBytes: Int
  /// Arrays and objects inside each other; a scalar has depth 0.
  public var maximumDepth: Int
  /// All values of the text together.
  public var maximumValues: Int
  /// Length of one number as written, in bytes.
  public var maximumNumberBytes: Int

  public init(
    maximumBytes: Int = 1 << 20, maximumDepth: Int = 64, maximumValues: Int = 100_000, maximumNumberBytes: Int = 64
  ) {
    self.maximumBytes = maximumBytes
    self.maximumDepth = maximumDepth
    self.maximumValues = maximumValues
    self.maximumNumberBytes = maximumNumberBytes
  }

  public static let `default` = JSONLimits()
}

extension JSONValue {
  /// Reads one JSON text (RFC 8259): UTF-8 without a byte-order mark, one value, white space around it.
  ///
  /// Duplicate keys are refused, because readers disagree about which one counts. Keys that differ only by Unicode
  /// normalisation count as duplicates. A number without fraction and exponent that fits 64 bits becomes `integer`,
  /// any other becomes `number`; one that is not finite as a double is refused. Takes time linear in the text.
  /// - Throws: `ToolsError` with `syntax` or `limitExceeded`, and the position.
  public init(parsing bytes: Span<UInt8>, limits: JSONLimits = .default) throws(ToolsError) {
    guard bytes.count <= limits.maximumBytes else {
      throw ToolsError(
        code: .limitExceeded,
        what: "could not read JSON: it is \(bytes.count) bytes long, at most \(limits.maximumBytes) are allowed")
    }
    var parser = JSONParser(bytes: bytes, limits: limits)
    self = try parser.parseText()
  }

  /// Reads one JSON text held in an array of bytes.
  public init(parsing bytes: [UInt8], limits: JSONLimits = .default) throws(ToolsError) {
    try self.init(parsing: bytes.span, limits: limits)
  }

  /// Reads one JSON text held in a string.
  public init(parsing text: String, limits: JSONLimits = .default) throws(ToolsError) {
    try self.init(parsing: [UInt8](text.utf8), limits: limits)
  }
}

/// A recursive-descent parser of one text; recursion is bounded by `JSONLimits.maximumDepth`.
struct JSONParser: ~Escapable {
  private let bytes: Span<UInt8>
  private let limits: JSONLimits
  private var offset = 0
  private var values = 0

  @_lifetime(copy bytes)
  init(bytes: Span<UInt8>, limits: JSONLimits) {
    self.bytes = bytes
    self.limits = limits
  }

  mutating func parseText() throws(ToolsError) -> JSONValue {
    skipWhitespace()
    let value = try parseValue(depth: 0)
    skipWhitespace()
    guard offset == bytes.count else { throw failure("there is more text after the value") }
    return value
  }

  private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skipWhitespace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
  }

  private mutating func parseValue(depth: Int) throws(ToolsError) -> JSONValue {
    values += 1
    guard values <= limits.maximumValues else {
      throw failure("there are more than \(limits.maximumValues) values", code: .limitExceeded)
    }
    guard let first = next else { throw failure("it ends where a value should stand") }
    switch first {
    case UInt8(ascii: "{"): return .object(try parseObject(depth: try deeper(than: depth)))
    case UInt8(ascii: "["): return .array(try parseArray(depth: try deeper(than: depth)))
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
    case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
    case UInt8(ascii: "n"): return try parseWord("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
    default: throw failure("no value begins with this character")
    }
  }

  private func deeper(than depth: Int) throws(ToolsError) -> Int {
    guard depth < limits.maximumDepth else {
      throw failure("it nests deeper than \(limits.maximumDepth) levels", code: .limitExceeded)
    }
    return depth + 1
  }

  private mutating func parseWord(_ word: StaticString, _ value: JSONValue) throws(ToolsError) -> JSONValue {
    let start = offset
    for expected in word.description.utf8 {
      guard next == expected else {
        offset = start
        throw failure("no value is written like this; true, false and null are lower case")
      }
      offset += 1
    }
    return value
  }

  private mutating func parseArray(depth: Int) throws(ToolsError) -> [JSONValue] {
    offset += 1
    var elements: [JSONValue] = []
    skipWhitespace()
    if next == UInt8(ascii: "]") {
      offset += 1
      return elements
    }
    while true {
      skipWhitespace()
      elements.append(try parseValue(depth: depth))
      skipWhitespace()
      switch next {
      case UInt8(ascii: ","): offset += 1
      case UInt8(ascii: "]"):
        offset += 1
        return elements
      case nil: throw failure("it ends inside an array")
      default: throw failure("a comma or ] is missing")
      }
    }
  }

  private mutating func parseObject(depth: Int) throws(ToolsError) -> JSONObject {
    offset += 1
    var object = JSONObject()
    skipWhitespace()
    if next == UInt8(ascii: "}") {
      offset += 1
      return object
    }
    while true {
      skipWhitespace()
      guard next == UInt8(ascii: "\"") else {
        throw failure(next == nil ? "it ends inside an object" : "a key in double quotes is missing")
      }
      let keyStart = offset
      let key = try parseString()
      guard object[key] == nil else {
        offset = keyStart
        throw failure("this key stands twice in its object")
      }
      skipWhitespace()
      guard next == UInt8(ascii: ":") else { throw failure("a colon is missing after the key") }
      offset += 1
      skipWhitespace()
      object[key] = try parseValue(depth: depth)
      skipWhitespace()
      switch next {
      case UInt8(ascii: ","): offset += 1
      case UInt8(ascii: "}"):
        offset += 1
        return object
      case nil: throw failure("it ends inside an object")
      default: throw failure("a comma or } is missing")
      }
    }
  }

  // number = [ "-" ] ( "0" / 1-9 *digit ) [ "." 1*digit ] [ ( "e" / "E" ) [ "-" / "+" ] 1*digit ]   (RFC 8259, 6)
  private mutating func parseNumber() throws(ToolsError) -> JSONValue {
    let start = offset
    var isInteger = true
    if next == UInt8(ascii: "-") { offset += 1 }
    if next == UInt8(ascii: "0") {
      offset += 1
      if let byte = next, isDigit(byte) { throw failure("a number has no leading zeros") }
    } else {
      try skipDigits("a digit is missing in the number")
    }
    if next == UInt8(ascii: ".") {
      isInteger = false
      offset += 1
      try skipDigits("a digit is missing after the decimal point")
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      isInteger = false
      offset += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { offset += 1 }
      try skipDigits("a digit is missing in the exponent")
    }
    guard offset - start <= limits.maximumNumberBytes else {
      offset = start
      throw failure("a number is longer than \(limits.maximumNumberBytes) characters", code: .limitExceeded)
    }
    let text = string(from: start, to: offset)
    if isInteger, let integer = Int64(text) { return .integer(integer) }
    guard let number = Double(text), number.isFinite else {
      offset = start
      throw failure("a number is too large", code: .limitExceeded)
    }
    return .number(number)
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private mutating func skipDigits(_ complaint: String) throws(ToolsError) {
    let start = offset
    while let byte = next, isDigit(byte) { offset += 1 }
    if offset == start { throw failure(complaint) }
  }

  private func string(from start: Int, to end: Int) -> String {
    var copy: [UInt8] = []
    copy.reserveCapacity(end - start)
    for index in start..<end { copy.append(bytes[index]) }
    return String(decoding: copy, as: UTF8.self)
  }

  private mutating func parseString() throws(ToolsError) -> String {
    offset += 1
    var text: [UInt8] = []
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        let scalar = try parseEscape()
        text.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
      case 0..<0x20:
        throw failure("a control character stands in a string; write it as \\u00XX")
      case 0x20..<0x80:
        text.append(byte)
        offset += 1
      default:
        let length = wellFormedLength()
        guard length > 0 else { throw failure("the text is not valid UTF-8") }
        for index in offset..<offset + length { text.append(bytes[index]) }
        offset += length
      }
    }
    throw failure("it ends inside a string")
  }

  private mutating func parseEscape() throws(ToolsError) -> Unicode.Scalar {
    let start = offset
    offset += 1
    guard let kind = next else { throw failure("it ends inside a string") }
    offset += 1
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(kind)
    case UInt8(ascii: "b"): return "\u{08}"
    case UInt8(ascii: "f"): return "\u{0C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let unit = try parseFourHexDigits()
      if let scalar = Unicode.Scalar(unit) { return scalar }
      // A surrogate: a high one must be followed at once by an escaped low one.
      guard unit < 0xDC00, next == UInt8(ascii: "\\"), offset + 1 < bytes.count,
        bytes[offset + 1] == UInt8(ascii: "u")
      else {
        offset = start
        throw failure("half of a surrogate pair stands alone")
      }
      offset += 2
      let low = try parseFourHexDigits()
      guard (0xDC00...0xDFFF).contains(low),
        let scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
      else {
        offset = start
        throw failure("half of a surrogate pair stands alone")
      }
      return scalar
    default:
      offset = start
      throw failure("no escape is written like this")
    }
  }

  private mutating func parseFourHexDigits() throws(ToolsError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = hexDigit(byte) else { throw failure("\\u takes four hexadecimal digits") }
      unit = unit << 4 | UInt16(digit)
      offset += 1
    }
    return unit
  }

  private func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// Length of the well-formed multi-byte sequence at `offset`, or 0 (Unicode 16, table 3-7: no overlong forms, no
  /// surrogates, nothing above U+10FFFF).
  private func wellFormedLength() -> Int {
    let lead = bytes[offset]
    let (length, second): (Int, ClosedRange<UInt8>)
    switch lead {
    case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xE1...0xEC, 0xEE, 0xEF: (length, second) = (3, 0x80...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return 0
    }
    guard offset + length <= bytes.count, second.contains(bytes[offset + 1]) else { return 0 }
    for index in offset + 2..<offset + length where !(0x80...0xBF).contains(bytes[index]) { return 0 }
    return length
  }

  private func failure(_ reason: String, code: ToolsError.Code = .syntax) -> ToolsError {
    var line = 1
    var column = 1
    for index in 0..<min(offset, bytes.count) {
      if bytes[index] == 0x0A {
        line += 1
        column = 1
      } else if bytes[index] & 0xC0 != 0x80 {
        column += 1
      }
    }
    return ToolsError(
      code: code, what: "could not read JSON: \(reason)",
      position: .init(offset: offset, line: line, column: column))
  }
}
