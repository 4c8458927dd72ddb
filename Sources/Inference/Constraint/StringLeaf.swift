import Tools

/// The rest of a JSON string after its opening quote, closing quote included: well-formed UTF-8 or escapes, a number of
/// Unicode scalars between two limits, matching patterns. U+0000 is never written: few receivers survive it.
struct StringLeaf: Sendable {
  /// Longer strings are cut to this many scalars.
  static let maximumLength = 8_000
  /// Entries of the table of lengths.
  static let maximumTable = 2_000_000

  let minimum: Int
  let maximum: Int
  private let automaton: TextPatternAutomaton?
  private let allowsNonASCII: Bool
  /// `[state × (maximum + 1)]` the fewest bytes with which a match of exactly so many more scalars is written.
  private let costs: [Int32]
  /// The most scalars that the shortest match needs from any state.
  private let slack: Int

  private static let unreachable = Int32.max / 2

  /// Nil where no text fits.
  init?(minimum: Int, maximum: Int, automaton: TextPatternAutomaton?, allowsNonASCII: Bool) {
    var maximum = min(maximum, Self.maximumLength)
    if let automaton { maximum = min(maximum, max(minimum + 32, Self.maximumTable / automaton.stateCount - 1)) }
    guard minimum <= maximum else { return nil }
    self.minimum = minimum
    self.maximum = maximum
    self.automaton = automaton
    self.allowsNonASCII = allowsNonASCII
    guard let automaton else {
      (costs, slack) = ([], 0)
      return
    }
    let table = Self.table(automaton, maximum: maximum, allowsNonASCII: allowsNonASCII)
    costs = table
    var slack = 0
    for state in 0..<automaton.stateCount {
      let row = table[state * (maximum + 1)..<(state + 1) * (maximum + 1)]
      if let first = row.firstIndex(where: { $0 < Self.unreachable }) { slack = max(slack, first - row.startIndex) }
    }
    self.slack = slack
    if distance(start) >= Int(Self.unreachable) { return nil }
  }

  private static func table(_ automaton: TextPatternAutomaton, maximum: Int, allowsNonASCII: Bool) -> [Int32] {
    var classCosts = Array(repeating: unreachable, count: automaton.classCount)
    for run in automaton.runs {
      classCosts[run.scalarClass] = min(
        classCosts[run.scalarClass], cost(run.scalars, allowsNonASCII: allowsNonASCII))
    }
    var edges: [[Int: Int32]] = Array(repeating: [:], count: automaton.stateCount)
    for state in 0..<automaton.stateCount {
      for scalarClass in 0..<automaton.classCount where classCosts[scalarClass] < unreachable {
        edges[state][automaton.next(state, scalarClass: scalarClass), default: unreachable] = min(
          edges[state][automaton.next(state, scalarClass: scalarClass)] ?? unreachable, classCosts[scalarClass])
      }
    }
    let lists = edges.map { $0.map { (target: $0.key, cost: $0.value) } }
    let width = maximum + 1
    var table = Array(repeating: unreachable, count: automaton.stateCount * width)
    for state in 0..<automaton.stateCount where automaton.accepts(inState: state) { table[state * width] = 0 }
    for length in 1..<max(1, width) {
      for state in 0..<automaton.stateCount {
        var best = unreachable
        for edge in lists[state] { best = min(best, edge.cost + table[edge.target * width + length - 1]) }
        table[state * width + length] = min(best, unreachable)
      }
    }
    return table
  }

  /// The fewest bytes of any scalar in the range, as it is written in a string.
  private static func cost(_ range: ClosedRange<UInt32>, allowsNonASCII: Bool) -> Int32 {
    var best = unreachable
    for value in range.clamped(to: 0...0x7F) where range.overlaps(0...0x7F) {
      switch value {
      case 0: break
      case 0x22, 0x5C, 0x08, 0x09, 0x0A, 0x0C, 0x0D: best = min(best, 2)
      case 1..<0x20: best = min(best, 6)
      default: return 1
      }
    }
    if range.overlaps(0x80...0x7FF) { best = min(best, allowsNonASCII ? 2 : 6) }
    if range.overlaps(0x800...0xFFFF) { best = min(best, allowsNonASCII ? 3 : 6) }
    if range.overlaps(0x10000...0x10FFFF) { best = min(best, allowsNonASCII ? 4 : 12) }
    return best
  }

