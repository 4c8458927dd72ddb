/// Turns a schema into nodes. Schemas reached by `$ref` are taken from a list, so that a chain of references needs no
/// deep recursion.
struct JSONSchemaCompiler {
  static let maximumNodes = 10_000
  static let maximumNesting = 48
  /// Schemas applied to one value inside each other; it bounds the validator's recursion.
  static let maximumInPlaceNesting = 32

  private let source: JSONValue
  private var nodes: [JSONSchemaNode] = []
  private var indices: [String: Int] = [:]
  private var pending: [(node: Int, target: String)] = []

  init(source: JSONValue) { self.source = source }

  mutating func compile() throws(ToolsError) -> [JSONSchemaNode] {
    _ = try compile(source, at: "", nesting: 0)
    while let (node, target) = pending.popLast() {
      if let index = indices[target] {
        nodes[node].reference = index
      } else if let schema = source.value(at: target) {
        nodes[node].reference = try compile(schema, at: target, nesting: 0)
      } else {
        throw failure(
          .invalidSchema, "$ref leads nowhere", at: nodes[node].pointer + "/$ref",
          "Write #/$defs/NAME and define NAME under $defs.")
      }
    }
    try checkInPlaceNesting()
    return nodes
  }

  private mutating func compile(
    _ schema: JSONValue, at pointer: String, nesting: Int
  ) throws(ToolsError) -> Int {
    if let index = indices[pointer] { return index }
    guard nesting <= Self.maximumNesting, nodes.count < Self.maximumNodes else {
      throw failure(.limitExceeded, "it is too large or nests too deep", at: pointer)
    }
    let index = nodes.count
    indices[pointer] = index
    var node = JSONSchemaNode()
    node.pointer = pointer
    nodes.append(node)
    switch schema {
    case .bool(let accepts): nodes[index].refusesAll = !accepts
    case .object(let keywords):
      for (keyword, value) in keywords {
        try compile(keyword: keyword, value, of: index, at: pointer, nesting: nesting + 1)
      }
      if nodes[index].minContains != nil || nodes[index].maxContains != nil, nodes[index].contains == nil {
        throw failure(.invalidSchema, "minContains and maxContains need contains", at: pointer)
      }
    default:
      throw failure(.invalidSchema, "a schema is an object, true or false, not \(schema.typeName)", at: pointer)
    }
    return index
  }

