import Tools

/// Turns JSON Schemas into rules of a `ByteAutomaton`: what the rules write is valid, not everything valid is written.
///
/// A value must keep several schemas at once where `allOf`, `$ref` or `anyOf` stand beside other keywords; so a rule
/// belongs to a set of schema objects, named by their JSON pointers. Each rule ends at the automaton's exit.
struct SchemaCompiler {
  /// How often a schema may contain itself in what is written; deeper levels are left out.
  static let maximumRecursion = 4
  /// Arrays and objects inside each other; the JSON reader takes 64.
  static let maximumDepth = 48
  static let maximumRules = 4_000
  /// Strings without `maxLength` end here, in Unicode scalars; with a pattern earlier.
  static let defaultLength = 1_024
  static let defaultPatternLength = 256
  /// Arrays without `maxItems` have this many elements at most, or eight more than `minItems`.
  static let defaultItems = 64
  static let maximumItems = 1_024

  /// A schema object that a value must keep.
  struct Part {
    var pointer: String
    var keywords: JSONObject
  }

  /// What names a rule.
  struct Key: Hashable {
    var pointers: [String]
    /// `anyOf` and `oneOf` whose alternative is among the pointers already.
    var decided: Set<String>
    var level: Int
  }

  /// Entry node and nesting of a rule; nil where nothing can be written.
  typealias Rule = (entry: Int32, depth: Int)?

  var automaton: ByteAutomaton
  var root: JSONValue = .null
  private var rules: [Key: Rule] = [:]
  private var inProgress: Set<Key> = []
  private var compiled: [JSONSchema: Int32] = [:]
  var freeValues: [Int: Int32] = [:]
  /// Where it was first seen that nothing fits.
  var emptyAt: String?

  init(spellable: ByteSet) { automaton = ByteAutomaton(spellable: spellable) }

  /// The entry node of a rule that writes what the schema accepts.
  mutating func compile(_ schema: JSONSchema) throws(InferenceError) -> Int32 {
    if let entry = compiled[schema] { return entry }
    root = schema.source
    rules = [:]
    inProgress = []
    emptyAt = nil
    let rule = try rule(for: [""])
    guard let rule, automaton.isReachable(rule.entry) else {
      if let byte = automaton.unspellable.min() {
        throw InferenceError(
          .unsupported,
          "could not hold the model to a schema: the vocabulary has no token for byte 0x\(String(byte, radix: 16)) alone",
          remedy: "Use a model whose vocabulary has a token for each byte.")
      }
      throw refusal(
        at: emptyAt ?? "", "no value can be written that keeps it", "Loosen the limits so that some value fits.")
    }
    compiled[schema] = rule.entry
    return rule.entry
  }

  /// The rule for values that keep all these schemas.
  mutating func rule(
    for pointers: [String], decided: Set<String> = [], level: Int = 0
  ) throws(InferenceError) -> Rule {
    var key = Key(pointers: Array(Set(pointers)).sorted(), decided: decided, level: level)
    while inProgress.contains(key) { key.level += 1 }
    guard key.level <= Self.maximumRecursion, inProgress.count < 4 * Self.maximumDepth else { return nil }
    if let known = rules[key] { return known }
    guard rules.count < Self.maximumRules, automaton.nodes.count < ByteAutomaton.maximumNodes else {
      throw refusal(
        at: pointers.first ?? "", "with all its alternatives it is larger than this engine compiles",
        "Write fewer alternatives inside each other, or smaller maxItems.")
    }
    inProgress.insert(key)
    defer { inProgress.remove(key) }
    var rule = try makeRule(key)
    if let made = rule, !automaton.isReachable(made.entry) || made.depth > Self.maximumDepth { rule = nil }
    if rule == nil, emptyAt == nil { emptyAt = pointers.last ?? "" }
    rules[key] = .some(rule)
    return rule
  }

  private mutating func makeRule(_ key: Key) throws(InferenceError) -> Rule {
    guard let parts = try parts(of: key) else { return nil }
    if parts.isEmpty { return (freeValue(depth: 0), Self.freeDepth) }
    if let values = try listedValues(parts, key) {
      let strings = values.map(JSONLayout.bytes)
      return strings.isEmpty ? nil : (automaton.oneOf(strings, next: ByteAutomaton.exit), JSONLayout.depth(values))
    }
    for part in parts {
      for keyword in ["anyOf", "oneOf"] {
        guard let alternatives = part.keywords[keyword]?.arrayValue else { continue }
        let place = part.pointer + "/" + keyword
        guard !key.decided.contains(place) else { continue }
        if keyword == "oneOf" { try checkExclusive(alternatives.count, at: place) }
        return try union(alternatives.indices.map { "\(place)/\($0)" }, of: key, decided: place)
      }
    }
    for part in parts {
      for keyword in ["not", "if", "contains", "dependentSchemas"] where part.keywords[keyword] != nil {
        throw refusal(
          at: JSONPointer.appending(keyword, to: part.pointer), "the keyword cannot be held to while writing",
          "Say it with enum, properties, required or anyOf instead.")
      }
    }
    return try union(types: types(of: parts), parts, key)
  }

  private mutating func union(_ alternatives: [String], of key: Key, decided: String) throws(InferenceError) -> Rule {
    var entries: [Int32] = []
    var depth = 0
    for alternative in alternatives {
      guard
        let rule = try rule(
          for: key.pointers + [alternative], decided: key.decided.union([decided]), level: key.level)
      else { continue }
      entries.append(rule.entry)
      depth = max(depth, rule.depth)
    }
    return entries.isEmpty ? nil : (automaton.either(entries), depth)
  }