  // Packed: bits 0-25 the value of a partial character, 26-29 the phase, 30-43 the scalars so far, 44-59 the state of
  // the patterns. Phases: 0 between characters, 1-3 continuation bytes to come, 4 after a backslash, 5-8 after \u and 0-3
  // digits, 9 a backslash and 10 the u of the second surrogate to come, 11-14 its digits.
  private struct State {
    var value: UInt32 = 0
    var phase = 0
    var count = 0
    var pattern = 0

    init(count: Int, pattern: Int) { (self.count, self.pattern) = (count, pattern) }

    init(_ packed: LeafState) {
      value = UInt32(packed & 0x3FF_FFFF)
      phase = Int(packed >> 26 & 0xF)
      count = Int(packed >> 30 & 0x3FFF)
      pattern = Int(packed >> 44 & 0xFFFF)
    }

    var packed: LeafState {
      LeafState(value) | LeafState(phase) << 26 | LeafState(count) << 30 | LeafState(pattern) << 44
    }

    var utf8: UTF8State {
      let (low, high): (UInt8, UInt8) =
        switch (phase, value) {
        case (2, 0): (0xA0, 0xBF)
        case (2, 0x0D): (0x80, 0x9F)
        case (3, 0): (0x90, 0xBF)
        case (3, 4): (0x80, 0x8F)
        default: (0x80, 0xBF)
        }
      return UTF8State(remaining: UInt8(phase), value: value, low: low, high: high)
    }
  }

  var start: LeafState { State(count: 0, pattern: 0).packed }

  /// Fewest bytes from between two characters to the end, closing quote included.
  private func rest(pattern: Int, count: Int) -> Int {
    guard count <= maximum else { return Int(Self.unreachable) }
    let needed = max(0, minimum - count)
    guard automaton != nil else { return needed + 1 }
    var best = Self.unreachable
    let row = pattern * (maximum + 1)
    for length in needed...(maximum - count) { best = min(best, costs[row + length]) }
    return Int(best) + 1
  }

  private func isDead(_ distance: Int) -> Bool { distance >= Int(Self.unreachable) }

  /// Fewest bytes after one more scalar of the range.
  private func rest(after range: ClosedRange<UInt32>, _ state: State) -> Int {
    guard state.count < maximum, range.upperBound > 0 else { return Int(Self.unreachable) }
    guard let automaton else { return rest(pattern: 0, count: state.count + 1) }
    let lower = max(1, range.lowerBound)
    var best = Int(Self.unreachable)
    var lastClass = -1
    var index = automaton.firstRun(from: lower)
    while index < automaton.runs.count, automaton.runs[index].scalars.lowerBound <= range.upperBound {
      let scalarClass = automaton.runs[index].scalarClass
      if scalarClass != lastClass {
        let next = automaton.next(state.pattern, scalarClass: scalarClass)
        best = min(best, rest(pattern: next, count: state.count + 1))
        lastClass = scalarClass
      }
      index += 1
    }
    return best
  }

  func distance(_ packed: LeafState) -> Int {
    let state = State(packed)
    let unreachable = Int(Self.unreachable)
    switch state.phase {
    case 0: return rest(pattern: state.pattern, count: state.count)
    case 1...3: return min(unreachable, state.phase + rest(after: state.utf8.scalars, state))
    case 4:
      var best = unreachable
      for (_, scalar) in Self.escapes { best = min(best, 1 + rest(after: scalar...scalar, state)) }
      var inner = state
      (inner.phase, inner.value) = (5, 0)
      return min(best, 1 + distance(inner.packed))
    case 5...8:
      let digits = 9 - state.phase
      let shift = UInt32(4 * digits)
      let low = state.value << shift
      let high = low | (1 << shift - 1)
      var best = unreachable
      if low < 0xD800 { best = min(best, digits + rest(after: low...min(high, 0xD7FF), state)) }
      if high > 0xDFFF { best = min(best, digits + rest(after: max(low, 0xE000)...high, state)) }
      if low <= 0xDBFF, high >= 0xD800 {
        let first = 0x10000 + (max(low, 0xD800) - 0xD800) << 10
        let last = 0x10000 + (min(high, 0xDBFF) - 0xD800) << 10 + 0x3FF
        best = min(best, digits + 6 + rest(after: first...last, state))
      }
      return best
    case 9, 10:
      let first = 0x10000 + (state.value - 0xD800) << 10
      return min(unreachable, 15 - state.phase + rest(after: first...first + 0x3FF, state))
    default:
      let digits = 15 - state.phase
      let base = 0x10000 + (state.value >> 12) << 10
      let shift = UInt32(4 * digits)
      let low = max(0xDC00, (state.value & 0xFFF) << shift)
      let high = min(0xDFFF, (state.value & 0xFFF) << shift | (1 << shift - 1))
      guard low <= high else { return unreachable }
      return min(unreachable, digits + rest(after: base + low - 0xDC00...base + high - 0xDC00, state))
    }
  }

