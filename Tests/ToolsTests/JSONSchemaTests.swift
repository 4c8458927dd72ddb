import Glibc
import Testing
import Tools

struct JSONSchemaTests {
  static let light: JSONValue = [
    "type": "object",
    "properties": [
      "room": ["type": "string", "enum": ["kitchen", "hall"], "description": "Which room"],
      "on": ["type": "boolean"], "level": ["type": "integer", "minimum": 0, "maximum": 100],
    ],
    "required": ["room", "on"], "additionalProperties": false,
  ]

  /// Verdicts of the Python package jsonschema; Golden/make_schema_golden.py made them.
  @Test func verdictsEqualThoseOfPythonsJSONSchema() throws {
    let path = unsafe getenv("EARSHOT_SCHEMA_GOLDEN").map { unsafe String(cString: $0) }
    var cases = 0
    var disagreements: [String] = []
    for line in try Self.lines(ofFile: path ?? goldenFolder + "/schema_golden.jsonl") {
      let entry = try JSONValue(parsing: line)
      let schema = try JSONSchema(try #require(entry["schema"]))
      for pair in try #require(entry["cases"]?.arrayValue) {
        let value = try #require(pair[0])
        cases += 1
        if schema.accepts(value) != pair[1]?.boolValue {
          disagreements.append("\(schema.source.text()) \(pair.text())")
        }
      }
    }
    #expect(disagreements == [])
    #expect(cases >= 1_500)
  }

  @Test func validArgumentsPass() throws {
    #expect(try JSONSchema(Self.light).validate(["room": "hall", "on": true, "level": 5.0]) == [])
  }

  @Test func everyViolationIsNamedWithItsPlaces() throws {
    let violations = try JSONSchema(Self.light).validate(["room": "attic", "level": 101, "colour": "red"])
    #expect(
      violations == [
        .init(instancePath: "", schemaPath: "/required", text: "lacks on"),
        .init(
          instancePath: "/room", schemaPath: "/properties/room/enum", text: #"must be one of "kitchen", "hall""#),
        .init(instancePath: "/level", schemaPath: "/properties/level/maximum", text: "must be at most 100"),
        .init(
          instancePath: "/colour", schemaPath: "/additionalProperties",
          text: "is not a known property; known are room, on, level"),
      ])
    #expect(try JSONSchema(Self.light).validate([1]).map(\.description) == ["the value is an array, must be object"])
  }

  @Test func onePropertyIsCheckedByItself() throws {
    let schema = try JSONSchema(Self.light)
    #expect(schema.validate(50, forProperty: "level") == [])
    #expect(schema.validate(101, forProperty: "level").map(\.text) == ["must be at most 100"])
    #expect(schema.validate(101, forProperty: "unknown") == [])
  }

  @Test func violationsNeverRepeatTheValue() throws {
    let schema = try JSONSchema(["type": "string", "pattern": "^a", "maxLength": 3, "enum": ["a"], "format": "date"])
    for violation in schema.validate("what somebody said") {
      #expect(!violation.description.contains("somebody"))
    }
  }

  @Test(
    arguments: [
      (["typ": "string"], "/typ"), (["type": "strnig"], "/type"), (["type": []], "/type"), (["enum": []], "/enum"),
      (["enum": [1, 1.0]], "/enum"), (["properties": ["a": ["minimun": 1]]], "/properties/a/minimun"),
      (["items": [["type": "string"]]], "/items"), (["pattern": "(?=a)"], "/pattern"), (["pattern": 1], "/pattern"),
      (["patternProperties": ["(": true]], "/patternProperties/("), (["format": "dat"], "/format"),
      (["$ref": "http://example.org/x"], "/$ref"), (["$ref": "#/$defs/a"], "/$ref"), (["$ref": "#a"], "/$ref"),
      (["anyOf": []], "/anyOf"), (["anyOf": [true, 3]], "/anyOf/1"), (["multipleOf": 0], "/multipleOf"),
      (["minLength": -1], "/minLength"), (["minLength": 1.5], "/minLength"), (["required": ["a", "a"]], "/required"),
      (["required": true], "/required"), (["exclusiveMinimum": true], "/exclusiveMinimum"),
      (["unevaluatedProperties": false], "/unevaluatedProperties"), (["dependencies": [:]], "/dependencies"),
      (["$anchor": "a"], "/$anchor"), (["properties": ["a/b": ["x": 1]]], "/properties/a~1b/x"), ("a", ""),
      (["minContains": 1], ""), (["$defs": ["a": ["properties": ["b": ["oops": 1]]]]], "/$defs/a/properties/b/oops"),
      (["$ref": "#"], ""),
      (["$defs": ["a": ["$ref": "#/$defs/b"], "b": ["anyOf": [["$ref": "#/$defs/a"]]]]], "/$defs/a"),
    ] as [(JSONValue, String)])
  func whatCannotBeHonouredIsRefusedWithItsPlace(schema: JSONValue, pointer: String) {
    let error = #expect(throws: ToolsError.self) { try JSONSchema(schema) }
    #expect(error?.pointer?.hasPrefix(pointer) == true, "\(error?.description ?? "")")
  }

