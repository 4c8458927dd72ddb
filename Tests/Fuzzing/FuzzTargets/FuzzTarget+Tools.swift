import Actions
import Tools

extension FuzzTarget {
  static let tools: [FuzzTarget] = [
    FuzzTarget("json") { bytes in ToolsFuzzing.json(bytes.span) },
    FuzzTarget("json-pointer", jsonPointer),
    FuzzTarget("json-schema") { bytes in ToolsFuzzing.schema(bytes.span) },
    FuzzTarget("text-pattern") { bytes in ToolsFuzzing.pattern(bytes.span) },
    FuzzTarget("tool-definition", toolDefinition),
    FuzzTarget("tool-arguments", toolArguments),
    FuzzTarget("action-arguments", actionArguments),
    FuzzTarget("gpio-line", gpioLine),
  ]

  /// A pointer is no pointer, or is put together again from its parts.
  private static func jsonPointer(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let tokens = JSONPointer.tokens(of: text) else { return }
    let again = tokens.reduce("") { JSONPointer.appending($1, to: $0) }
    require(again.utf8.elementsEqual(text.utf8), "a pointer reads back the same")
  }

  /// OpenAI's definition of a function survives being written, and its schema compiles or is refused.
  private static func toolDefinition(_ bytes: [UInt8]) {
    guard let value = try? JSONValue(parsing: bytes), let tool = try? ToolDefinition(openAI: value) else { return }
    require((try? ToolDefinition(openAI: tool.openAI)) == tool, "a definition reads back the same")
    _ = try? tool.compiledParameters()
  }

  /// A schema, a zero byte, and a value: every complaint is about a place that is there.
  private static func toolArguments(_ bytes: [UInt8]) {
    let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map(Array.init)
    guard parts.count == 2, let source = try? JSONValue(parsing: parts[0]), let schema = try? JSONSchema(source),
      let value = try? JSONValue(parsing: parts[1])
    else { return }
    let violations = schema.validate(value)
    require(violations.count <= JSONSchema.maximumViolations, "violations are bounded")
    require(schema.accepts(value) == violations.isEmpty, "a value without violations is accepted")
    for violation in violations {
      require(value.value(at: violation.instancePath) != nil, "a violation's place is in the value: \(violation)")
    }
  }

  /// A call's arguments, for one tool of each kind: a plan whose arguments keep the schema, or a refusal.
  private static func actionArguments(_ bytes: [UInt8]) {
    for tool in actionTools {
      switch planCall(of: tool, argumentsJSON: bytes) {
      case .success(let plan):
        require(!plan.text.isEmpty, "a plan can be said")
        let schema = try? tool.definition.compiledParameters()
        require(schema?.accepts(.object(plan.arguments)) == true, "a plan's arguments keep the schema")
      case .failure(let error):
        require(error.code == .invalidArguments, "bad arguments are refused as such: \(error)")
      }
    }
  }

  private static let actionTools: [ActionTool] = {
    let definition = ToolDefinition(
      name: "tool", description: "",
      parameters: [
        "type": "object",
        "properties": [
          "room": ["type": "string", "enum": ["kitchen", "hall"]],
          "level": ["type": "number", "minimum": 0, "maximum": 100], "text": ["type": "string", "maxLength": 40],
          "on": ["type": "boolean", "default": false],
        ],
        "required": ["room", "level", "text"],
      ])
    let lines: OrderedDictionary = [
      "kitchen": GPIOLineAddress(chip: "a", line: .offset(1)), "hall": GPIOLineAddress(chip: "a", line: .name("b")),
    ]
    let actions: [ToolAction] = [
      .gpio(GPIOAction(line: .chosen(from: "room", among: lines), operation: .set(.argument("on")))),
      .pwm(PWMAction(chip: "pwmchip0", channel: 0, periodNanoseconds: 1_000, duty: .argument("level"))),
      .led(LEDAction(name: "lamp", operation: .trigger(.argument("text")))),
      .program(ProgramAction(arguments: ["/bin/echo", "{room}: {text}", "--", "{text}{level}"], input: .json)),
    ]
    return actions.map { ActionTool(definition: definition, action: $0) }
  }()

  /// An address is refused or reads back the same.
  private static func gpioLine(_ bytes: [UInt8]) {
    guard let address = try? GPIOLineAddress(parsing: String(decoding: bytes, as: UTF8.self)) else { return }
    require((try? GPIOLineAddress(parsing: address.description)) == address, "an address reads back the same")
  }
}
