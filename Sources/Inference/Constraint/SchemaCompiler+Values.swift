import Tools

extension SchemaCompiler {
  static let freeDepth = 3

  /// The values of `enum` and `const` that keep all the parts; nil where none of the parts lists values.
  mutating func listedValues(_ parts: [Part], _ key: Key) throws(InferenceError) -> [JSONValue]? {
    var values: [JSONValue]?
    for part in parts {
      for keyword in ["enum", "const"] {
        guard let value = part.keywords[keyword] else { continue }
        let list = keyword == "const" ? [value] : value.arrayValue ?? []
        guard let known = values else {
          values = list
          continue
        }
        values = known.filter { left in list.contains { JSONLayout.isEqual(left, $0) } }
      }
    }
    guard var values else { return nil }
    for part in parts {
      var keywords = part.keywords
      for keyword in ["enum", "const", "$ref", "allOf", "$defs", "definitions", "nullable"] { keywords[keyword] = nil }
      for keyword in ["anyOf", "oneOf"] where key.decided.contains("\(part.pointer)/\(keyword)") {
        keywords[keyword] = nil
      }
      guard !keywords.isEmpty else { continue }
      guard let schema = try? JSONSchema(.object(keywords)) else {
        throw refusal(
          at: place(of: ["enum", "const"], in: parts), "the listed values stand beside keywords with references",
          "List only values that fit, without further keywords.")
      }
      values = values.filter(schema.accepts)
    }
    return values.filter(JSONLayout.isWritable)
  }

  mutating func number(_ parts: [Part], isInteger: Bool) throws(InferenceError) -> Int32? {
    var bounds: [(keyword: String, value: JSONDecimal)] = []
    var steps: [JSONDecimal] = []
    var divisors: [Double] = []
    for part in parts {
      for keyword in ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"] {
        if let value = part.keywords[keyword].flatMap(JSONDecimal.init) { bounds.append((keyword, value)) }
      }
      guard let divisor = part.keywords["multipleOf"], let step = JSONDecimal(divisor) else { continue }
      steps.append(step)
      if case .number(let number) = divisor { divisors.append(number) }
    }
    if parts.contains(where: { $0.keywords["format"]?.stringValue == "int32" }) {
      for (keyword, value) in [("minimum", Int64(Int32.min)), ("maximum", Int64(Int32.max))] {
        if let limit = JSONDecimal(.integer(value)) { bounds.append((keyword, limit)) }
      }
    }
    let multipleDecimals = steps.map(\.decimals).max()
    let wanted = isInteger ? 0 : multipleDecimals ?? max(6, bounds.map(\.value.decimals).max() ?? 0)
    var leaf: NumberLeaf?
    for digits in Set([wanted, 0, 1, 2, 3, 4, 6, 9, 12, 15]).sorted(by: { $0 == wanted || ($1 != wanted && $0 > $1) })
    where digits <= wanted && leaf == nil {
      leaf = self.leaf(bounds, steps, divisors, fractionDigits: digits)
    }
    guard let leaf else {
      let place = place(
        of: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"], in: parts)
      throw refusal(
        at: place, "no number of at most \(NumberLeaf.maximumDigits) digits fits", "Loosen the range or multipleOf.")
    }
    return automaton.leaf(.number(leaf), next: ByteAutomaton.exit)
  }

  private func leaf(
    _ bounds: [(keyword: String, value: JSONDecimal)], _ steps: [JSONDecimal], _ divisors: [Double],
    fractionDigits digits: Int
  ) -> NumberLeaf? {
    guard digits <= NumberLeaf.maximumDigits else { return nil }
    // Without a limit, nine digits before the point, or all fifteen where there is no fraction.
    let wide = NumberLeaf.largest
    var (low, high) = (-wide, wide)
    for (keyword, value) in bounds {
      let (floor, isExact) = value.scaled(by: digits)
      switch keyword {
      case "minimum": low = max(low, isExact ? floor : floor + 1)
      case "exclusiveMinimum": low = max(low, floor + 1)
      case "maximum": high = min(high, floor)
      default: high = min(high, isExact ? floor - 1 : floor)
      }
    }
    var step = 1
    for value in steps {
      guard let scaled = value.wholeStep(by: digits) else { return nil }
      var (left, right) = (step, scaled)
      while right != 0 { (left, right) = (right, left % right) }
      let (product, overflow) = (step / left).multipliedReportingOverflow(by: scaled)
      guard !overflow, product <= 100 * wide else { return nil }
      step = product
    }
    guard low <= high else { return nil }
    return NumberLeaf(minimum: low, maximum: high, fractionDigits: digits, step: step, divisors: divisors)
  }

