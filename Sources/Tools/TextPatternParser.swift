/// What a pattern means, before it becomes a program.
indirect enum PatternNode {
  case empty
  case scalar(ScalarSet)
  case assertion(TextPattern.Assertion)
  case sequence([PatternNode])
  case alternatives([PatternNode])
  case repetition(PatternNode, minimum: Int, maximum: Int?)
}

/// Reads a pattern's text. Recursion is bounded by `maximumNesting`.
struct TextPatternParser {
  static let maximumLength = 1_000
  static let maximumNesting = 32
  static let maximumCount = 1_000

  private let scalars: [Unicode.Scalar]
  private var index = 0

  init(_ source: String) { scalars = Array(source.unicodeScalars) }

  mutating func parse() throws(ToolsError) -> PatternNode {
    guard scalars.count <= Self.maximumLength else {
      throw failure("it is longer than \(Self.maximumLength) characters", code: .limitExceeded)
    }
    let node = try parseAlternatives(nesting: 0)
    guard index == scalars.count else { throw failure("a ) stands without its (") }
    return node
  }

  private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    index += 1
    return true
  }

  private mutating func parseAlternatives(nesting: Int) throws(ToolsError) -> PatternNode {
    guard nesting <= Self.maximumNesting else {
      throw failure("its groups nest deeper than \(Self.maximumNesting) levels", code: .limitExceeded)
    }
    var alternatives = [try parseSequence(nesting: nesting)]
    while skip("|") { alternatives.append(try parseSequence(nesting: nesting)) }
    return alternatives.count == 1 ? alternatives[0] : .alternatives(alternatives)
  }

  private mutating func parseSequence(nesting: Int) throws(ToolsError) -> PatternNode {
    var nodes: [PatternNode] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      nodes.append(try parseRepetition(nesting: nesting))
    }
    return nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  private mutating func parseRepetition(nesting: Int) throws(ToolsError) -> PatternNode {
    let atom = try parseAtom(nesting: nesting)
    let counts: (Int, Int?)
    switch next {
    case "*": counts = (0, nil)
    case "+": counts = (1, nil)
    case "?": counts = (0, 1)
    case "{":
      index += 1
      counts = try parseCounts()
    default: return atom
    }
    index += 1
    if case .assertion = atom { throw failure("an assertion cannot be repeated") }
    _ = skip("?")  // Lazy or greedy: whether there is a match is the same.
    if let scalar = next, "*+?{".unicodeScalars.contains(scalar) { throw failure("nothing can be repeated here") }
    return .repetition(atom, minimum: counts.0, maximum: counts.1)
  }

  /// `n}`, `n,}` or `n,m}`; stops before the brace.
  private mutating func parseCounts() throws(ToolsError) -> (Int, Int?) {
    let minimum = try parseCount()
    guard skip(",") else {
      guard next == "}" else { throw failure("a repetition is written {n}, {n,} or {n,m}") }
      return (minimum, minimum)
    }
    if next == "}" { return (minimum, nil) }
    let maximum = try parseCount()
    guard next == "}" else { throw failure("a repetition is written {n}, {n,} or {n,m}") }
    guard minimum <= maximum else { throw failure("a repetition's first count exceeds its second") }
    return (minimum, maximum)
  }

  private mutating func parseCount() throws(ToolsError) -> Int {
    var count = 0
    let start = index
    while let scalar = next, let digit = hexDigit(scalar), digit < 10 {
      count = count * 10 + Int(digit)
      guard count <= Self.maximumCount else {
        throw failure("it repeats more than \(Self.maximumCount) times", code: .limitExceeded)
      }
      index += 1
    }
    guard index > start else { throw failure("a repetition is written {n}, {n,} or {n,m}; a brace itself is \\{") }
    return count
  }

  private mutating func parseAtom(nesting: Int) throws(ToolsError) -> PatternNode {
    guard let scalar = next else { return .empty }
    index += 1
    switch scalar {
    case "^": return .assertion(.start)
    case "$": return .assertion(.end)
    case ".": return .scalar(ScalarSet.lineTerminator.negated())
    case "[": return .scalar(try parseClass())
    case "(": return try parseGroup(nesting: nesting)
    case "\\":
      switch next {
      case "b":
        index += 1
        return .assertion(.wordBoundary)
      case "B":
        index += 1
        return .assertion(.notWordBoundary)
      case "1", "2", "3", "4", "5", "6", "7", "8", "9", "k": throw failure("back-references are not supported")
      default: return .scalar(try parseEscape(isInClass: false))
      }
    case "*", "+", "?", "{":
      index -= 1
      throw failure("nothing can be repeated here; the character itself is written with a backslash")
    case "]", "}":
      index -= 1
      throw failure("a closing bracket stands alone; write it with a backslash")
    default: return .scalar(ScalarSet(ranges: [scalar.value...scalar.value]))
    }
  }

  private mutating func parseGroup(nesting: Int) throws(ToolsError) -> PatternNode {
    if skip("?") {
      switch next {
      case ":": index += 1
      case "=", "!": throw failure("lookahead is not supported")
      case "<":
        index += 1
        if next == "=" || next == "!" { throw failure("lookbehind is not supported") }
        let start = index
        while let scalar = next, ScalarSet.word.contains(scalar) { index += 1 }
        guard index > start, skip(">") else { throw failure("a group's name is written (?<name>…)") }
      default: throw failure("no group begins like this; known are ( ), (?: ) and (?<name> )")
      }
    }
    let node = try parseAlternatives(nesting: nesting + 1)
    guard skip(")") else { throw failure("a ) is missing") }
    return node
  }

  private mutating func parseClass() throws(ToolsError) -> ScalarSet {
    var set = ScalarSet()
    set.isNegated = skip("^")
    while true {
      guard let scalar = next else { throw failure("a ] is missing") }
      if scalar == "]" {
        index += 1
        return set
      }
      let first = try parseClassMember()
      guard next == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else {
        set.parts.append(first)
        continue
      }
      index += 1
      let last = try parseClassMember()
      guard let low = first.singleValue, let high = last.singleValue, low <= high else {
        throw failure("a range in [ ] runs from a smaller to a larger character")
      }
      set.ranges.append(low...high)
    }
  }

  private mutating func parseClassMember() throws(ToolsError) -> ScalarSet {
    guard let scalar = next else { throw failure("a ] is missing") }
    index += 1
    if scalar == "\\" { return try parseEscape(isInClass: true) }
    return ScalarSet(ranges: [scalar.value...scalar.value])
  }

  private mutating func parseEscape(isInClass: Bool) throws(ToolsError) -> ScalarSet {
    guard let scalar = next else { throw failure("it ends after a backslash") }
    index += 1
    let value: UInt32
    switch scalar {
    case "d": return .digit
    case "D": return ScalarSet.digit.negated()
    case "w": return .word
    case "W": return ScalarSet.word.negated()
    case "s": return .space
    case "S": return ScalarSet.space.negated()
    case "p", "P": return try parseCategory(isNegated: scalar == "P")
    case "t": value = 0x09
    case "n": value = 0x0A
    case "v": value = 0x0B
    case "f": value = 0x0C
    case "r": value = 0x0D
    case "b" where isInClass: value = 0x08
    case "0":
      if let digit = next.flatMap(hexDigit), digit < 10 { throw failure("octal escapes are not supported") }
      value = 0
    case "x": value = try parseHex(digits: 2)
    case "u": value = try parseUnicodeEscape()
    case "c":
      guard let letter = next, letter.isASCII, letter.properties.isAlphabetic else {
        throw failure("\\c takes a letter")
      }
      index += 1
      value = letter.value % 32
    default:
      guard scalar.isASCII, !ScalarSet.word.contains(scalar) else {
        index -= 1
        throw failure("no escape is written like this")
      }
      value = scalar.value
    }
    return ScalarSet(ranges: [value...value])
  }

  private mutating func parseUnicodeEscape() throws(ToolsError) -> UInt32 {
    if skip("{") {
      var value: UInt32 = 0
      let start = index
      while let digit = next.flatMap(hexDigit), index - start < 6 {
        value = value << 4 | digit
        index += 1
      }
      guard index > start, skip("}"), Unicode.Scalar(value) != nil else {
        throw failure("\\u{…} takes the hexadecimal number of a Unicode scalar")
      }
      return value
    }
    let high = try parseHex(digits: 4)
    guard (0xD800...0xDBFF).contains(high) else {
      guard Unicode.Scalar(high) != nil else { throw failure("half of a surrogate pair stands alone") }
      return high
    }
    guard skip("\\"), skip("u") else { throw failure("half of a surrogate pair stands alone") }
    let low = try parseHex(digits: 4)
    guard (0xDC00...0xDFFF).contains(low) else { throw failure("half of a surrogate pair stands alone") }
    return 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
  }

  private mutating func parseHex(digits: Int) throws(ToolsError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = next.flatMap(hexDigit) else { throw failure("a hexadecimal digit is missing") }
      value = value << 4 | digit
      index += 1
    }
    return value
  }

  private mutating func parseCategory(isNegated: Bool) throws(ToolsError) -> ScalarSet {
    guard skip("{") else { throw failure("a category is written \\p{L}") }
    var name = ""
    while let scalar = next, scalar != "}", name.count < 40 {
      name.unicodeScalars.append(scalar)
      index += 1
    }
    guard skip("}"), ScalarSet.categoryNames.contains(name) else {
      throw failure("only the short names of general categories are supported, such as \\p{L} or \\p{Nd}")
    }
    return ScalarSet(categories: [.init(name: name, isNegated: isNegated)])
  }

  private func hexDigit(_ scalar: Unicode.Scalar) -> UInt32? {
    switch scalar {
    case "0"..."9": scalar.value - 0x30
    case "a"..."f": scalar.value - 0x61 + 10
    case "A"..."F": scalar.value - 0x41 + 10
    default: nil
    }
  }

  private func failure(_ reason: String, code: ToolsError.Code = .unsupported) -> ToolsError {
    ToolsError(
      code: code, what: "could not take the pattern: \(reason)",
      position: .init(offset: index, line: 1, column: index + 1))
  }
}

