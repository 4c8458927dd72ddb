/// A JSON Schema (draft 2020-12, the part that tool definitions use), compiled once and validated against many times.
///
/// Honoured: boolean schemas; `type`, `enum`, `const`; `properties`, `patternProperties`, `additionalProperties`,
/// `propertyNames`, `required`, `minProperties`, `maxProperties`, `dependentRequired`, `dependentSchemas`; `items`,
/// `prefixItems`, `contains`, `minContains`, `maxContains`, `minItems`, `maxItems`, `uniqueItems`; `minLength`,
/// `maxLength`, `pattern` (see `TextPattern`), `format` (see `formats`); `minimum`, `maximum`, `exclusiveMinimum`,
/// `exclusiveMaximum`, `multipleOf`; `allOf`, `anyOf`, `oneOf`, `not`, `if`/`then`/`else`; `$ref` to a place in the
/// same schema, `$defs`, `definitions`; OpenAPI's `nullable`. Annotations pass. Any other keyword is refused, because
/// a limit that is silently not kept is worse than none.
public struct JSONSchema: Hashable, Sendable {
  /// The schema as it was given.
  public let source: JSONValue
  let nodes: [JSONSchemaNode]

  /// Formats whose values are checked. `time` also takes a local time of day without zone or seconds (19:30).
  public static let formats: [String] = TextFormat.allCases.map(\.rawValue)

  /// Compiles a schema. Time and memory are bounded by the schema's size.
  /// - Throws: `ToolsError` with `unsupported`, `invalidSchema` or `limitExceeded`, and the JSON pointer of the
  ///   offending keyword.
  public init(_ source: JSONValue) throws(ToolsError) {
    var compiler = JSONSchemaCompiler(source: source)
    nodes = try compiler.compile()
    self.source = source
  }

  /// One way in which a value breaks a schema.
  public struct Violation: Hashable, Sendable, CustomStringConvertible {
    /// JSON pointer to the part of the value that is wrong; "" is the whole value.
    public var instancePath: String
    /// JSON pointer to the keyword of the schema that says so.
    public var schemaPath: String
    /// What is wrong, as a clause; it holds limits and names of the schema, never the value itself.
    public var text: String

    public init(instancePath: String, schemaPath: String, text: String) {
      self.instancePath = instancePath
      self.schemaPath = schemaPath
      self.text = text
    }

    public var description: String { "\(instancePath.isEmpty ? "the value" : instancePath) \(text)" }
  }

  /// The most violations one validation reports.
  public static let maximumViolations = 32

  /// How `value` breaks the schema, at most `maximumViolations`; empty where it is valid. Bounded work: a schema that
  /// takes more than 200,000 checks for this value is reported as a violation, not run to its end.
  public func validate(_ value: JSONValue) -> [Violation] {
    var validator = JSONSchemaValidator(nodes: nodes)
    return validator.violations(of: value)
  }

  /// How `value` breaks what `properties` says about one property; what the schema says about the object as a whole is
  /// not looked at. Quicker than validating an object of one member, and paths are relative to the value.
  public func validate(_ value: JSONValue, forProperty name: String) -> [Violation] {
    guard let node = nodes.first?.properties[name] else { return [] }
    var validator = JSONSchemaValidator(nodes: nodes)
    return validator.violations(of: value, from: node)
  }

  /// Whether `value` keeps the schema.
  public func accepts(_ value: JSONValue) -> Bool { validate(value).isEmpty }
}

/// One schema object; others are named by their index.
struct JSONSchemaNode: Hashable, Sendable {
  /// Where the object stands in the schema, as a JSON pointer.
  var pointer = ""
  /// `false` refuses every value; `true` sets no keyword.
  var refusesAll = false

  var types: [String]?
  var isNullable = false
  /// Canonical texts of `enum` or `const`, and how to name them.
  var values: [[UInt8]]?
  var valuesText = ""
  var valuesKeyword = "enum"

  var minimum: JSONValue?
  var maximum: JSONValue?
  var exclusiveMinimum: JSONValue?
  var exclusiveMaximum: JSONValue?
  var multipleOf: JSONValue?

  var minLength: Int?
  var maxLength: Int?
  var pattern: TextPattern?
  var format: TextFormat?

  var properties: [String: Int] = [:]
  var propertyNamesText = ""
  var patternProperties: [PatternProperty] = []
  var additionalProperties: Int?
  var propertyNames: Int?
  var required: [String] = []
  var dependentRequired: [String: [String]] = [:]
  var dependentSchemas: [String: Int] = [:]
  var minProperties: Int?
  var maxProperties: Int?

  var prefixItems: [Int] = []
  var items: Int?
  var contains: Int?
  var minContains: Int?
  var maxContains: Int?
  var minItems: Int?
  var maxItems: Int?
  var uniqueItems = false

  var reference: Int?
  var allOf: [Int] = []
  var anyOf: [Int] = []
  var oneOf: [Int] = []
  var not: Int?
  var condition: Int?
  var consequence: Int?
  var alternative: Int?

  struct PatternProperty: Hashable, Sendable {
    var pattern: TextPattern
    var schema: Int
  }

  /// Schemas that are applied to the same value as this one.
  var inPlace: [Int] {
    var nodes = allOf + anyOf + oneOf + dependentSchemas.values.sorted()
    for node in [reference, not, condition, consequence, alternative] {
      if let node { nodes.append(node) }
    }
    return nodes
  }
}
