import Synchronization
import Testing
import Tools

@testable import Actions

@Suite struct ToolChecksTests {
  private func address(_ text: String) throws -> GPIOLineAddress { try GPIOLineAddress(parsing: text) }

  private func problems(
    _ action: ToolAction, _ properties: JSONValue = [:], required: JSONValue = [], policy: ToolPolicy = ToolPolicy()
  ) -> String {
    ActionTool(
      definition: ToolDefinition(
        name: "tool", description: "",
        parameters: ["type": "object", "properties": properties, "required": required]),
      action: action, policy: policy
    ).problems().map(\.description).joined(separator: "\n")
  }

  private func set(_ parameter: ActionParameter<Bool>) throws -> ToolAction {
    .gpio(GPIOAction(line: .fixed(try address("a/1")), operation: .set(parameter)))
  }

  @Test func argumentTheParametersLackIsNamedWithTheNearest() throws {
    let text = problems(try set(.argument("onn")), ["on": ["type": "boolean"]], required: ["on"])
    #expect(text.contains("takes the argument onn") && text.contains("Did you mean on?"))
  }

  @Test func argumentACallMayLeaveOutIsAProblemUnlessItHasADefault() throws {
    #expect(problems(try set(.argument("on")), ["on": ["type": "boolean"]]).contains("may leave out"))
    #expect(problems(try set(.argument("on")), ["on": ["type": "boolean", "default": true]]) == "")
  }

  @Test(
    arguments: [
      (["type": "boolean"], true), (["type": "string", "enum": ["on", "off"]], true), (["enum": [0, 1]], true),
      (["type": "string", "enum": ["open", "ajar"]], false), (["type": "string"], false), (["type": "integer"], false),
      (["type": "integer", "minimum": 0, "maximum": 100], true),
      (["type": "integer", "minimum": 0, "maximum": 101], false),
      (["type": "array"], false), ([:], false),
    ] as [(JSONValue, Bool)])
  func everyValueTheSchemaLetsThroughMustFitTheLine(_ property: JSONValue, _ fits: Bool) throws {
    #expect(problems(try set(.argument("on")), ["on": property], required: ["on"]).isEmpty == fits)
  }

  @Test func linesAndEnumMustAgree() throws {
    let lines: OrderedDictionary = ["kitchen": try address("a/1"), "attic": try address("a/2")]
    let action = ToolAction.gpio(
      GPIOAction(line: .chosen(from: "room", among: lines), operation: .toggle))
    let text = problems(
      action, ["room": ["type": "string", "enum": ["kitchen", "hall"]]], required: ["room"])
    #expect(text.contains("may be \"hall\", for which there is no line"))
    #expect(text.contains("no room can choose the line \"attic\""))
    #expect(problems(action, ["room": ["type": "string"]], required: ["room"]).contains("has no enum"))
  }

  @Test(arguments: [
    GPIOAction.Operation.pulse(.zero), .pulse(.seconds(3601)),
    .blink(on: .milliseconds(1), off: .milliseconds(1), count: 0),
    .blink(on: .milliseconds(1), off: .milliseconds(1), count: 1001),
    .blink(on: .seconds(3), off: .seconds(3), count: 1000), .waitForEdge(.both, timeout: .seconds(3601)),
  ])
  func timesAndCountsHaveTheirRanges(_ operation: GPIOAction.Operation) throws {
    #expect(!problems(.gpio(GPIOAction(line: .fixed(try address("a/1")), operation: operation))).isEmpty)
  }

