/// A number without exponent, in a range, a multiple of a step, with a bounded number of fraction digits. There are no
/// leading zeros and no minus before zero.
///
/// All arithmetic is on whole numbers scaled by 10^`fractionDigits`, so that a prefix of digits stands for an interval of
/// them, and whether a value lies in it is exact.
struct NumberLeaf: Sendable {
  /// Digits of a number at most; each decimal of so many digits is a different double (IEEE 754: 15).
  static let maximumDigits = 15
  static let largest = 999_999_999_999_999
  /// Multiples that are tried against `divisors` before a prefix counts as leading nowhere.
  private static let maximumTries = 64

  /// Scaled limits, both included.
  let minimum: Int
  let maximum: Int
  let fractionDigits: Int
  /// Scaled; 1 where any value will do.
  let step: Int
  /// A value divided by each of these as doubles must be whole: so other validators decide `multipleOf`.
  let divisors: [Double]

  /// Nil where no value fits.
  init?(minimum: Int, maximum: Int, fractionDigits: Int, step: Int, divisors: [Double]) {
    self.minimum = max(minimum, -Self.largest)
    self.maximum = min(maximum, Self.largest)
    self.fractionDigits = fractionDigits
    self.step = step
    self.divisors = divisors
    guard self.minimum <= self.maximum, step >= 1, shortest(start, atLeast: 0) != nil else { return nil }
  }

  // Packed: bits 0-53 the digits so far as a whole number, 54-57 how many of them are fraction, 58-60 the phase, 61 sign.
  private struct State {
    var digits = 0
    var fraction = 0
    var phase = Phase.start
    var isNegative = false

    enum Phase: Int { case start, minus, whole, point, fraction }

    init() {}

    init(_ packed: LeafState) {
      digits = Int(packed & 0x3F_FFFF_FFFF_FFFF)
      fraction = Int(packed >> 54 & 0xF)
      phase = Phase(rawValue: Int(packed >> 58 & 7)) ?? .start
      isNegative = packed >> 61 & 1 == 1
    }

    var packed: LeafState {
      LeafState(digits) | LeafState(fraction) << 54 | LeafState(phase.rawValue) << 58 | LeafState(isNegative ? 1 : 0)
        << 61
    }
  }

  var start: LeafState { State().packed }

  private static let powers: [Int] = (0...16).map { (0..<$0).reduce(1) { power, _ in power * 10 } }

  /// Whether a magnitude from `low` to `high` (scaled) with at most `decimals` fraction digits fits.
  private func exists(from low: Int, to high: Int, isNegative: Bool, decimals: Int) -> Bool {
    let smallest = max(low, isNegative ? max(1, -maximum) : max(0, minimum))
    let largest = min(high, isNegative ? -minimum : maximum)
    guard smallest <= largest else { return false }
    let grain = Self.powers[fractionDigits - decimals]
    let (common, overflow) = (step / Self.gcd(step, grain)).multipliedReportingOverflow(by: grain)
    // Beyond the largest number only zero is a multiple.
    guard !overflow, common <= Self.largest else { return smallest == 0 }
    var value = (smallest + common - 1) / common * common
    for _ in 0..<Self.maximumTries {
      guard value <= largest else { return false }
      if divides(value) { return true }
      value += common
    }
    return false
  }

  private func divides(_ value: Int) -> Bool {
    guard !divisors.isEmpty else { return true }
    let number = Double(value) / Double(Self.powers[fractionDigits])
    return divisors.allSatisfy {
      let quotient = number / $0
      return quotient.rounded(.towardZero) == quotient
    }
  }

  private static func gcd(_ left: Int, _ right: Int) -> Int {
    var (left, right) = (left, right)
    while right != 0 { (left, right) = (right, left % right) }
    return left
  }

