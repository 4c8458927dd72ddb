import TestSupport
import Tools

/// Schemas by chance, of all keywords that a constraint can be held to.
struct RandomSchema {
  var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// A tool's parameters: an object.
  mutating func tool() -> JSONValue {
    var schema = object(depth: 0)
    if chance(4) {
      schema["$defs"] = .object([
        "tree": [
          "type": "object",
          "properties": [
            "value": ["type": "integer"], "children": ["type": "array", "items": ["$ref": "#/$defs/tree"]],
          ],
          "required": ["value"],
        ],
        "level": ["type": "integer", "minimum": 0, "maximum": 100],
      ])
      if case .object(var properties)? = schema["properties"] {
        properties["tree"] = ["$ref": "#/$defs/tree"]
        properties["level"] = ["$ref": "#/$defs/level", "multipleOf": 5]
        schema["properties"] = .object(properties)
      }
    }
    return .object(schema)
  }

  private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &generator) == 0 }
  private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
  private mutating func pick<T>(_ list: [T]) -> T { list[number(0...list.count - 1)] }

  private mutating func object(depth: Int) -> JSONObject {
    let names = ["room", "on", "level", "name", "größe", "a", "ab", "say \"it\"", "x/y~z", "日", "time", "n1", "n2"]
    var properties = JSONObject()
    for _ in 0..<number(0...5) { properties[pick(names)] = value(depth: depth + 1) }
    var schema: JSONObject = ["type": "object", "properties": .object(properties)]
    schema["required"] = .array(properties.keys.filter { _ in number(0...1) == 0 }.map(JSONValue.string))
    if chance(2) { schema["additionalProperties"] = false }
    if chance(6), properties.count > 1 { schema["minProperties"] = .integer(Int64(number(1...properties.count))) }
    return schema
  }

  private mutating func value(depth: Int) -> JSONValue {
    switch number(0...(depth > 3 ? 8 : 15)) {
    case 0: ["type": "boolean"]
    case 1: ["type": ["string", "null"], "maxLength": .integer(Int64(number(0...12)))]
    case 2: listed()
    case 3, 4: integer()
    case 5: decimal()
    case 6: string()
    case 7: pattern()
    case 8:
      ["type": "string", "format": .string(pick(["date", "time", "date-time", "duration", "email", "uuid", "ipv4"]))]
    case 9, 10: .object(object(depth: depth))
    case 11, 12: array(depth: depth)
    case 13: ["anyOf": [value(depth: depth + 1), value(depth: depth + 1)]]
    case 14:
      [
        "allOf": [
          ["type": "integer", "minimum": .integer(Int64(number(-50...0)))],
          ["maximum": .integer(Int64(number(0...50)))],
        ]
      ]
    default:
      [
        "oneOf": [
          [
            "type": "object", "properties": ["kind": ["const": "a"], "v": value(depth: depth + 1)],
            "required": ["kind"],
          ],
          [
            "type": "object", "properties": ["kind": ["const": "b"], "w": value(depth: depth + 1)],
            "required": ["kind", "w"],
          ],
        ]
      ]
    }
  }

  private mutating func listed() -> JSONValue {
    let values: [JSONValue] = [
      "on", "off", "o", "日本", "😀\n", "\"q\"", 1, 12, -3, 1.5, true, .null, ["a", 1], ["k": "v"], "", "küche",
    ]
    var list: [JSONValue] = []
    for _ in 0..<number(1...5) {
      let value = pick(values)
      if !list.contains(value) { list.append(value) }
    }
    return chance(4) ? ["const": list[0]] : ["enum": .array(list)]
  }

  private mutating func integer() -> JSONValue {
    var schema: JSONObject = ["type": "integer"]
    let low = number(-1_000...1_000)
    if chance(2) { schema[chance(2) ? "minimum" : "exclusiveMinimum"] = .integer(Int64(low)) }
    if chance(2) { schema[chance(2) ? "maximum" : "exclusiveMaximum"] = .integer(Int64(low + number(40...90_000))) }
    if chance(3) { schema["multipleOf"] = .integer(Int64(number(1...17))) }
    return .object(schema)
  }

  private mutating func decimal() -> JSONValue {
    var schema: JSONObject = ["type": "number"]
    let low = Double(number(-1_000...1_000)) / 8
    if chance(2) { schema[chance(2) ? "minimum" : "exclusiveMinimum"] = .number(low) }
    if chance(2) { schema[chance(2) ? "maximum" : "exclusiveMaximum"] = .number(low + Double(number(1...90_000)) / 16) }
    if chance(3), schema.count == 1 { schema["multipleOf"] = pick([0.5, 0.25, 0.1, 0.01, 3, 2.5]) }
    return .object(schema)
  }

  private mutating func string() -> JSONValue {
    var schema: JSONObject = ["type": "string"]
    let low = number(0...9)
    if chance(2) { schema["minLength"] = .integer(Int64(low)) }
    if chance(2) { schema["maxLength"] = .integer(Int64(low + number(0...20))) }
    return .object(schema)
  }

  private mutating func pattern() -> JSONValue {
    let patterns = [
      "^[a-z]+$", "^[A-Z]{2}[0-9]{1,4}$", "kitchen|bath", "^(on|off)$", "[äöü]", "^a.*z$", "^[^\\n\"]{3,9}$", "x{2,}y?",
      "^[0-9]{2}:[0-9]{2}$", "^(ab)*c$", "^\\+[0-9]{4,12}$", "^😀+$", "\\\\",
    ]
    var schema: JSONObject = ["type": "string", "pattern": .string(pick(patterns))]
    if chance(3) { schema["maxLength"] = .integer(Int64(number(9...30))) }
    return .object(schema)
  }

  private mutating func array(depth: Int) -> JSONValue {
    var schema: JSONObject = ["type": "array"]
    let low = number(0...3)
    if chance(5) {
      schema["items"] = ["enum": ["red", "green", "blue", "r"]]
      schema["uniqueItems"] = true
    } else {
      schema["items"] = value(depth: depth + 1)
    }
    if chance(2) { schema["minItems"] = .integer(Int64(low)) }
    if chance(2) { schema["maxItems"] = .integer(Int64(low + number(0...3))) }
    return .object(schema)
  }
}
