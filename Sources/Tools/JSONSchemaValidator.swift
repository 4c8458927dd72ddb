/// One validation of one value. Recursion is bounded by the value's nesting and by the compiler's limit on schemas
/// applied to one value; work is bounded by `budget`.
struct JSONSchemaValidator {
  static let maximumDepth = 400

  private let nodes: [JSONSchemaNode]
  private var budget = 200_000
  private var path: [String] = []
  private var found: [JSONSchema.Violation] = []
  private var depth = 0

  init(nodes: [JSONSchemaNode]) { self.nodes = nodes }

  mutating func violations(of value: JSONValue, from node: Int = 0) -> [JSONSchema.Violation] {
    check(value, node)
    if budget <= 0 {
      found = [.init(instancePath: "", schemaPath: "", text: "takes too many steps to check against this schema")]
    }
    return found
  }

  /// Whether a value keeps a node, without reporting.
  private mutating func accepts(_ value: JSONValue, _ node: Int) -> Bool {
    let outer = found
    found = []
    check(value, node)
    let isValid = found.isEmpty
    found = outer
    return isValid
  }

  private mutating func report(_ node: JSONSchemaNode, _ keyword: String, _ text: String) {
    guard found.count < JSONSchema.maximumViolations else { return }
    var pointer = ""
    for step in path { pointer = JSONPointer.appending(step, to: pointer) }
    let schemaPath = keyword.isEmpty ? node.pointer : JSONPointer.appending(keyword, to: node.pointer)
    found.append(.init(instancePath: pointer, schemaPath: schemaPath, text: text))
  }

  private mutating func check(_ value: JSONValue, _ index: Int) {
    budget -= 1
    guard budget > 0 else { return }
    let node = nodes[index]
    guard depth < Self.maximumDepth else { return report(node, "", "nests too deep to check") }
    depth += 1
    defer { depth -= 1 }
    if node.refusesAll { return report(node, "", "is not allowed here") }
    if let types = node.types, !types.contains(where: { Self.value(value, hasType: $0) }),
      !(node.isNullable && value.isNull)
    {
      report(node, "type", "is \(Self.article(value.typeName)), must be \(types.joined(separator: " or "))")
      return
    }
    if let values = node.values, !(node.isNullable && value.isNull), !values.contains(value.canonicalBytes) {
      report(node, node.valuesKeyword, "must be \(values.count == 1 ? "" : "one of ")\(node.valuesText)")
    }
    switch value {
    case .integer, .number: checkNumber(value, node)
    case .string(let text): checkString(text, node)
    case .array(let elements): checkArray(elements, node)
    case .object(let object): checkObject(object, node)
    case .null, .bool: break
    }
    if let format = node.format, !format.accepts(value) { report(node, "format", "must be \(format.expectation)") }
    checkApplicators(value, node)
  }

  private static func value(_ value: JSONValue, hasType type: String) -> Bool {
    let name = value.typeName
    return name == type || (type == "number" && name == "integer")
  }

  private static func article(_ name: String) -> String {
    switch name {
    case "null": name
    case "integer", "array", "object": "an " + name
    default: "a " + name
    }
  }

  private mutating func checkNumber(_ value: JSONValue, _ node: JSONSchemaNode) {
    if let limit = node.minimum, JSONNumber.compare(value, limit) < 0 {
      report(node, "minimum", "must be at least \(limit.text())")
    }
    if let limit = node.maximum, JSONNumber.compare(value, limit) > 0 {
      report(node, "maximum", "must be at most \(limit.text())")
    }
    if let limit = node.exclusiveMinimum, JSONNumber.compare(value, limit) <= 0 {
      report(node, "exclusiveMinimum", "must be more than \(limit.text())")
    }
    if let limit = node.exclusiveMaximum, JSONNumber.compare(value, limit) >= 0 {
      report(node, "exclusiveMaximum", "must be less than \(limit.text())")
    }
    if let divisor = node.multipleOf, !JSONNumber.isMultiple(value, of: divisor) {
      report(node, "multipleOf", "must be a multiple of \(divisor.text())")
    }
  }

