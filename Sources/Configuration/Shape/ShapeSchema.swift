public import Tools

/// The JSON Schema (2020-12) of the configuration, for editors: completion, descriptions and marks while typing.
///
/// It says as much as JSON Schema can; what spans several keys only `earshot config check` finds.
public enum ConfigurationSchema {
  /// The schema as configs/earshot.schema.json holds it.
  public static func document() -> JSONValue {
    var schema: JSONObject = [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "Earshot's configuration",
    ]
    schema.merge(ShapeSchema.object(FileShape.root)) { _, new in new }
    return .object(schema)
  }
}

/// Shapes as JSON Schema.
enum ShapeSchema {
  static func object(_ object: ObjectShape) -> JSONObject {
    var schema: JSONObject = ["type": "object"]
    schema["properties"] = .object(
      JSONObject(object.keys.map { ($0.name, property($0)) }, uniquingKeysWith: { first, _ in first }))
    let required = object.keys.filter(\.isRequired).map { JSONValue.string($0.name) }
    if !required.isEmpty { schema["required"] = .array(required) }
    schema["additionalProperties"] = false
    let groups = object.groups.map(group)
    if !groups.isEmpty { schema["allOf"] = .array(groups) }
    return schema
  }

  /// Exactly one of the keys, or one at most.
  private static func group(_ group: ObjectShape.Group) -> JSONValue {
    var alternatives: [JSONValue] = group.keys.map { ["required": [.string($0)]] }
    if !group.isRequired {
      alternatives.append(["not": ["anyOf": .array(alternatives)]])
    }
    return ["oneOf": .array(alternatives)]
  }

  private static func property(_ key: KeyShape) -> JSONValue {
    var schema: JSONObject = ["description": .string(key.summary)]
    if let defaultValue = key.defaultValue { schema["default"] = defaultValue }
    for (name, value) in self.schema(key.shape) { schema[name] = value }
    // A key that is left empty counts as not written, except where it must be there.
    if !key.isRequired, case .string(let type)? = schema["type"] { schema["type"] = [.string(type), "null"] }
    if !key.isRequired, case .array(let values)? = schema["enum"] { schema["enum"] = .array(values + [.null]) }
    return .object(schema)
  }

  private static func schema(_ shape: Shape) -> JSONObject {
    switch shape {
    case .boolean: return ["type": "boolean"]
    case .onOff: return ["enum": ["on", "off", true, false]]
    case .integer(let range):
      return ["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)]
    case .number(let range):
      return ["type": "number", "minimum": number(range.lowerBound), "maximum": number(range.upperBound)]
    case .text(let form):
      var schema: JSONObject = ["type": "string"]
      if form != .anyLine { schema["minLength"] = 1 }
      if let pattern = form.pattern { schema["pattern"] = .string(pattern) }
      return schema
    case .choice(let names): return ["enum": .array(names.map { .string($0) })]
    case .scalar: return ["type": ["string", "number", "boolean"]]
    case .list(let element, let count):
      var schema: JSONObject = ["type": "array", "items": .object(self.schema(element))]
      if count.lowerBound > 0 { schema["minItems"] = .integer(Int64(count.lowerBound)) }
      schema["maxItems"] = .integer(Int64(count.upperBound))
      return schema
    case .named(_, let element, let maximumCount):
      return [
        "type": "object", "additionalProperties": .object(schema(element)),
        "maxProperties": .integer(Int64(maximumCount)),
      ]
    case .object(let object): return self.object(object)
    case .either(let shape, let object):
      return ["anyOf": [.object(schema(shape)), .object(self.object(object))]]
    case .oneOrMore(let element, let maximumCount):
      return [
        "anyOf": [
          .object(schema(element)), .object(schema(.list(of: element, count: 0...maximumCount))),
        ]
      ]
    case .jsonSchema: return ["$ref": "https://json-schema.org/draft/2020-12/schema", "type": "object"]
    }
  }

  private static func number(_ number: Double) -> JSONValue {
    Int64(exactly: number).map { .integer($0) } ?? .number(number)
  }
}
