import Actions
import Phrases
import Testing
import Tools

@testable import Configuration

/// What the tools of a file become, and what of them is refused.
@Suite struct ToolTests {
  /// A file with three lines and one tool, whose action is `action`.
  static func file(_ action: String, more: String = "", parameters: String? = nil) -> String {
    """
    gpio:
      lines:
        lamp: {line: chip/1, safe: on}
        motor: {line: chip/2, active_low: true, bias: pull-up}
        button: {line: chip/3, debounce_ms: 20}
    tools:
      - name: tool
        parameters: \(parameters ?? Self.parameters)
        action: \(action)
    \(more)
    """
  }

  static let parameters = """
    {type: object, required: [room, on, level], properties: {room: {type: string, enum: [a, b]}, on: {type: boolean}, \
    level: {type: integer, minimum: 0, maximum: 100}, loose: {type: integer}, preset: {type: boolean, default: true}}}
    """

  static func tool(_ action: String, more: String = "") throws -> Configuration.Tool {
    try #require(
      try Configuration.parse(Array(file(action, more: more).utf8), file: "f").configuration.tools.first)
  }

  static func problems(_ action: String, more: String = "", parameters: String? = nil) -> [String] {
    ProblemTests.problems(file(action, more: more, parameters: parameters))
  }

  @Test func timersAreSetStoppedAndRead() throws {
    #expect(try Self.tool("{timer: {do: set, seconds: 90}}").action == .timer(.set(seconds: .constant(90), label: nil)))
    #expect(
      try Self.tool("{timer: {do: set, seconds_from: level, label_from: room}}").action
        == .timer(.set(seconds: .argument("level"), label: "room")))
    #expect(try Self.tool("{timer: {do: stop}}").action == .timer(.cancel(label: nil)))
    #expect(try Self.tool("{timer: {do: read}}").action == .timer(.read))
  }

  @Test func aToolCanBeLeftToItsPhrases() throws {
    let file = Self.file("{timer: {do: read}}", more: "    model: false")
    let configuration = try Configuration.parse(Array(file.utf8), file: "f").configuration
    #expect(configuration.tools.map(\.isForModel) == [false])
    #expect(configuration.modelTools.isEmpty)
    #expect(try Self.tool("{timer: {do: read}}").isForModel)
  }

  private static let lamp = GPIOLineAddress(chip: "chip", line: .offset(1))

  @Test func everyGPIOOperationBecomesItsValue() throws {
    let cases: [(String, GPIOAction.Operation)] = [
      ("do: set, value: on", .set(.constant(true))), ("do: set, value: false", .set(.constant(false))),
      ("do: set, value_from: on", .set(.argument("on"))), ("do: set, value_from: preset", .set(.argument("preset"))),
      ("do: toggle", .toggle), ("do: pulse, for_ms: 500", .pulse(.milliseconds(500))),
      ("do: blink", .blink(on: .milliseconds(500), off: .milliseconds(500), count: 3)),
      ("do: blink, on_ms: 1, off_ms: 2, count: 4", .blink(on: .milliseconds(1), off: .milliseconds(2), count: 4)),
      ("do: read", .read), ("do: wait", .waitForEdge(.both, timeout: .seconds(10))),
      ("do: wait, edge: rising, within_ms: 7", .waitForEdge(.rising, timeout: .milliseconds(7))),
    ]
    for (text, operation) in cases {
      let expected = GPIOAction(
        line: .fixed(Self.lamp), operation: operation, settings: GPIOLineSettings(safeState: true))
      #expect(try Self.tool("{gpio: {line: lamp, \(text)}}").action == .gpio(expected), "\(text)")
    }
  }

  @Test func chosenLineBecomesATable() throws {
    let other = GPIOLineAddress(chip: "chip", line: .name("x"))
    let action = try Self.tool("{gpio: {do: toggle, line_from: room, lines: {a: chip/9, b: chip/x}}}").action
    #expect(
      action
        == .gpio(
          GPIOAction(
            line: .chosen(from: "room", among: ["a": GPIOLineAddress(chip: "chip", line: .offset(9)), "b": other]),
            operation: .toggle)))
  }

  @Test func namedLineBringsItsSettings() throws {
    guard case .gpio(let action) = try Self.tool("{gpio: {do: read, line: motor}}").action else {
      Issue.record("no GPIO action")
      return
    }
    #expect(action.settings == GPIOLineSettings(isActiveLow: true, bias: .pullUp))
  }

  @Test func pwmLEDAndProgramBecomeTheirValues() throws {
    #expect(
      try Self.tool("{pwm: {chip: pwmchip0, frequency_hz: 50, percent_from: level, safe_percent: 5}}").action
        == .pwm(
          PWMAction(
            chip: "pwmchip0", channel: 0, periodNanoseconds: 20_000_000, duty: .argument("level"), safeDuty: 5)))
    #expect(
      try Self.tool("{led: {name: \"a:b:c\", percent: 40}}").action
        == .led(LEDAction(name: "a:b:c", operation: .brightness(.constant(40)))))
    #expect(
      try Self.tool("{led: {name: ACT, trigger: heartbeat, safe_percent: 0}}").action
        == .led(LEDAction(name: "ACT", operation: .trigger(.constant("heartbeat")), safeBrightness: 0)))
    #expect(
      try Self.tool("{run: [/bin/a, \"{room}-{{}}\"], timeout_s: 1.5, user: \"7\", environment: {A: \"b=c\"}}").action
        == .program(
          ProgramAction(
            arguments: ["/bin/a", "{room}-{{}}"], timeLimit: .milliseconds(1500), user: "7",
            environment: ["A": "b=c"])))
  }

  @Test(arguments: [
    ("{gpio: {do: set, line: lamp}}", "set needs value or value_from"),
    ("{gpio: {do: pulse, line: lamp}}", "pulse needs for_ms"),
    ("{timer: {do: set}}", "set needs seconds or seconds_from"),
    ("{timer: {do: set, seconds: 5, seconds_from: level}}", "seconds_from"),
    ("{timer: {do: set, seconds: 0}}", "it must be from 1 to 86400"),
    ("{timer: {do: set, seconds_from: lebel}}", "did you mean \"level\"?"),
    ("{timer: {do: read, label_from: room}}", "label_from belongs to set, not to read"),
    ("{timer: {do: stop, seconds: 5}}", "seconds belongs to set, not to stop"),
    ("{gpio: {do: set, line: lmap, value: on}}", "did you mean \"lamp\"?"),
    ("{gpio: {do: set, line: lamp, value_from: onn}}", "did you mean \"on\"?"),
    ("{gpio: {do: set, line: lamp, value_from: room}}", "neither on nor off"),
    ("{gpio: {do: set, line: lamp, value_from: loose}}", "which a call may lack"),
    ("{gpio: {do: set, line: chip/2, value: on}}", "is the line gpio.lines.motor"),
    ("{gpio: {do: set, line: button, value: on}}", "debounce_ms"),
    ("{gpio: {do: set, line: lamp, lines: {a: lamp}, line_from: room, value: on}}", "write only one of them"),
    ("{gpio: {do: toggle, lines: {a: lamp, b: lamp}}}", "lines needs line_from"),
    ("{gpio: {do: toggle, lines: {a: lamp}, line_from: room}}", "no line for the value \"b\""),
    ("{gpio: {do: toggle, lines: {a: lamp, b: motor}, line_from: room}}", "must share their settings"),
    ("{gpio: {do: toggle, lines: {a: lamp, b: lamp, c: lamp}, line_from: room}}", "is no value of room"),
    ("{gpio: {do: toggle, lines: {a: lamp, b: lamp}, line_from: level}}", "must be text with an enum"),
    ("{gpio: {do: read, line: lamp, value: on}}", "value belongs to set, not to read"),
    ("{gpio: {do: blink, line: lamp, on_ms: 3600000, count: 2}}", "longer than an hour"),
    ("{gpio: {do: read, line: chip/70000}}", "above 65535"),
    ("{pwm: {chip: c, percent: 101}}", "must be from 0 to 100"),
    ("{pwm: {chip: c, percent_from: loose}}", "which a call may lack"),
    ("{pwm: {chip: c, percent_from: room}}", "is no number"),
    ("{led: {name: a/b, percent: 1}}", "without a slash"),
    ("{run: [echo]}", "absolute path"), ("{run: []}", "must have 1 to 256"), ("{run: [/bin/a, 5]}", "put it in quotes"),
    ("{run: [/bin/a, \"{\"]}", "without its other"), ("{run: [/bin/a, \"}\"]}", "without its other"),
    ("{run: [/bin/a, \"{x}\"]}", "have no \"x\""), ("{run: [/bin/a, \"{}\"]}", "empty braces"),
    ("{run: [/bin/a], environment: {\"a=b\": c}}", "must not contain ="), ("{}", "lacks one of"),
    ("{gpio: {do: read, line: lamp}, user: x}", "belongs to run"),
  ])
  func faultOfAnActionIsTold(_ action: String, _ part: String) {
    let problems = Self.problems(action)
    #expect(problems.contains { $0.contains(part) }, "\(problems)")
  }

  @Test func numberThatMayLeaveThePercentagesIsRefused() {
    let parameters = "{type: object, required: [n], properties: {n: {type: integer, minimum: 0}}}"
    for action in ["{pwm: {chip: c, percent_from: n}}", "{gpio: {do: set, line: lamp, value_from: n}}"] {
      #expect(Self.problems(action, parameters: parameters).contains { $0.contains("may be outside 0 to 100") })
    }
  }

  @Test func policyOfTheFileIsInheritedKeyByKey() throws {
    let text = """
      policy:
        limit: {calls: 2, per_s: 60}
        quiet_hours: {from: "22:00", to: "06:30"}
        ask_below_confidence: 0.5
      tools:
        - {name: one, action: {run: [/bin/true]}}
        - {name: two, action: {run: [/bin/true]}, confirm: always, policy: {verdict: ask, limit: {calls: 1, per_s: 1, then: ask}}}
        - {name: three, action: {run: [/bin/true]}, policy: {quiet_hours: []}}
      """
    let tools = try Configuration.parse(Array(text.utf8), file: "f").configuration.tools
    let night = ToolPolicy.QuietHours(
      from: try #require(.init(hour: 22, minute: 0)), to: try #require(.init(hour: 6, minute: 30)))
    let first = ToolPolicy(
      rateLimit: .init(count: 2, period: .seconds(60)), quietHours: [night], askBelowConfidence: 0.5)
    #expect(tools[0].policy == first)
    var second = first
    (second.verdict, second.confirmation) = (.ask, .always)
    second.rateLimit = .init(count: 1, period: .seconds(1), verdict: .ask)
    #expect(tools[1].policy == second)
    var third = first
    third.quietHours = []
    #expect(tools[2].policy == third)
  }

  @Test func rulesBecomeConditions() throws {
    let rules: [(String, ToolPolicy.Rule.Condition)] = [
      ("room, is: a", .isOne(of: ["a"])), ("room, is: [a, b]", .isOne(of: ["a", "b"])),
      ("level, above: 80", .isAbove(80)), ("level, at_least: 1.5", .isAtLeast(1.5)), ("level, below: 5", .isBelow(5)),
      ("level, at_most: -1", .isAtMost(-1)), ("loose, present: true", .isPresent),
    ]
    let text = rules.map { "{argument: \($0.0), then: ask}" }.joined(separator: ", ")
    let tool = try Self.tool("{run: [/bin/true]}", more: "    policy: {rules: [\(text)]}")
    #expect(
      tool.policy.rules
        == rules.map { rule in
          ToolPolicy.Rule(
            argument: String(rule.0.prefix { $0 != "," }), condition: rule.1, verdict: .ask)
        })
  }

  @Test(arguments: [
    ("confirm: never\n    policy: {verdict: ask}", "confirm is never, but the policy asks"),
    ("policy: {rules: [{argument: room, is: c, then: ask}]}", "no value of room"),
    ("policy: {rules: [{argument: room, above: 1, then: ask}]}", "is no number"),
    ("policy: {rules: [{argument: rom, is: a, then: ask}]}", "did you mean \"room\"?"),
    ("policy: {rules: [{argument: room, then: ask}]}", "lacks one of"),
    ("policy: {rules: [{argument: room, present: false, then: ask}]}", "can only be true"),
    ("spoken: {room: {c: see}}", "is no value of it"), ("spoken: {level: {\"1\": one}}", "has values to speak"),
    ("spoken: {rooom: {}}", "did you mean \"room\"?"), ("reply: \"{rom}\"", "did you mean {room}?"),
    ("phrases: [\"a ({room}\"]", "phrases"), ("phrases: [{say: x, wiht: {}}]", "did you mean \"with\"?"),
  ])
  func faultBesideTheActionIsTold(_ more: String, _ part: String) {
    let problems = Self.problems("{run: [/bin/true]}", more: "    " + more)
    #expect(problems.contains { $0.contains(part) }, "\(problems)")
  }

  @Test func definitionPastedFromOpenAIIsTaken() throws {
    let text = """
      {"tools": [{"type": "function", "function": {"name": "get_weather", "description": "Weather", "strict": true,
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"],
          "additionalProperties": false}}, "action": {"run": ["/bin/true", "{city}"]}}]}
      """
    let tool = try #require(try Configuration.parse(Array(text.utf8), file: "f").configuration.tools.first)
    #expect(tool.definition.name == "get_weather")
    #expect(tool.definition.description == "Weather")
    #expect(tool.definition.parameters["additionalProperties"] == false)
  }

  @Test func phraseMayGiveArgumentsUnsaid() throws {
    let text = Self.file(
      "{gpio: {do: set, line: lamp, value_from: on}}",
      more: "    phrases: [{say: \"lights {on:on|off} everywhere\", with: {room: a, level: 5}}]")
    let loaded = try Configuration.parse(Array(text.utf8), file: "f")
    let match = try #require(loaded.phrases.match("lights off everywhere"))
    #expect(match.name == "tool")
    #expect(match.arguments == ["room": "a", "on": false, "level": 5])
  }

  @Test func problemOfAPhraseHasThePlaceWithinIt() {
    let problems = Self.problems("{run: [/bin/true]}", more: "    phrases:\n      - \"go {room} (a|b\"")
    #expect(problems.contains { $0.hasPrefix("f:11:") && !$0.hasPrefix("f:11:9:") }, "\(problems)")
  }

  @Test func twoNamesOfOneLineMustAgree() {
    #expect(
      ProblemTests.problems("gpio: {lines: {a: {line: c/1}, b: {line: c/1, safe: on}, d: {line: c/1}}}\n").count == 2)
    #expect(ProblemTests.problems("gpio: {lines: {a: {line: c/1}, b: {line: c/1}}}\n").isEmpty)
  }

  @Test func oneChannelHasOneFrequency() {
    let text = """
      tools:
        - {name: a, action: {pwm: {chip: c, percent: 1}}}
        - {name: b, action: {pwm: {chip: c, percent: 2}}}
        - {name: d, action: {pwm: {chip: c, percent: 2, frequency_hz: 5}}}
      """
    let problems = ProblemTests.problems(text)
    #expect(problems.count == 1)
    #expect(problems.first?.hasPrefix("f:4:29: tools[d].action.pwm: another tool uses channel 0 of c") == true)
  }
}