  mutating func string(_ parts: [Part]) throws(InferenceError) -> Int32? {
    var patterns: [TextPattern] = []
    for part in parts {
      if let text = part.keywords["pattern"]?.stringValue, let pattern = try? TextPattern(text) {
        patterns.append(pattern)
      }
      if let format = part.keywords["format"]?.stringValue, let text = TextFormatPattern.of(format),
        let pattern = try? TextPattern(text)
      {
        patterns.append(pattern)
      }
    }
    let place = place(of: ["pattern", "format", "minLength", "maxLength"], in: parts)
    var pattern: TextPatternAutomaton?
    if !patterns.isEmpty {
      do {
        pattern = try TextPatternAutomaton(patterns)
      } catch {
        throw refusal(at: place, error.what, error.remedy)
      }
    }
    let minimum = limit("minLength", in: parts, max) ?? 0
    let normal = patterns.isEmpty ? Self.defaultLength : Self.defaultPatternLength
    let maximum = limit("maxLength", in: parts, min) ?? max(normal, minimum)
    guard minimum <= StringLeaf.maximumLength else {
      throw refusal(
        at: self.place(of: ["minLength"], in: parts),
        "it asks for \(minimum) characters, at most \(StringLeaf.maximumLength) are written",
        "Write a smaller minLength.")
    }
    let high =
      (UInt8(0x80)...0xBF).allSatisfy(automaton.canSpell) && (UInt8(0xC2)...0xF4).allSatisfy(automaton.canSpell)
    guard let leaf = StringLeaf(minimum: minimum, maximum: maximum, automaton: pattern, allowsNonASCII: high) else {
      throw refusal(at: place, "no text keeps the pattern and the lengths", "Loosen one of them.")
    }
    let inner = automaton.leaf(.string(leaf), next: ByteAutomaton.exit)
    return automaton.literal("\"", next: inner)
  }

  /// Any value, at most `freeDepth` levels deep.
  mutating func freeValue(depth: Int) -> Int32 {
    if let entry = freeValues[depth] { return entry }
    var ways = [Array("null".utf8), Array("true".utf8), Array("false".utf8)].map {
      automaton.literal($0, next: ByteAutomaton.exit)
    }
    if let leaf = leaf([], [], [], fractionDigits: 6) {
      ways.append(automaton.leaf(.number(leaf), next: ByteAutomaton.exit))
    }
    if let entry = try? string([]) { ways.append(entry) }
    if depth < Self.freeDepth {
      let value = freeValue(depth: depth + 1)
      ways.append(elements(Array(repeating: value, count: 8), minimum: 0))
      ways.append(openObject(value: value, minimum: 0, maximum: 8))
    }
    let entry = automaton.either(ways)
    freeValues[depth] = entry
    return entry
  }
}

extension JSONLayout {
  /// Equal as JSON Schema means it: 1 and 1.0 are, and the order of keys is of no matter.
  static func isEqual(_ left: JSONValue, _ right: JSONValue) -> Bool {
    switch (left, right) {
    case (.integer, .number), (.number, .integer), (.number, .number): JSONDecimal(left) == JSONDecimal(right)
    case (.array(let left), .array(let right)):
      left.count == right.count && zip(left, right).allSatisfy { isEqual($0, $1) }
    case (.object(let left), .object(let right)):
      left.count == right.count && left.allSatisfy { key, value in right[key].map { isEqual(value, $0) } ?? false }
    default: left == right
    }
  }

  /// Not nested deeper than a reader takes.
  static func isWritable(_ value: JSONValue) -> Bool { depth([value]) <= SchemaCompiler.maximumDepth }
}