  @Test func pwmAndLEDValuesHaveTheirRanges() {
    var pwm = PWMAction(chip: "pwmchip0", channel: 0, periodNanoseconds: 1, duty: .constant(50))
    #expect(problems(.pwm(pwm)) == "")
    pwm = PWMAction(chip: "../x", channel: 4096, periodNanoseconds: 0, duty: .constant(.nan), safeDuty: 101)
    #expect(problems(.pwm(pwm)).split(separator: "\n").count == 5)
    #expect(
      problems(.led(LEDAction(name: "..", operation: .brightness(.constant(101))))).split(separator: "\n").count == 2)
    #expect(!problems(.led(LEDAction(name: "a", operation: .trigger(.constant("x/y"))))).isEmpty)
  }

  @Test func programsPlaceholdersMustBeArguments() {
    let action = ToolAction.program(ProgramAction(arguments: ["/bin/echo", "{room}"]))
    #expect(problems(action).contains("takes the argument room"))
    #expect(problems(action, ["room": ["type": "string"]], required: ["room"]) == "")
    #expect(problems(.program(ProgramAction(arguments: ["/bin/{room}"]))).contains("placeholder"))
    #expect(problems(.program(ProgramAction(arguments: []))).contains("no program"))
    #expect(problems(.program(ProgramAction(arguments: ["/bin/echo"], timeLimit: .zero))).contains("time limit"))
    #expect(
      problems(.program(ProgramAction(arguments: ["/bin/echo"], environment: ["A=B": ""]))).contains("environment"))
  }

  @Test func policyMustMakeSense() throws {
    let action = try set(.constant(true))
    func text(_ policy: ToolPolicy) -> String { problems(action, policy: policy) }
    #expect(text(ToolPolicy(verdict: .ask, confirmation: .never)).contains("contradicts"))
    #expect(text(ToolPolicy(confirmation: .never)) == "")
    #expect(text(ToolPolicy(rules: [.init(argument: "x", condition: .isPresent, verdict: .deny)])).contains("lack"))
    #expect(text(ToolPolicy(rateLimit: .init(count: 0, period: .seconds(1)))).contains("rate limit"))
    #expect(text(ToolPolicy(rateLimit: .init(count: 1, period: .zero))).contains("period"))
    #expect(text(ToolPolicy(askBelowConfidence: 2)).contains("between 0 and 1"))
  }

  @Test func schemaThatCannotBeKeptIsAProblem() throws {
    let tool = ActionTool(
      definition: ToolDefinition(name: "tool", description: "", parameters: ["type": "string"]),
      action: try set(.constant(true)))
    #expect(tool.problems().count == 1)
  }

  @Test func twoToolsOfOneNameAndLinesInConflictAreProblems() async throws {
    func tool(_ name: String, _ operation: GPIOAction.Operation, _ settings: GPIOLineSettings = .init()) throws
      -> ActionTool
    {
      ActionTool(
        definition: ToolDefinition(name: name, description: "", parameters: ToolDefinition.noParameters),
        action: .gpio(GPIOAction(line: .fixed(try address("a/1")), operation: operation, settings: settings)))
    }
    let runner = ActionRunner(hardware: .simulated(), log: NoActionLog())
    let problems = await runner.register([
      try tool("a", .toggle, .init(isActiveLow: true)), try tool("a", .toggle), try tool("reader", .read),
      try tool("other", .toggle, .init(isActiveLow: false, bias: .pullUp)),
      try tool("watcher", .waitForEdge(.both, timeout: .seconds(1))),
    ])
    let text = problems.map(\.description).joined(separator: "\n")
    #expect(problems.count == 3)
    #expect(text.contains("another tool has that name"))
    #expect(text.contains("register tool other"))
    #expect(text.contains("register tool watcher"))
    #expect(await runner.definitions.map(\.name) == ["a", "reader"])
  }

  @Test func lineThatIsBusyTakesItsToolsOutAndLeavesTheOthers() async throws {
    let kernel = FakeGPIOKernel.house()
    kernel.state.withLock { $0.chips["/dev/gpiochip0"]!.lines[0].flags = [.output, .used] }
    let runner = ActionRunner(
      hardware: ActionHardware(board: KernelGPIOBoard(kernel: kernel), pwm: nil, leds: nil), log: NoActionLog())
    func tool(_ name: String, _ line: String) throws -> ActionTool {
      ActionTool(
        definition: ToolDefinition(name: name, description: "", parameters: ToolDefinition.noParameters),
        action: .gpio(GPIOAction(line: .fixed(try address(line)), operation: .toggle)))
    }
    let problems = await runner.register([
      try tool("kitchen", "kitchen-light"), try tool("hall", "hall-light"), try tool("none", "house/nothing"),
    ])
    #expect(problems.map(\.code) == [.notFound, .busy])
    #expect(await runner.definitions.map(\.name) == ["hall"])
    let call = ToolCall(id: "1", name: "hall", arguments: [:], origin: .command)
    #expect(await runner.perform(call).output == ["line": "hall-light", "value": true])
    #expect(kernel.line(1).isHigh)
  }
}

@Suite struct ArgumentValuesTests {
  @Test(
    arguments: [
      (true, true), (false, false), ("on", true), ("OFF", false), ("Open", true), ("closed", false), (1, true),
      (0, false), (0.5, true), (100, true), ("50%", true), ("0%", false), ("high", true), ("low", false), ("1", true),
    ] as [(JSONValue, Bool)])
  func wordsAndNumbersForOnAndOff(_ value: JSONValue, _ isOn: Bool) { #expect(ArgumentValues.isOn(value) == isOn) }

  @Test(arguments: [101, -1, "maybe", "", .null, [], [:], "150%", "-1%", "nan%", "inf%", 1e300] as [JSONValue])
  func whatIsNeitherIsRefused(_ value: JSONValue) { #expect(ArgumentValues.isOn(value) == nil) }

  @Test(
    arguments: [
      (true, 100), (false, 0), (42, 42), (0.5, 0.5), ("on", 100), ("off", 0), ("42%", 42), ("42", 42), (1, 1), ("1", 1),
    ] as [(JSONValue, Double)])
  func percentages(_ value: JSONValue, _ percent: Double) { #expect(ArgumentValues.percent(value) == percent) }

  @Test(arguments: [100.1, -0.1, "half", "nan", "inf", "101", .null, [1]] as [JSONValue])
  func whatIsNoPercentageIsRefused(_ value: JSONValue) { #expect(ArgumentValues.percent(value) == nil) }
}
