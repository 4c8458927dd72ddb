/// Arithmetic on JSON numbers that does not lose digits, as JSON Schema's numeric keywords need it.
enum JSONNumber {
  /// -1, 0 or 1; both values must be numbers.
  static func compare(_ left: JSONValue, _ right: JSONValue) -> Int {
    switch (left, right) {
    case (.integer(let left), .integer(let right)): left < right ? -1 : left == right ? 0 : 1
    case (.integer(let left), .number(let right)): compare(left, right)
    case (.number(let left), .integer(let right)): -compare(right, left)
    case (.number(let left), .number(let right)): left < right ? -1 : left == right ? 0 : 1
    default: 0
    }
  }

  private static func compare(_ integer: Int64, _ number: Double) -> Int {
    // 2^63 is exact as a double; anything at or above it exceeds every Int64.
    if number >= 9_223_372_036_854_775_808 { return -1 }
    if number < -9_223_372_036_854_775_808 { return 1 }
    let floor = number.rounded(.down)
    let whole = Int64(floor)
    if integer != whole { return integer < whole ? -1 : 1 }
    return number > floor ? -1 : 0
  }

  /// Whether `value` is a whole multiple of `divisor`, both taken as the decimal numbers that they are written as:
  /// 0.3 is a multiple of 0.1, although the doubles' quotient is not whole.
  static func isMultiple(_ value: JSONValue, of divisor: JSONValue) -> Bool {
    guard let value = decimal(value), let divisor = decimal(divisor), divisor.mantissa != 0 else { return false }
    if value.mantissa == 0 { return true }
    let shift = value.exponent - divisor.exponent
    if shift >= 0 {
      // value · 10^shift mod divisor, digit by digit; the product stays below 2^64 · 10.
      var remainder = UInt128(value.mantissa % divisor.mantissa)
      for _ in 0..<shift where remainder != 0 { remainder = remainder * 10 % UInt128(divisor.mantissa) }
      return remainder == 0
    }
    var scaled = UInt128(divisor.mantissa)
    for _ in 0 ..< -shift {
      scaled *= 10
      if scaled > UInt128(value.mantissa) { return false }
    }
    return UInt128(value.mantissa) % scaled == 0
  }

  /// |value| = mantissa · 10^exponent, from the shortest text of the number.
  private static func decimal(_ value: JSONValue) -> (mantissa: UInt64, exponent: Int)? {
    switch value {
    case .integer(let integer): return (integer.magnitude, 0)
    case .number(let number):
      guard number.isFinite else { return nil }
      var mantissa: UInt64 = 0
      var exponent = 0
      var isFraction = false
      let text = Array(number.magnitude.description.utf8)
      for (index, byte) in text.enumerated() {
        switch byte {
        case UInt8(ascii: "."): isFraction = true
        case UInt8(ascii: "e"):
          exponent += Int(String(decoding: text[(index + 1)...], as: UTF8.self)) ?? 0
          return (mantissa, exponent)
        default:
          // At most 17 digits carry value; further digits of a large whole number are zeros.
          let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
          guard !overflow else { return nil }
          mantissa = product + UInt64(byte - UInt8(ascii: "0"))
          if isFraction { exponent -= 1 }
        }
      }
      return (mantissa, exponent)
    default: return nil
    }
  }
}