extension ScalarSet {
  /// The scalar's number, where the set is one scalar.
  fileprivate var singleValue: UInt32? {
    guard !isNegated, categories.isEmpty, parts.isEmpty, ranges.count == 1, ranges[0].count == 1 else { return nil }
    return ranges[0].lowerBound
  }
}

/// Turns a pattern's tree into instructions.
struct TextPatternCompiler {
  private(set) var program: [TextPattern.Instruction] = []
  // Repetitions of nothing emit no instruction, so visits are bounded as well.
  private var visits = 0

  mutating func emit(_ node: PatternNode) throws(ToolsError) {
    visits += 1
    guard program.count < TextPattern.maximumProgramLength, visits < 8 * TextPattern.maximumProgramLength else {
      throw ToolsError(
        code: .limitExceeded,
        what: "could not take the pattern: with its repetitions it is longer than "
          + "\(TextPattern.maximumProgramLength) steps")
    }
    switch node {
    case .empty: break
    case .scalar(let set): program.append(.scalar(set))
    case .assertion(let assertion): program.append(.assert(assertion))
    case .sequence(let nodes): for node in nodes { try emit(node) }
    case .alternatives(let nodes):
      var ends: [Int] = []
      for (index, node) in nodes.enumerated() {
        let split = program.count
        if index < nodes.count - 1 { program.append(.split(split + 1, 0)) }
        try emit(node)
        if index < nodes.count - 1 {
          ends.append(program.count)
          program.append(.jump(0))
          program[split] = .split(split + 1, program.count)
        }
      }
      for end in ends { program[end] = .jump(program.count) }
    case .repetition(let node, let minimum, let maximum):
      for _ in 0..<minimum { try emit(node) }
      if let maximum {
        var splits: [Int] = []
        for _ in minimum..<maximum {
          splits.append(program.count)
          program.append(.split(0, 0))
          try emit(node)
        }
        for split in splits { program[split] = .split(split + 1, program.count) }
      } else {
        let split = program.count
        program.append(.split(0, 0))
        try emit(node)
        program.append(.jump(split))
        program[split] = .split(split + 1, program.count)
      }
    }
  }
}
