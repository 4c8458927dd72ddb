extension JSONValue {
  /// How JSON text is laid out.
  public enum Layout: Hashable, Sendable {
    /// One line without spaces.
    case compact
    /// One element a line, two spaces a level.
    case pretty
    /// One line with a space after each comma and colon, numbers laid out as Python writes them: `json.dumps` with
    /// `ensure_ascii=False`, which is what language models have read.
    case spaced
    /// As `spaced`, one element a line, four spaces a level: `json.dumps` with `indent=4`.
    case indented
  }

  /// The value as JSON text: keys in their order, doubles as the shortest text that reads back equal, control
  /// characters escaped, everything else as it is. A number that is not finite, which no parser makes, is `null`.
  public func text(_ layout: Layout = .compact) -> String { String(decoding: bytes(layout), as: UTF8.self) }

  /// The same text as UTF-8 bytes.
  public func bytes(_ layout: Layout = .compact) -> [UInt8] {
    var writer = JSONWriter(layout: layout, sortsKeys: false)
    writer.write(self, level: 0)
    return writer.output
  }

  /// Text in which two values are equal exactly if JSON Schema calls them equal: keys sorted, and a number without
  /// fraction written the same however it was written before (JSON Schema core, 4.2.2).
  var canonicalBytes: [UInt8] {
    var writer = JSONWriter(layout: .compact, sortsKeys: true)
    writer.write(self, level: 0)
    return writer.output
  }
}

/// Appends values as JSON text. Recursion follows the value's own nesting.
struct JSONWriter {
  private(set) var output: [UInt8] = []
  private let layout: JSONValue.Layout
  private let sortsKeys: Bool

  init(layout: JSONValue.Layout, sortsKeys: Bool) {
    self.layout = layout
    self.sortsKeys = sortsKeys
  }

  mutating func write(_ value: JSONValue, level: Int) {
    switch value {
    case .null: append("null")
    case .bool(let flag): append(flag ? "true" : "false")
    case .integer(let integer): append(String(integer))
    case .number(let number): writeNumber(number)
    case .string(let string): writeString(string)
    case .array(let elements):
      write(elements.count, open: "[", close: "]", level: level) { writer, index in
        writer.write(elements[index], level: level + 1)
      }
    case .object(let object):
      let keys = sortsKeys ? object.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } : Array(object.keys)
      write(keys.count, open: "{", close: "}", level: level) { writer, index in
        writer.writeString(keys[index])
        writer.append(writer.layout == .compact ? ":" : ": ")
        writer.write(object[keys[index]] ?? .null, level: level + 1)
      }
    }
  }

  private mutating func append(_ text: String) { output.append(contentsOf: text.utf8) }

  private mutating func write(
    _ count: Int, open: String, close: String, level: Int, element: (inout JSONWriter, Int) -> Void
  ) {
    append(open)
    for index in 0..<count {
      if index > 0 { append(layout == .spaced ? ", " : ",") }
      breakLine(level: level + 1)
      element(&self, index)
    }
    if count > 0 { breakLine(level: level) }
    append(close)
  }

  private mutating func breakLine(level: Int) {
    guard layout == .pretty || layout == .indented else { return }
    append("\n")
    for _ in 0..<level { append(layout == .pretty ? "  " : "    ") }
  }

  private mutating func writeNumber(_ number: Double) {
    if !number.isFinite {
      append("null")
    } else if sortsKeys, let integer = Int64(exactly: number) {
      append(String(integer))
    } else if layout == .spaced || layout == .indented {
      append(Self.pythonText(number))
    } else {
      // The standard library prints the shortest text that reads back equal, always with a fraction or an exponent.
      append(number.description)
    }
  }

  /// Python's `repr`: the same digits as the standard library's, with an exponent below 1e-4 and from 1e16 on.
  private static func pythonText(_ number: Double) -> String {
    var digits: [UInt8] = []
    // The number is 0.d₁d₂d₃… · 10^point.
    var point = 0
    var hasPoint = false
    let written = Array(number.magnitude.description.utf8)
    scan: for (index, byte) in written.enumerated() {
      switch byte {
      case UInt8(ascii: "."): hasPoint = true
      case UInt8(ascii: "e"):
        point += Int(String(decoding: written.dropFirst(index + 1), as: UTF8.self)) ?? 0
        break scan
      default:
        if !hasPoint { point += 1 }
        digits.append(byte)
      }
    }
    let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
    digits.removeFirst(leading)
    point -= leading
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    let sign = number.sign == .minus ? "-" : ""
    if digits.isEmpty { return sign + "0.0" }
    let text = String(decoding: digits, as: UTF8.self)
    if point < -3 || point > 16 {
      let exponent = point - 1
      let size = String(exponent.magnitude)
      let fraction = digits.count > 1 ? "." + text.dropFirst() : ""
      return sign + text.prefix(1) + fraction + (exponent < 0 ? "e-" : "e+") + (size.utf8.count < 2 ? "0" : "") + size
    }
    if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + text }
    if point >= digits.count { return sign + text + String(repeating: "0", count: point - digits.count) + ".0" }
    return sign + text.prefix(point) + "." + text.dropFirst(point)
  }

  private mutating func writeString(_ string: String) {
    append("\"")
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case 0x08: append("\\b")
      case 0x0C: append("\\f")
      case 0x0A: append("\\n")
      case 0x0D: append("\\r")
      case 0x09: append("\\t")
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        append("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
      default: output.append(byte)
      }
    }
    append("\"")
  }
}