  private mutating func compile(
    keyword: String, _ value: JSONValue, of index: Int, at pointer: String, nesting: Int
  ) throws(ToolsError) {
    let place = JSONPointer.appending(keyword, to: pointer)
    switch keyword {
    case "type": nodes[index].types = try types(value, at: place)
    case "nullable": nodes[index].isNullable = try flag(value, at: place)
    case "enum", "const": try compileValues(keyword, value, of: index, at: place)
    case "minimum": nodes[index].minimum = try number(value, at: place)
    case "maximum": nodes[index].maximum = try number(value, at: place)
    case "exclusiveMinimum": nodes[index].exclusiveMinimum = try number(value, at: place)
    case "exclusiveMaximum": nodes[index].exclusiveMaximum = try number(value, at: place)
    case "multipleOf":
      let divisor = try number(value, at: place)
      guard JSONNumber.compare(divisor, 0) > 0 else {
        throw failure(.invalidSchema, "multipleOf must be greater than 0", at: place)
      }
      nodes[index].multipleOf = divisor
    case "minLength": nodes[index].minLength = try count(value, at: place)
    case "maxLength": nodes[index].maxLength = try count(value, at: place)
    case "pattern": nodes[index].pattern = try pattern(value, at: place)
    case "format": nodes[index].format = try format(value, at: place)
    case "properties":
      let schemas = try compileMap(value, at: place, nesting: nesting)
      nodes[index].properties = schemas.indices
      nodes[index].propertyNamesText = schemas.names
    case "patternProperties":
      for (key, schema) in try object(value, at: place) {
        let keyPlace = JSONPointer.appending(key, to: place)
        nodes[index].patternProperties.append(
          .init(
            pattern: try pattern(.string(key), at: keyPlace),
            schema: try compile(schema, at: keyPlace, nesting: nesting)))
      }
    case "additionalProperties":
      nodes[index].additionalProperties = try compile(value, at: place, nesting: nesting)
    case "propertyNames": nodes[index].propertyNames = try compile(value, at: place, nesting: nesting)
    case "required": nodes[index].required = try names(value, at: place)
    case "dependentRequired":
      for (key, list) in try object(value, at: place) {
        nodes[index].dependentRequired[key] = try names(list, at: JSONPointer.appending(key, to: place))
      }
    case "dependentSchemas":
      nodes[index].dependentSchemas = try compileMap(value, at: place, nesting: nesting).indices
    case "minProperties": nodes[index].minProperties = try count(value, at: place)
    case "maxProperties": nodes[index].maxProperties = try count(value, at: place)
    case "prefixItems": nodes[index].prefixItems = try compileList(value, at: place, nesting: nesting)
    case "items":
      if case .array = value {
        throw failure(.unsupported, "a list under items is an older form", at: place, "Write prefixItems.")
      }
      nodes[index].items = try compile(value, at: place, nesting: nesting)
    case "contains": nodes[index].contains = try compile(value, at: place, nesting: nesting)
    case "minContains": nodes[index].minContains = try count(value, at: place)
    case "maxContains": nodes[index].maxContains = try count(value, at: place)
    case "minItems": nodes[index].minItems = try count(value, at: place)
    case "maxItems": nodes[index].maxItems = try count(value, at: place)
    case "uniqueItems": nodes[index].uniqueItems = try flag(value, at: place)
    case "allOf": nodes[index].allOf = try compileList(value, at: place, nesting: nesting)
    case "anyOf": nodes[index].anyOf = try compileList(value, at: place, nesting: nesting)
    case "oneOf": nodes[index].oneOf = try compileList(value, at: place, nesting: nesting)
    case "not": nodes[index].not = try compile(value, at: place, nesting: nesting)
    case "if": nodes[index].condition = try compile(value, at: place, nesting: nesting)
    case "then": nodes[index].consequence = try compile(value, at: place, nesting: nesting)
    case "else": nodes[index].alternative = try compile(value, at: place, nesting: nesting)
    case "$ref": pending.append((index, try target(value, at: place)))
    case "$defs", "definitions": _ = try compileMap(value, at: place, nesting: nesting)
    case "$id" where pointer.isEmpty, "title", "description", "default", "examples", "example", "$schema",
      "$comment", "deprecated", "readOnly", "writeOnly", "contentEncoding", "contentMediaType":
      break
    default:
      guard !keyword.hasPrefix("x-") else { break }
      throw failure(
        .unsupported, "the keyword is not supported", at: place, Self.remedy(forUnknown: keyword))
    }
  }

  private static func remedy(forUnknown keyword: String) -> String {
    switch keyword {
    case "$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$recursiveRef":
      return "Refer to places of this schema only, as #/$defs/NAME."
    case "additionalItems": return "Write items beside prefixItems."
    case "dependencies": return "Write dependentRequired or dependentSchemas."
    case "unevaluatedProperties": return "Write additionalProperties."
    case "unevaluatedItems": return "Write items."
    default:
      let known = [
        "type", "enum", "const", "properties", "patternProperties", "additionalProperties", "propertyNames", "required",
        "items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems", "minLength", "maxLength", "pattern",
        "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "allOf", "anyOf", "oneOf",
        "not", "$ref", "$defs", "nullable", "title", "description", "default", "examples",
      ]
      return NearestName.of(keyword, in: known).map { "Did you mean \($0)?" } ?? "Take it out."
    }
  }

