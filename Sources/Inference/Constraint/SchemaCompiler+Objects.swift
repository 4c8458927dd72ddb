import Tools

extension SchemaCompiler {
  private static let maximumCountedProperties = 64

  mutating func object(_ parts: [Part], _ key: Key) throws(InferenceError) -> Rule {
    var names: [String] = []
    var required: Set<String> = []
    for part in parts {
      let declared = part.keywords["properties"]?.objectValue.map { Array($0.keys) } ?? []
      let needed = part.keywords["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
      for name in declared + needed where !names.contains(name) { names.append(name) }
      required.formUnion(needed)
    }
    let minimum = limit("minProperties", in: parts, max) ?? 0
    let maximum = limit("maxProperties", in: parts, min) ?? .max
    if names.isEmpty, parts.allSatisfy({ $0.keywords["properties"] == nil }), maximum > 0 {
      return try freeObject(parts, key, minimum: minimum, maximum: maximum)
    }
    // What depends on a property is always written with it.
    let dependents = parts.compactMap { $0.keywords["dependentRequired"]?.objectValue }
    for (name, needed) in dependents.flatMap({ $0.map { ($0.key, $0.value.arrayValue ?? []) } }) where !needed.isEmpty {
      let missing = needed.compactMap(\.stringValue).filter { !required.contains($0) }
      if names.contains(name), !missing.isEmpty {
        throw refusal(
          at: place(of: ["dependentRequired"], in: parts), "\(name) is held to properties that may be left out",
          "Write them under required, or write two alternatives with anyOf.")
      }
    }
    var properties: [(name: String, entry: Int32, isRequired: Bool)] = []
    var depth = 0
    for name in names {
      let rule = try isAllowed(name, parts) ? rule(for: propertyPointers(name, parts), level: key.level) : nil
      guard let rule else {
        if required.contains(name) {
          emptyAt = emptyAt ?? place(of: ["required"], in: parts)
          return nil
        }
        continue
      }
      properties.append((name, rule.entry, required.contains(name)))
      depth = max(depth, rule.depth)
    }
    guard let entry = try members(properties, minimum: minimum, maximum: maximum, parts) else {
      emptyAt = emptyAt ?? place(of: ["minProperties", "maxProperties"], in: parts)
      return nil
    }
    return (entry, depth + 1)
  }

  /// The schemas that a property's value must keep.
  private func propertyPointers(_ name: String, _ parts: [Part]) throws(InferenceError) -> [String] {
    var pointers: [String] = []
    for part in parts {
      var isKnown = false
      if part.keywords["properties"]?[name] != nil {
        isKnown = true
        pointers.append(JSONPointer.appending(name, to: part.pointer + "/properties"))
      }
      for pattern in part.keywords["patternProperties"]?.objectValue?.keys.elements ?? [] {
        guard let compiled = try? TextPattern(pattern), compiled.matches(name) == true else { continue }
        isKnown = true
        pointers.append(JSONPointer.appending(pattern, to: part.pointer + "/patternProperties"))
      }
      if !isKnown, part.keywords["additionalProperties"] != nil {
        pointers.append(part.pointer + "/additionalProperties")
      }
    }
    return pointers
  }

  private func isAllowed(_ name: String, _ parts: [Part]) throws(InferenceError) -> Bool {
    for part in parts {
      guard let source = part.keywords["propertyNames"] else { continue }
      guard let schema = try? JSONSchema(source) else {
        throw refusal(
          at: part.pointer + "/propertyNames", "the names' schema refers to another place",
          "Write the limits of the names at the place itself.")
      }
      if !schema.accepts(.string(name)) { return false }
    }
    return true
  }

  /// An object whose properties come in this order, those that are not required perhaps.
  private mutating func members(
    _ properties: [(name: String, entry: Int32, isRequired: Bool)], minimum: Int, maximum: Int, _ parts: [Part]
  ) throws(InferenceError) -> Int32? {
    let isCounted = minimum > properties.count { $0.isRequired } || maximum < properties.count
    guard minimum <= properties.count, !isCounted || properties.count <= Self.maximumCountedProperties else {
      guard minimum <= properties.count else { return nil }
      throw refusal(
        at: place(of: ["minProperties", "maxProperties"], in: parts),
        "properties are counted only where there are at most \(Self.maximumCountedProperties)", "Leave the count out.")
    }
    let close = automaton.literal("}", next: ByteAutomaton.exit)
    let nowhere = automaton.add(.split([]))
    // nodes[count]: what follows when `count` properties stand before; without a count, 0 or any.
    let width = isCounted ? properties.count + 1 : 2
    var nodes = (0..<width).map { isCounted && ($0 < minimum || $0 > maximum) ? nowhere : close }
    for property in properties.reversed() {
      var earlier: [Int32] = []
      for count in 0..<width {
        let following = isCounted ? min(count + 1, width - 1) : 1
        let isOutside = isCounted && count + 1 >= width
        let value = automaton.call(property.entry, next: isOutside ? nowhere : nodes[following])
        let text = (count > 0 ? ", " : "") + JSONValue.string(property.name).text() + ": "
        let written = automaton.literal(text, next: value)
        earlier.append(property.isRequired ? written : automaton.either([written, nodes[count]]))
      }
      nodes = earlier
    }
    let entry = automaton.literal("{", next: nodes[0])
    return automaton.isReachable(entry) ? entry : nil
  }

  private mutating func freeObject(
    _ parts: [Part], _ key: Key, minimum: Int, maximum: Int
  ) throws(InferenceError) -> Rule {
    let empty = automaton.literal("{}", next: ByteAutomaton.exit)
    let named = ["patternProperties", "propertyNames"]
    if parts.contains(where: { part in named.contains { part.keywords[$0] != nil } }) {
      guard minimum == 0 else {
        throw refusal(
          at: place(of: named, in: parts), "keys are written only where properties names them or leaves them free",
          "List the properties.")
      }
      return (empty, 1)
    }
    guard minimum <= FreeKey.maximumKeys else {
      throw refusal(
        at: place(of: ["minProperties"], in: parts),
        "it asks for \(minimum) properties without naming them, at most \(FreeKey.maximumKeys) are written",
        "List the properties.")
    }
    let pointers = parts.filter { $0.keywords["additionalProperties"] != nil }
      .map { $0.pointer + "/additionalProperties" }
    guard let value = try rule(for: pointers, level: key.level) else { return minimum == 0 ? (empty, 1) : nil }
    guard minimum <= maximum else { return nil }
    return (
      openObject(value: value.entry, minimum: minimum, maximum: min(maximum, FreeKey.maximumKeys)), value.depth + 1
    )
  }

  /// An object of free keys.
  mutating func openObject(value: Int32, minimum: Int, maximum: Int) -> Int32 {
    let close = automaton.literal("}", next: automaton.add(.endKeys(next: ByteAutomaton.exit)))
    var node = close
    for count in stride(from: maximum, to: 0, by: -1) {
      // Property number `count`, then what follows it.
      node = automaton.call(value, next: node)
      node = automaton.add(.key(next: automaton.literal(": ", next: node)))
      node = automaton.literal(count > 1 ? ", \"" : "\"", next: node)
      if count > minimum { node = automaton.either([close, node]) }
    }
    return automaton.add(.beginKeys(next: automaton.literal("{", next: node)))
  }
}