  @Test func mistypedKeywordGetsAHint() {
    let error = #expect(throws: ToolsError.self) { try JSONSchema(["minimun": 1]) }
    #expect(error?.description.contains("Did you mean minimum?") == true)
  }

  @Test func annotationsPass() throws {
    #expect(
      try JSONSchema([
        "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "x", "title": "t", "description": "d",
        "default": 1, "examples": [1], "$comment": "c", "deprecated": true, "x-note": [1], "format": "uri",
      ]).accepts("anything"))
  }

  @Test func recursiveSchemasFollowTheValue() throws {
    let tree: JSONValue = ["type": "object", "properties": ["child": ["$ref": "#"]], "additionalProperties": false]
    let schema = try JSONSchema(tree)
    #expect(schema.accepts(["child": ["child": [:]]]))
    #expect(schema.validate(["child": ["child": ["x": 1]]]).map(\.instancePath) == ["/child/child/x"])
  }

  @Test func explodingSchemasAreCutOff() throws {
    var definitions = JSONObject()
    for level in 0..<20 {
      let next: JSONValue = ["$ref": .string("#/$defs/d\(level + 1)")]
      definitions["d\(level)"] = ["anyOf": [["not": next], next, ["not": next], next], "allOf": [next, next]]
    }
    definitions["d20"] = ["type": "string"]
    // Nested too deep for one value, or too much work: either way it ends.
    if let schema = try? JSONSchema(["$ref": "#/$defs/d0", "$defs": .object(definitions)]) {
      #expect(schema.validate(1).first?.text.contains("too many steps") == true)
    }
    let wide: JSONValue = ["allOf": .array(Array(repeating: ["type": "integer"], count: 5_000))]
    let elements = JSONValue.array(Array(repeating: 1, count: 5_000))
    #expect(
      try JSONSchema(["items": wide]).validate(elements).map(\.text)
        == ["takes too many steps to check against this schema"])
  }

  @Test func violationsAreBounded() throws {
    let schema = try JSONSchema(["items": ["type": "string"]])
    #expect(schema.validate(.array(Array(repeating: 1, count: 1_000))).count == JSONSchema.maximumViolations)
  }

  @Test func nullableTakesNull() throws {
    let schema = try JSONSchema(["type": "string", "enum": ["a"], "nullable": true])
    #expect(schema.accepts(.null))
    #expect(schema.accepts("a"))
    #expect(!schema.accepts("b"))
  }

  @Test func decimalMultiplesAreExact() throws {
    #expect(try JSONSchema(["multipleOf": 0.1]).accepts(0.3))
    #expect(try JSONSchema(["multipleOf": 0.01]).accepts(19.99))
    #expect(try !JSONSchema(["multipleOf": 0.1]).accepts(0.35))
    #expect(try JSONSchema(["multipleOf": 0.5]).accepts(1e300))
    #expect(try !JSONSchema(["multipleOf": 3]).accepts(1e-300))
  }

  @Test func largeIntegersAreNotRounded() throws {
    #expect(try !JSONSchema(["maximum": 9_007_199_254_740_992]).accepts(9_007_199_254_740_993))
    #expect(try !JSONSchema(["const": 9_007_199_254_740_992.0]).accepts(9_007_199_254_740_993))
  }

  @Test(
    arguments: [
      ("date", ["2024-02-29"], ["2023-02-29", "2023-13-01", "2023-1-1", "2023-01-01x"]),
      (
        "time", ["19:30", "07:05:09", "07:05:09.5Z", "07:05:09+02:00"], ["24:00", "7:30", "19:60", "19:30:", "19:30pm"]
      ),
      ("date-time", ["2024-02-29T10:00:00Z"], ["2024-02-29", "2024-02-29T10:00", "2024-02-30T10:00:00Z"]),
      (
        "duration", ["PT1H30M", "P1D", "P1Y2M3DT4H5M6.5S", "P2W", "PT0S"], ["P", "PT", "1H", "PT1H2H", "PT1M1H", "P1H"]
      ),
      ("email", ["a@b"], ["a", "a@", "@b", "a@b@c", "a b@c"]),
      (
        "uuid", ["123e4567-e89b-12d3-a456-426614174000"],
        ["123e4567e89b12d3a456426614174000", "g23e4567-e89b-12d3-a456-426614174000"]
      ),
      ("ipv4", ["127.0.0.1"], ["127.0.0", "256.0.0.1", "01.0.0.1", "1.1.1.1.1", "1..1.1"]),
    ] as [(String, [String], [String])])
  func formatsAreChecked(format: String, valid: [String], invalid: [String]) throws {
    let schema = try JSONSchema(["format": .string(format)])
    for text in valid { #expect(schema.accepts(.string(text)), "\(text)") }
    for text in invalid { #expect(!schema.accepts(.string(text)), "\(text)") }
    #expect(schema.accepts(5))
  }

  @Test func mutatedSchemasCompileOrAreRefused() throws {
    let lines = try Self.lines(ofFile: goldenFolder + "/schema_golden.jsonl")
    let schemas = try lines.map { try #require(try JSONValue(parsing: $0)["schema"]) }
    var generator = SeededGenerator(seed: 5)
    var compiled = 0
    for round in 0..<6_000 {
      var mutant = schemas[round % schemas.count]
      if round % 3 == 0 {
        guard let value = try? JSONValue(parsing: generator.mutate(mutant.bytes())) else { continue }
        mutant = value
      } else {
        mutant = Self.grafted(mutant, &generator, schemas)
      }
      if let schema = try? JSONSchema(mutant) {
        compiled += 1
        _ = schema.validate(mutant)
      }
    }
    #expect(compiled > 500)
    #expect(compiled < 5_500)
  }

  /// `value` with one part replaced by a part of other schemas, or by a value that is wrong in most places.
  private static func grafted(
    _ value: JSONValue, _ generator: inout SeededGenerator, _ schemas: [JSONValue]
  ) -> JSONValue {
    if Int.random(in: 0..<3, using: &generator) > 0 {
      switch value {
      case .object(var object):
        guard let key = object.keys.randomElement(using: &generator), let member = object[key] else { break }
        object[key] = grafted(member, &generator, schemas)
        return .object(object)
      case .array(var elements):
        guard let index = elements.indices.randomElement(using: &generator) else { break }
        elements[index] = grafted(elements[index], &generator, schemas)
        return .array(elements)
      default: break
      }
    }
    let others: [JSONValue] = [.null, true, -1, 1.5, "", "^(", "#/$defs/small", [], [:], ["a", "b"]]
    let pick = Int.random(in: 0..<others.count * 2, using: &generator)
    return pick < others.count ? others[pick] : schemas[Int.random(in: 0..<schemas.count, using: &generator)]
  }

  /// The folder beside this file.
  private var goldenFolder: String {
    #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/Golden"
  }

  private static func lines(ofFile path: String) throws -> [[UInt8]] {
    let descriptor = unsafe open(path, O_RDONLY)
    try #require(descriptor >= 0, "no golden file at \(path)")
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { break }
      bytes.append(contentsOf: buffer[..<count])
    }
    return bytes.split(separator: 0x0A).map(Array.init)
  }
}