  private static let escapes: [(UInt8, UInt32)] = [
    (UInt8(ascii: "\""), 0x22), (UInt8(ascii: "\\"), 0x5C), (UInt8(ascii: "/"), 0x2F), (UInt8(ascii: "b"), 8),
    (UInt8(ascii: "f"), 12), (UInt8(ascii: "n"), 10), (UInt8(ascii: "r"), 13), (UInt8(ascii: "t"), 9),
  ]

  func next(_ packed: LeafState, _ byte: UInt8) -> LeafState {
    var state = State(packed)
    switch state.phase {
    case 0:
      switch byte {
      case UInt8(ascii: "\""):
        guard state.count >= minimum else { return .dead }
        return automaton?.accepts(inState: state.pattern) ?? true ? .done : .dead
      case UInt8(ascii: "\\"): state.phase = 4
      case 0..<0x20: return .dead
      case 0x20..<0x80: return advance(state, UInt32(byte))
      default:
        guard allowsNonASCII, let utf8 = UTF8State.boundary.next(byte) else { return .dead }
        (state.phase, state.value) = (Int(utf8.remaining), utf8.value)
      }
    case 1...3:
      let utf8 = state.utf8
      guard let next = utf8.next(byte) else { return .dead }
      if next == .boundary { return advance(state, utf8.value << 6 | UInt32(byte & 0x3F)) }
      (state.phase, state.value) = (Int(next.remaining), next.value)
    case 4:
      if let escape = Self.escapes.first(where: { $0.0 == byte }) { return advance(state, escape.1) }
      guard byte == UInt8(ascii: "u") else { return .dead }
      (state.phase, state.value) = (5, 0)
    case 5...8:
      guard let digit = Self.hexDigit(byte) else { return .dead }
      state.value = state.value << 4 | digit
      state.phase += 1
      if state.phase == 9, !(0xD800...0xDBFF).contains(state.value) {
        return (0xDC00...0xDFFF).contains(state.value) ? .dead : advance(state, state.value)
      }
    case 9:
      guard byte == UInt8(ascii: "\\") else { return .dead }
      state.phase = 10
    case 10:
      guard byte == UInt8(ascii: "u") else { return .dead }
      (state.phase, state.value) = (11, (state.value - 0xD800) << 12)
    default:
      guard let digit = Self.hexDigit(byte) else { return .dead }
      if state.phase == 14 {
        let low = (state.value & 0xFFF) << 4 | digit
        guard (0xDC00...0xDFFF).contains(low) else { return .dead }
        return advance(state, 0x10000 + (state.value >> 12) << 10 + low - 0xDC00)
      }
      state.value = state.value & ~0xFFF | (state.value & 0xFFF) << 4 | digit
      state.phase += 1
    }
    let packed = state.packed
    return isDead(distance(packed)) ? .dead : packed
  }

  private func advance(_ state: State, _ scalar: UInt32) -> LeafState {
    guard scalar != 0, state.count < maximum else { return .dead }
    guard let automaton else { return State(count: state.count + 1, pattern: 0).packed }
    guard let pattern = automaton.next(state.pattern, scalar),
      !isDead(rest(pattern: pattern, count: state.count + 1))
    else { return .dead }
    return State(count: state.count + 1, pattern: pattern).packed
  }

  private static func hexDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte - 0x30)
    case 0x41...0x46: UInt32(byte - 0x41 + 10)
    case 0x61...0x66: UInt32(byte - 0x61 + 10)
    default: nil
    }
  }

  /// A state that allows the same tokens of at most `longestToken` bytes: far from both limits the count is of no matter.
  func canonical(_ packed: LeafState, longestToken: Int) -> LeafState {
    var state = State(packed)
    guard state.count > minimum, maximum - state.count > longestToken + slack + 2 else { return packed }
    state.count = minimum
    return state.packed
  }

  /// How many more scalars fit, where the state is between characters of a string without pattern; else nil.
  func plainRoom(_ packed: LeafState) -> Int? {
    let state = State(packed)
    return automaton == nil && allowsNonASCII && state.phase == 0 ? maximum - state.count : nil
  }
}