  private mutating func compileMap(
    _ value: JSONValue, at place: String, nesting: Int
  ) throws(ToolsError) -> (indices: [String: Int], names: String) {
    var indices: [String: Int] = [:]
    let schemas = try object(value, at: place)
    for (key, schema) in schemas {
      indices[key] = try compile(schema, at: JSONPointer.appending(key, to: place), nesting: nesting)
    }
    return (indices, schemas.keys.prefix(12).joined(separator: ", ") + (schemas.count > 12 ? ", …" : ""))
  }

  private mutating func compileList(
    _ value: JSONValue, at place: String, nesting: Int
  ) throws(ToolsError) -> [Int] {
    guard case .array(let schemas) = value, !schemas.isEmpty else {
      throw failure(.invalidSchema, "the keyword takes a list of schemas that is not empty", at: place)
    }
    var list: [Int] = []
    for (position, schema) in schemas.enumerated() {
      list.append(try compile(schema, at: place + "/\(position)", nesting: nesting))
    }
    return list
  }

  private mutating func compileValues(
    _ keyword: String, _ value: JSONValue, of index: Int, at place: String
  ) throws(ToolsError) {
    var values = [value]
    if keyword == "enum" {
      guard case .array(let list) = value, !list.isEmpty else {
        throw failure(.invalidSchema, "enum takes a list of values that is not empty", at: place)
      }
      values = list
    }
    let texts = values.map(\.canonicalBytes)
    guard Set(texts).count == texts.count else {
      throw failure(.invalidSchema, "enum has a value twice", at: place)
    }
    if let first = nodes[index].values {
      // enum and const beside each other: what both allow.
      nodes[index].values = first.filter(Set(texts).contains)
    } else {
      nodes[index].values = texts
      nodes[index].valuesKeyword = keyword
    }
    let shown = (nodes[index].values ?? []).prefix(12).map { String(decoding: $0, as: UTF8.self) }
    nodes[index].valuesText = shown.joined(separator: ", ") + ((nodes[index].values?.count ?? 0) > 12 ? ", …" : "")
  }

  private func types(_ value: JSONValue, at place: String) throws(ToolsError) -> [String] {
    let known = ["null", "boolean", "integer", "number", "string", "array", "object"]
    let list: [JSONValue]
    switch value {
    case .string: list = [value]
    case .array(let elements) where !elements.isEmpty: list = elements
    default: throw failure(.invalidSchema, "type takes a name or a list of names that is not empty", at: place)
    }
    var types: [String] = []
    for element in list {
      guard let name = element.stringValue, known.contains(name) else {
        throw failure(
          .invalidSchema, "type names no type of JSON", at: place, "Known are \(known.joined(separator: ", ")).")
      }
      guard !types.contains(name) else { throw failure(.invalidSchema, "type has a name twice", at: place) }
      types.append(name)
    }
    return types
  }

  private func names(_ value: JSONValue, at place: String) throws(ToolsError) -> [String] {
    guard case .array(let elements) = value else {
      throw failure(.invalidSchema, "the keyword takes a list of names", at: place)
    }
    var names: [String] = []
    for element in elements {
      guard let name = element.stringValue, !names.contains(name) else {
        throw failure(.invalidSchema, "the keyword takes a list of names, each once", at: place)
      }
      names.append(name)
    }
    return names
  }

  private func flag(_ value: JSONValue, at place: String) throws(ToolsError) -> Bool {
    guard let flag = value.boolValue else {
      throw failure(.invalidSchema, "the keyword takes true or false", at: place)
    }
    return flag
  }

  private func number(_ value: JSONValue, at place: String) throws(ToolsError) -> JSONValue {
    switch value {
    case .integer: return value
    case .number(let number) where number.isFinite: return value
    case .bool where place.hasSuffix("/exclusiveMinimum") || place.hasSuffix("/exclusiveMaximum"):
      throw failure(
        .unsupported, "true or false is an older form of this keyword", at: place, "Write the limit itself.")
    default: throw failure(.invalidSchema, "the keyword takes a number", at: place)
    }
  }