  private mutating func union(types: Set<String>, _ parts: [Part], _ key: Key) throws(InferenceError) -> Rule {
    var entries: [Int32] = []
    var depth = 0
    for type in ["null", "boolean", "integer", "number", "string", "array", "object"] where types.contains(type) {
      let rule: Rule =
        switch type {
        case "null": (automaton.literal("null", next: ByteAutomaton.exit), 0)
        case "boolean": (automaton.oneOf([Array("false".utf8), Array("true".utf8)], next: ByteAutomaton.exit), 0)
        case "integer": try number(parts, isInteger: true).map { ($0, 0) }
        case "number": try number(parts, isInteger: false).map { ($0, 0) }
        case "string": try string(parts).map { ($0, 0) }
        case "array": try array(parts, key)
        default: try object(parts, key)
        }
      guard let rule else { continue }
      entries.append(rule.entry)
      depth = max(depth, rule.depth)
    }
    return entries.isEmpty ? nil : (automaton.either(entries), depth)
  }

  /// The schema objects that a value must keep, `$ref` and `allOf` followed; nil where one of them is `false`.
  func parts(of key: Key) throws(InferenceError) -> [Part]? {
    var parts: [Part] = []
    var seen: Set<String> = []
    var pending = Array(key.pointers.reversed())
    while let pointer = pending.popLast() {
      guard seen.insert(pointer).inserted else { continue }
      switch root.value(at: pointer) {
      case .bool(true)?: break
      case .bool(false)?: return nil
      case .object(let keywords)?:
        parts.append(Part(pointer: pointer, keywords: keywords))
        if let list = keywords["allOf"]?.arrayValue {
          for index in list.indices.reversed() { pending.append("\(pointer)/allOf/\(index)") }
        }
        if let reference = keywords["$ref"]?.stringValue { pending.append(try target(reference, at: pointer)) }
      default: throw refusal(at: pointer, "it is no schema", "Write an object, true or false.")
      }
    }
    return parts.filter { !$0.keywords.keys.allSatisfy(Self.isAnnotation) }
  }

  private static let annotations: Set<String> = [
    "$id", "title", "description", "default", "examples", "example", "$schema", "$comment", "deprecated", "readOnly",
    "writeOnly", "contentEncoding", "contentMediaType", "$defs", "definitions", "allOf", "$ref", "then", "else",
    // Null is never written for it: other validators do not know the keyword.
    "nullable",
  ]

  private static func isAnnotation(_ keyword: String) -> Bool {
    annotations.contains(keyword) || keyword.hasPrefix("x-")
  }

  private func target(_ reference: String, at pointer: String) throws(InferenceError) -> String {
    let text = String(decoding: reference.utf8.dropFirst(), as: UTF8.self)
    guard reference.utf8.first == UInt8(ascii: "#"), !text.utf8.contains(UInt8(ascii: "%")) else {
      throw refusal(at: pointer + "/$ref", "the reference is not a plain place in this schema", "Write #/$defs/NAME.")
    }
    return text
  }

  /// The types that may be written; where none is named, those that the keywords speak about.
  func types(of parts: [Part]) -> Set<String> {
    var types: Set<String> = ["null", "boolean", "integer", "number", "string", "array", "object"]
    var isNamed = false
    for part in parts {
      guard let names = part.keywords["type"].map({ $0.arrayValue ?? [$0] }) else { continue }
      isNamed = true
      var allowed = Set(names.compactMap(\.stringValue))
      if allowed.contains("number") { allowed.insert("integer") }
      types.formIntersection(allowed)
    }
    if !isNamed {
      let groups: [(String, Set<String>)] = [
        (
          "object",
          [
            "properties", "required", "additionalProperties", "patternProperties", "minProperties",
            "maxProperties", "propertyNames", "dependentRequired",
          ]
        ),
        ("array", ["items", "prefixItems", "minItems", "maxItems", "uniqueItems"]),
        ("string", ["minLength", "maxLength", "pattern", "format"]),
        ("number", ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
      ]
      let named = groups.filter { group in parts.contains { !group.1.isDisjoint(with: $0.keywords.keys) } }
      if !named.isEmpty { types = Set(named.map(\.0)) }
    }
    // A number may be written as an integer is.
    if types.contains("number") { types.remove("integer") }
    return types
  }

  func refusal(at pointer: String, _ reason: String, _ remedy: String) -> InferenceError {
    InferenceError(
      .schemaUnsupported,
      "could not hold the model to the schema at \(pointer.isEmpty ? "the root" : pointer): \(reason)", remedy: remedy)
  }

  /// The first of the parts that has the keyword, as a pointer to it.
  func place(of keywords: [String], in parts: [Part]) -> String {
    for keyword in keywords {
      for part in parts where part.keywords[keyword] != nil {
        return JSONPointer.appending(keyword, to: part.pointer)
      }
    }
    return parts.first?.pointer ?? ""
  }

  /// A whole number that a keyword gives, the largest or smallest of all parts'.
  func limit(_ keyword: String, in parts: [Part], _ choose: (Int, Int) -> Int) -> Int? {
    var limit: Int?
    for part in parts {
      guard let value = part.keywords[keyword]?.integerValue else { continue }
      limit = limit.map { choose($0, Int(value)) } ?? Int(value)
    }
    return limit
  }
}
