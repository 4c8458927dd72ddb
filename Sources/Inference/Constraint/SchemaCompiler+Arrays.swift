import Tools

extension SchemaCompiler {
  /// Sets of so many values are written in any order; larger ones in the order in which the schema lists them.
  private static let maximumUnordered = 6
  private static let maximumUniqueValues = 64

  mutating func array(_ parts: [Part], _ key: Key) throws(InferenceError) -> Rule {
    let minimum = limit("minItems", in: parts, max) ?? 0
    guard minimum <= Self.maximumItems else {
      throw refusal(
        at: place(of: ["minItems"], in: parts),
        "it asks for \(minimum) elements, at most \(Self.maximumItems) are written", "Write a smaller minItems.")
    }
    var maximum = min(
      Self.maximumItems, limit("maxItems", in: parts, min) ?? max(Self.defaultItems, minimum + 8))
    guard minimum <= maximum else {
      emptyAt = emptyAt ?? place(of: ["maxItems"], in: parts)
      return nil
    }
    if maximum > 1, parts.contains(where: { $0.keywords["uniqueItems"]?.boolValue == true }) {
      return try uniqueArray(parts, minimum: minimum, maximum: maximum)
    }
    let listed = parts.map { $0.keywords["prefixItems"]?.arrayValue?.count ?? 0 }.max() ?? 0
    var entries: [Int32] = []
    var depth = 0
    while entries.count < maximum {
      if entries.count > listed, let last = entries.last {
        // All elements after the listed ones are alike.
        entries.append(contentsOf: repeatElement(last, count: maximum - entries.count))
        break
      }
      guard let rule = try rule(for: elementPointers(parts, at: entries.count), level: key.level) else {
        maximum = entries.count
        break
      }
      entries.append(rule.entry)
      depth = max(depth, rule.depth)
    }
    guard minimum <= maximum else { return nil }
    return (elements(entries, minimum: minimum), depth + 1)
  }

  private func elementPointers(_ parts: [Part], at index: Int) -> [String] {
    parts.compactMap { part in
      if index < part.keywords["prefixItems"]?.arrayValue?.count ?? 0 { return "\(part.pointer)/prefixItems/\(index)" }
      return part.keywords["items"] == nil ? nil : part.pointer + "/items"
    }
  }

  /// An array of at least `minimum` elements, element `i` written by `entries[i]`.
  mutating func elements(_ entries: [Int32], minimum: Int) -> Int32 {
    let close = automaton.literal("]", next: ByteAutomaton.exit)
    var node = close
    for (index, entry) in entries.enumerated().reversed() {
      node = automaton.call(entry, next: node)
      if index > 0 { node = automaton.literal(", ", next: node) }
      if index >= minimum { node = automaton.either([close, node]) }
    }
    return automaton.literal("[", next: node)
  }

  /// An array without equal elements, of values that the schema lists.
  private mutating func uniqueArray(_ parts: [Part], minimum: Int, maximum: Int) throws(InferenceError) -> Rule {
    let place = place(of: ["uniqueItems"], in: parts)
    let remedy = "List the elements' values with enum, or write maxItems 1."
    guard parts.allSatisfy({ $0.keywords["prefixItems"] == nil }) else {
      throw refusal(at: place, "elements can be kept different only where all have one schema", remedy)
    }
    let key = Key(pointers: elementPointers(parts, at: 0), decided: [], level: 0)
    guard let inner = try self.parts(of: key) else { return nil }
    var values = try listedValues(inner, key)
    if values == nil, types(of: inner) == ["boolean"] { values = [.bool(false), .bool(true)] }
    guard let values, values.count <= Self.maximumUniqueValues else {
      throw refusal(
        at: place,
        "elements can be kept different only where enum lists at most \(Self.maximumUniqueValues) values", remedy)
    }
    let highest = min(maximum, values.count)
    guard minimum <= highest else { return nil }
    let strings = values.map(JSONLayout.bytes)
    var known: [[Int]: Int32] = [:]
    let node =
      values.count <= Self.maximumUnordered
      ? unordered(strings, used: 0, minimum: minimum, maximum: highest, &known)
      : ordered(strings, from: 0, count: 0, minimum: minimum, maximum: highest, &known)
    return (automaton.literal("[", next: node), JSONLayout.depth(values) + 1)
  }

  private mutating func unordered(
    _ strings: [[UInt8]], used: Int, minimum: Int, maximum: Int, _ known: inout [[Int]: Int32]
  ) -> Int32 {
    if let node = known[[used]] { return node }
    let count = used.nonzeroBitCount
    var ways: [Int32] = []
    if count >= minimum { ways.append(automaton.literal("]", next: ByteAutomaton.exit)) }
    if count < maximum {
      for (index, string) in strings.enumerated() where used & 1 << index == 0 {
        let next = unordered(strings, used: used | 1 << index, minimum: minimum, maximum: maximum, &known)
        ways.append(automaton.literal((count > 0 ? Array(", ".utf8) : []) + string, next: next))
      }
    }
    let node = automaton.either(ways)
    known[[used]] = node
    return node
  }

  private mutating func ordered(
    _ strings: [[UInt8]], from first: Int, count: Int, minimum: Int, maximum: Int, _ known: inout [[Int]: Int32]
  ) -> Int32 {
    if let node = known[[first, count]] { return node }
    var ways: [Int32] = []
    if count >= minimum { ways.append(automaton.literal("]", next: ByteAutomaton.exit)) }
    if count < maximum {
      for index in first..<strings.count {
        let next = ordered(strings, from: index + 1, count: count + 1, minimum: minimum, maximum: maximum, &known)
        ways.append(automaton.literal((count > 0 ? Array(", ".utf8) : []) + strings[index], next: next))
      }
    }
    let node = automaton.either(ways)
    known[[first, count]] = node
    return node
  }
}
