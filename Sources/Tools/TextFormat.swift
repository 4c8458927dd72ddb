/// The values of JSON Schema's `format` that are known here, and checks of those that are simple to check.
enum TextFormat: String, CaseIterable, Sendable {
  case date, time, dateTime = "date-time", duration, email, uuid, ipv4, int32, int64

  /// Known formats that describe without being checked.
  static let annotations: Set<String> = [
    "idn-email", "hostname", "idn-hostname", "ipv6", "uri", "uri-reference", "iri", "iri-reference", "uri-template",
    "json-pointer", "relative-json-pointer", "regex", "float", "double", "byte", "binary", "password",
  ]

  /// What the format asks for, for error texts.
  var expectation: String {
    switch self {
    case .date: "a date such as 2026-05-31"
    case .time: "a time of day such as 19:30"
    case .dateTime: "a date and time such as 2026-05-31T19:30:00Z"
    case .duration: "an ISO 8601 duration such as PT1H30M"
    case .email: "an e-mail address"
    case .uuid: "a UUID"
    case .ipv4: "an IPv4 address"
    case .int32: "a whole number of 32 bits"
    case .int64: "a whole number of 64 bits"
    }
  }

  /// Whether a value has the format. Values of a type that the format does not speak about pass, as JSON Schema
  /// wants it.
  func accepts(_ value: JSONValue) -> Bool {
    switch (self, value) {
    case (.int32, .integer(let integer)): Int32(exactly: integer) != nil
    case (.int32, .number(let number)): Int32(exactly: number) != nil
    case (.int64, .number(let number)): Int64(exactly: number) != nil
    case (.date, .string(let text)): Self.isDate(Array(text.utf8)[...])
    case (.time, .string(let text)): Self.isTime(Array(text.utf8)[...], needsSecondsAndZone: false)
    case (.dateTime, .string(let text)): Self.isDateTime(Array(text.utf8)[...])
    case (.duration, .string(let text)): Self.isDuration(Array(text.utf8)[...])
    case (.email, .string(let text)): Self.isEmail(text)
    case (.uuid, .string(let text)): Self.isUUID(Array(text.utf8))
    case (.ipv4, .string(let text)): Self.isIPv4(text)
    default: true
    }
  }

  /// The value of `count` digits at the front, which are taken off; nil where they are not digits.
  private static func takeDigits(_ count: Int, from text: inout ArraySlice<UInt8>) -> Int? {
    guard text.count >= count else { return nil }
    var value = 0
    for byte in text.prefix(count) {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    text = text.dropFirst(count)
    return value
  }

  private static func take(_ characters: StaticString, from text: inout ArraySlice<UInt8>) -> Bool {
    guard let first = text.first, characters.description.utf8.contains(first) else { return false }
    text = text.dropFirst()
    return true
  }

  /// full-date of RFC 3339.
  private static func isDate(_ text: ArraySlice<UInt8>) -> Bool {
    var text = text
    guard let year = takeDigits(4, from: &text), take("-", from: &text), let month = takeDigits(2, from: &text),
      take("-", from: &text), let day = takeDigits(2, from: &text), text.isEmpty, (1...12).contains(month)
    else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...days[month - 1]).contains(day)
  }

  /// full-time of RFC 3339. Beyond it a local time is accepted without zone and without seconds, because that is
  /// what people say and timers want.
  private static func isTime(_ text: ArraySlice<UInt8>, needsSecondsAndZone: Bool) -> Bool {
    var text = text
    guard let hour = takeDigits(2, from: &text), take(":", from: &text), let minute = takeDigits(2, from: &text),
      hour < 24, minute < 60
    else { return false }
    if take(":", from: &text) {
      guard let second = takeDigits(2, from: &text), second <= 60 else { return false }
      if take(".", from: &text) {
        guard takeDigits(1, from: &text) != nil else { return false }
        while takeDigits(1, from: &text) != nil {}
      }
    } else if needsSecondsAndZone {
      return false
    }
    if take("zZ", from: &text) { return text.isEmpty }
    if take("+-", from: &text) {
      guard let hour = takeDigits(2, from: &text), take(":", from: &text), let minute = takeDigits(2, from: &text)
      else { return false }
      return hour < 24 && minute < 60 && text.isEmpty
    }
    return text.isEmpty && !needsSecondsAndZone
  }

  private static func isDateTime(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.count > 11, isDate(text.prefix(10)) else { return false }
    var rest = text.dropFirst(10)
    return take("tT", from: &rest) && isTime(rest, needsSecondsAndZone: true)
  }

  /// P[nY][nM][nD][T[nH][nM][nS]] with at least one part, or PnW; the last part may have a fraction.
  private static func isDuration(_ text: ArraySlice<UInt8>) -> Bool {
    var text = text
    guard take("P", from: &text) else { return false }
    var units: ArraySlice<UInt8> = ArraySlice("YMWD".utf8)
    var isTime = false
    var parts = 0
    while !text.isEmpty {
      if !isTime, take("T", from: &text) {
        (isTime, units, parts) = (true, ArraySlice("HMS".utf8), 0)
        continue
      }
      guard takeDigits(1, from: &text) != nil else { return false }
      while takeDigits(1, from: &text) != nil {}
      var hasFraction = false
      if take(".,", from: &text) {
        hasFraction = true
        guard takeDigits(1, from: &text) != nil else { return false }
        while takeDigits(1, from: &text) != nil {}
      }
      guard let unit = text.popFirst(), let index = units.firstIndex(of: unit) else { return false }
      units = units[(index + 1)...]
      parts += 1
      if hasFraction, !text.isEmpty { return false }
    }
    return parts > 0
  }

  private static func isEmail(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty && !text.contains { $0.isWhitespace }
  }

  private static func isUUID(_ text: [UInt8]) -> Bool {
    guard text.count == 36 else { return false }
    return text.enumerated().allSatisfy { index, byte in
      switch index {
      case 8, 13, 18, 23: byte == UInt8(ascii: "-")
      default: Unicode.Scalar(byte).properties.isASCIIHexDigit
      }
    }
  }

  private static func isIPv4(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        part.utf8.allSatisfy { (0x30...0x39).contains($0) } && (part == "0" || !part.hasPrefix("0"))
          && UInt8(part) != nil
      }
  }
}