  private mutating func checkString(_ text: String, _ node: JSONSchemaNode) {
    if node.minLength != nil || node.maxLength != nil {
      let length = text.unicodeScalars.count
      if let limit = node.minLength, length < limit {
        report(node, "minLength", "must have at least \(Self.counted(limit, "character"))")
      }
      if let limit = node.maxLength, length > limit {
        report(node, "maxLength", "must have at most \(Self.counted(limit, "character"))")
      }
    }
    if let pattern = node.pattern {
      switch pattern.matches(text) {
      case true?: break
      case false?: report(node, "pattern", "must match the pattern \(pattern.source)")
      case nil: report(node, "pattern", "is too long to match a pattern (\(TextPattern.maximumTextLength) characters)")
      }
    }
  }

  private mutating func checkArray(_ elements: [JSONValue], _ node: JSONSchemaNode) {
    if let limit = node.minItems, elements.count < limit {
      report(node, "minItems", "must have at least \(Self.counted(limit, "element"))")
    }
    if let limit = node.maxItems, elements.count > limit {
      report(node, "maxItems", "must have at most \(Self.counted(limit, "element"))")
    }
    if node.uniqueItems {
      var seen: Set<[UInt8]> = []
      if !elements.allSatisfy({ seen.insert($0.canonicalBytes).inserted }) {
        report(node, "uniqueItems", "must not have an element twice")
      }
    }
    for (position, element) in elements.enumerated() {
      guard let schema = position < node.prefixItems.count ? node.prefixItems[position] : node.items else { break }
      path.append(String(position))
      check(element, schema)
      path.removeLast()
    }
    if let schema = node.contains {
      let limit = node.minContains ?? 1
      var count = 0
      for element in elements where accepts(element, schema) { count += 1 }
      if count < limit {
        report(node, node.minContains == nil ? "contains" : "minContains", "must contain \(limit) matching elements")
      }
      if let limit = node.maxContains, count > limit {
        report(node, "maxContains", "must contain at most \(Self.counted(limit, "matching element"))")
      }
    }
  }

  private mutating func checkObject(_ object: JSONObject, _ node: JSONSchemaNode) {
    if let limit = node.minProperties, object.count < limit {
      report(node, "minProperties", "must have at least \(limit) properties")
    }
    if let limit = node.maxProperties, object.count > limit {
      report(node, "maxProperties", "must have at most \(limit) properties")
    }
    for name in node.required where object[name] == nil { report(node, "required", "lacks \(name)") }
    for (name, others) in node.dependentRequired.sorted(by: { $0.key < $1.key }) where object[name] != nil {
      for other in others where object[other] == nil {
        report(node, "dependentRequired", "has \(name) and lacks \(other)")
      }
    }
    for (key, value) in object {
      path.append(key)
      checkProperty(key, value, node)
      path.removeLast()
    }
  }

  private mutating func checkProperty(_ key: String, _ value: JSONValue, _ node: JSONSchemaNode) {
    if let schema = node.propertyNames { check(.string(key), schema) }
    var isKnown = false
    if let schema = node.properties[key] {
      isKnown = true
      check(value, schema)
    }
    for property in node.patternProperties where property.pattern.matches(key) == true {
      isKnown = true
      check(value, property.schema)
    }
    if !isKnown, let schema = node.additionalProperties {
      if nodes[schema].refusesAll {
        let known = node.properties.isEmpty ? "there are none" : "known are \(node.propertyNamesText)"
        report(node, "additionalProperties", "is not a known property; \(known)")
      } else {
        check(value, schema)
      }
    }
  }

  private mutating func checkApplicators(_ value: JSONValue, _ node: JSONSchemaNode) {
    if let schema = node.reference { check(value, schema) }
    for schema in node.allOf { check(value, schema) }
    if !node.anyOf.isEmpty, !node.anyOf.contains(where: { accepts(value, $0) }) {
      report(node, "anyOf", "matches none of the \(Self.counted(node.anyOf.count, "alternative"))")
    }
    if !node.oneOf.isEmpty {
      var count = 0
      for schema in node.oneOf where accepts(value, schema) { count += 1 }
      if count != 1 {
        let found = count == 0 ? "none" : "\(count)"
        report(
          node, "oneOf", "matches \(found) of the \(Self.counted(node.oneOf.count, "alternative")), must match one")
      }
    }
    if let schema = node.not, accepts(value, schema) { report(node, "not", "matches what is excluded") }
    if let condition = node.condition {
      if let schema = accepts(value, condition) ? node.consequence : node.alternative { check(value, schema) }
    }
    if case .object(let object) = value {
      for (name, schema) in node.dependentSchemas.sorted(by: { $0.key < $1.key }) where object[name] != nil {
        check(value, schema)
      }
    }
  }

  private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