  /// The fewest bytes, at least `atLeast`, after which the number may end.
  private func shortest(_ packed: LeafState, atLeast: Int) -> Int? {
    let state = State(packed)
    switch state.phase {
    case .start:
      let positive = shortestFirst(isNegative: false)
      let negative = shortestFirst(isNegative: true).map { $0 + 1 }
      return [positive, negative].compactMap(\.self).min()
    case .minus: return shortestFirst(isNegative: true)
    case .whole:
      if atLeast == 0, isComplete(packed) { return 0 }
      return shortest(
        from: state.digits, to: state.digits, written: state.digits == 0 ? nil : 0, isNegative: state.isNegative)
    case .point, .fraction:
      let left = fractionDigits - state.fraction
      let low = state.digits * Self.powers[left]
      let high = low + Self.powers[left] - 1
      let first = state.phase == .point ? 1 : atLeast
      guard first <= left else { return nil }
      for more in first...left
      where exists(from: low, to: high, isNegative: state.isNegative, decimals: state.fraction + more) {
        return more
      }
      return nil
    }
  }

  /// From before the first digit.
  private func shortestFirst(isNegative: Bool) -> Int? {
    var best: Int?
    // A zero, or a digit from 1 to 9 and what may follow it.
    for (first, last) in [(0, 0), (1, 9)] {
      let scale = Self.powers[fractionDigits]
      if exists(from: first * scale, to: last * scale + scale - 1, isNegative: isNegative, decimals: 0) { return 1 }
      if let more = shortest(from: first, to: last, written: first == 0 ? nil : 0, isNegative: isNegative) {
        best = min(best ?? .max, more + 1)
      }
    }
    return best
  }

  /// The fewest bytes, one at least, after whole digits that stand for a number from `low` to `high`; `written` is nil
  /// where no further whole digit may come.
  private func shortest(from low: Int, to high: Int, written: Int?, isNegative: Bool) -> Int? {
    let scale = Self.powers[fractionDigits]
    let limit = max(abs(minimum), abs(maximum)) / scale
    var best: Int?
    for digits in 0...(written == nil ? 0 : Self.maximumDigits) {
      let power = Self.powers[digits]
      guard digits == 0 || low <= limit / power else { break }
      let from = low * power * scale
      // (high + 1) · 10^digits - 1 is the last whole number, and one less than the next is the last of its fractions.
      let (to, overflow) = ((high + 1) * power).multipliedReportingOverflow(by: scale)
      let last = overflow ? Int.max : to - 1
      if digits > 0, exists(from: from, to: last, isNegative: isNegative, decimals: 0) {
        best = min(best ?? .max, digits)
      }
      for decimals in 1..<max(1, fractionDigits + 1)
      where exists(from: from, to: last, isNegative: isNegative, decimals: decimals) {
        best = min(best ?? .max, digits + 1 + decimals)
        break
      }
    }
    return best
  }

  func isComplete(_ packed: LeafState) -> Bool {
    let state = State(packed)
    guard state.phase == .whole || state.phase == .fraction else { return false }
    let value = state.digits * Self.powers[fractionDigits - state.fraction]
    return exists(from: value, to: value, isNegative: state.isNegative, decimals: state.fraction)
  }

  func canContinue(_ packed: LeafState) -> Bool { shortest(packed, atLeast: 1) != nil }

  func distance(_ packed: LeafState) -> Int { shortest(packed, atLeast: 0) ?? Int(Int32.max / 2) }

  func next(_ packed: LeafState, _ byte: UInt8) -> LeafState {
    var state = State(packed)
    switch byte {
    case UInt8(ascii: "-"):
      guard state.phase == .start else { return .dead }
      (state.phase, state.isNegative) = (.minus, true)
    case UInt8(ascii: "."):
      guard state.phase == .whole, fractionDigits > 0 else { return .dead }
      state.phase = .point
    case 0x30...0x39:
      let digit = Int(byte - 0x30)
      switch state.phase {
      case .start, .minus: (state.phase, state.digits) = (.whole, digit)
      case .whole:
        guard state.digits > 0, state.digits <= Self.largest / Self.powers[fractionDigits] / 10 else { return .dead }
        state.digits = state.digits * 10 + digit
      case .point, .fraction:
        guard state.fraction < fractionDigits else { return .dead }
        (state.phase, state.fraction, state.digits) = (.fraction, state.fraction + 1, state.digits * 10 + digit)
      }
    default: return .dead
    }
    return shortest(state.packed, atLeast: 0) == nil ? .dead : state.packed
  }
}