  private func count(_ value: JSONValue, at place: String) throws(ToolsError) -> Int {
    guard let count = value.integerValue, (0...1_000_000_000).contains(count) else {
      throw failure(.invalidSchema, "the keyword takes a whole number from 0 to 1000000000", at: place)
    }
    return Int(count)
  }

  private func object(_ value: JSONValue, at place: String) throws(ToolsError) -> JSONObject {
    guard case .object(let object) = value else {
      throw failure(.invalidSchema, "the keyword takes an object", at: place)
    }
    return object
  }

  private func pattern(_ value: JSONValue, at place: String) throws(ToolsError) -> TextPattern {
    guard let text = value.stringValue else { throw failure(.invalidSchema, "pattern takes a string", at: place) }
    do {
      return try TextPattern(text)
    } catch {
      var error = error
      error.pointer = place
      throw error
    }
  }

  private func format(_ value: JSONValue, at place: String) throws(ToolsError) -> TextFormat? {
    guard let name = value.stringValue else { throw failure(.invalidSchema, "format takes a string", at: place) }
    if let format = TextFormat(rawValue: name) { return format }
    guard !TextFormat.annotations.contains(name) else { return nil }
    let nearest = NearestName.of(name, in: JSONSchema.formats + TextFormat.annotations.sorted())
    throw failure(
      .unsupported, "the format is not known", at: place,
      nearest.map { "Did you mean \($0)?" } ?? "Checked are \(JSONSchema.formats.joined(separator: ", ")).")
  }

  /// The JSON pointer in `#…`, with percent signs undone.
  private func target(_ value: JSONValue, at place: String) throws(ToolsError) -> String {
    guard let text = value.stringValue, text.utf8.first == UInt8(ascii: "#") else {
      throw failure(
        .unsupported, "$ref takes a place in this schema", at: place, "Write #/$defs/NAME; nothing is fetched.")
    }
    var bytes: [UInt8] = []
    var rest = ArraySlice(text.utf8.dropFirst())
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%") {
        guard let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2 else {
          throw failure(.invalidSchema, "$ref has a broken percent escape", at: place)
        }
        bytes.append(code)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    let pointer = String(decoding: bytes, as: UTF8.self)
    guard JSONPointer.tokens(of: pointer) != nil else {
      throw failure(.unsupported, "$ref takes # and a JSON pointer", at: place, "Write #/$defs/NAME.")
    }
    return pointer
  }

  /// Refuses schemas that apply themselves to the same value, and chains too long to follow.
  private func checkInPlaceNesting() throws(ToolsError) {
    var heights: [Int?] = Array(repeating: nil, count: nodes.count)
    for index in nodes.indices { _ = try height(of: index, below: 0, &heights) }
  }

  private func height(of index: Int, below depth: Int, _ heights: inout [Int?]) throws(ToolsError) -> Int {
    if let height = heights[index] { return height }
    // A cycle never ends, so that it passes this limit as well.
    guard depth <= Self.maximumInPlaceNesting else {
      throw failure(
        .invalidSchema, "it applies more than \(Self.maximumInPlaceNesting) schemas to one value, or refers to itself",
        at: nodes[index].pointer)
    }
    var height = 0
    for next in nodes[index].inPlace {
      height = max(height, 1 + (try self.height(of: next, below: depth + 1, &heights)))
    }
    guard height <= Self.maximumInPlaceNesting else {
      throw failure(
        .invalidSchema, "it applies more than \(Self.maximumInPlaceNesting) schemas to one value",
        at: nodes[index].pointer)
    }
    heights[index] = height
    return height
  }

  private func failure(
    _ code: ToolsError.Code, _ reason: String, at pointer: String, _ remedy: String = ""
  ) -> ToolsError {
    ToolsError(code: code, what: "could not compile the JSON Schema: \(reason)", pointer: pointer, remedy: remedy)
  }
}
