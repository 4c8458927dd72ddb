import Tools

/// The decimal number that a JSON number is written as: ±mantissa · 10^exponent.
struct JSONDecimal: Hashable {
  var isNegative: Bool
  var mantissa: UInt64
  var exponent: Int

  init?(_ value: JSONValue) {
    switch value {
    case .integer(let integer): (isNegative, mantissa, exponent) = (integer < 0, integer.magnitude, 0)
    case .number(let number):
      guard number.isFinite else { return nil }
      (isNegative, mantissa, exponent) = (number < 0, 0, 0)
      var isFraction = false
      let text = Array(number.magnitude.description.utf8)
      for (index, byte) in text.enumerated() {
        switch byte {
        case UInt8(ascii: "."): isFraction = true
        case UInt8(ascii: "e"):
          exponent += Int(String(decoding: text[(index + 1)...], as: UTF8.self)) ?? 0
          normalise()
          return
        default:
          let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
          guard !overflow else { return nil }
          mantissa = product + UInt64(byte - 0x30)
          if isFraction { exponent -= 1 }
        }
      }
    default: return nil
    }
    normalise()
  }

  private mutating func normalise() {
    while mantissa != 0, mantissa % 10 == 0 {
      mantissa /= 10
      exponent += 1
    }
    if mantissa == 0 { (exponent, isNegative) = (0, false) }
  }

  var decimals: Int { max(0, -exponent) }

  /// The number times 10^`digits`, rounded down, and whether that is exact; beyond ±10^17 it stays there.
  func scaled(by digits: Int) -> (floor: Int, isExact: Bool) {
    let shift = exponent + digits
    let limit: UInt64 = 100_000_000_000_000_000
    var magnitude = mantissa
    var isExact = true
    if shift >= 0 {
      for _ in 0..<min(shift, 40) where magnitude != 0 {
        if magnitude > limit / 10 {
          magnitude = limit
          break
        }
        magnitude *= 10
      }
    } else {
      for _ in 0..<min(-shift, 40) {
        isExact = isExact && magnitude % 10 == 0
        magnitude /= 10
      }
    }
    let value = Int(min(magnitude, limit))
    guard isNegative else { return (value, isExact) }
    return (isExact ? -value : -value - 1, isExact)
  }

  /// The whole numbers that are multiples of the number times 10^`digits` are those of this one; nil beyond 10^17.
  func wholeStep(by digits: Int) -> Int? {
    let (value, isExact) = JSONDecimal(isNegative: false, mantissa: mantissa, exponent: exponent).scaled(by: digits)
    if isExact { return value > 0 && value < 100_000_000_000_000_000 ? value : nil }
    // mantissa / 10^shift in lowest terms: only 2 and 5 can be cancelled.
    var numerator = mantissa
    for prime: UInt64 in [2, 5] {
      for _ in 0..<min(64, -(exponent + digits)) where numerator % prime == 0 { numerator /= prime }
    }
    return Int(exactly: numerator).flatMap { $0 < 100_000_000_000_000_000 ? $0 : nil }
  }

  init(isNegative: Bool, mantissa: UInt64, exponent: Int) {
    (self.isNegative, self.mantissa, self.exponent) = (isNegative, mantissa, exponent)
  }
}
