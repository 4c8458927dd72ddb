import Synchronization
import Testing
import Tools

@testable import Actions

/// Writes down what it is told; may refuse.
private final class RecordingLog: ActionLog {
  enum Entry: Hashable { case before(String, String), after(String, Bool) }
  struct Full: Error {}
  let entries = Mutex<[Entry]>([])
  let refuses: Bool
  init(refuses: Bool = false) { self.refuses = refuses }

  func actionWillHappen(_ record: ActionRecord) async throws {
    if refuses { throw Full() }
    entries.withLock { $0.append(.before(record.call.id, record.plan)) }
  }

  func actionDidHappen(_ record: ActionRecord, result: ToolResult, elapsed: Duration) async {
    entries.withLock { $0.append(.after(record.call.id, result.isSuccess)) }
  }

  var all: [Entry] { entries.withLock { $0 } }
}

private func address(_ text: String) -> GPIOLineAddress {
  do { return try GPIOLineAddress(parsing: text) } catch { fatalError("\(error)") }
}

private func call(_ name: String, _ arguments: JSONObject = [:], id: String = "1") -> ToolCall {
  ToolCall(id: id, name: name, arguments: arguments, origin: .phrase)
}

private let lightParameters: JSONValue = [
  "type": "object",
  "properties": ["room": ["type": "string", "enum": ["kitchen", "hall"]], "on": ["type": "boolean"]],
  "required": ["room", "on"], "additionalProperties": false,
]

private func light(_ policy: ToolPolicy = ToolPolicy(), name: String = "set_light") -> ActionTool {
  ActionTool(
    definition: ToolDefinition(name: name, description: "Switch a light", parameters: lightParameters),
    action: .gpio(
      GPIOAction(
        line: .chosen(
          from: "room", among: ["kitchen": address("gpiochip0/17"), "hall": address("gpiochip0/27")]),
        operation: .set(.argument("on")))),
    policy: policy)
}

private func gpio(
  _ name: String, _ line: String, _ operation: GPIOAction.Operation, _ settings: GPIOLineSettings = .init()
) -> ActionTool {
  ActionTool(
    definition: ToolDefinition(name: name, description: "", parameters: ToolDefinition.noParameters),
    action: .gpio(GPIOAction(line: .fixed(address(line)), operation: operation, settings: settings)))
}

private func program(_ name: String, _ arguments: [String], _ limit: Duration = .seconds(60)) -> ActionTool {
  ActionTool(
    definition: ToolDefinition(name: name, description: "", parameters: ToolDefinition.noParameters),
    action: .program(ProgramAction(arguments: arguments, timeLimit: limit, terminationGrace: .milliseconds(10))))
}

@Suite struct ActionRunnerTests {
  private let board = SimulatedBoard()
  private let log = RecordingLog()

  private func runner(
    _ tools: [ActionTool], sleep: @escaping @Sendable (Duration) async throws -> Void = { _ in }
  ) async throws -> ActionRunner {
    let moment = PolicyMoment(uptime: .seconds(1000), timeOfDay: try #require(.init(hour: 12, minute: 0)))
    let runner = ActionRunner(hardware: .simulated(board), log: log, now: { moment }, sleep: sleep)
    let problems = await runner.register(tools)
    #expect(problems.isEmpty)
    return runner
  }

  private func isOn(_ text: String) throws -> Bool { try board.value(of: try board.identify(address(text))) }

  @Test func lightComesOnAndIsWrittenDownBeforeAndAfter() async throws {
    let runner = try await runner([light()])
    let result = await runner.perform(call("set_light", ["room": "kitchen", "on": true]))
    #expect(result.isSuccess)
    #expect(result.output == ["line": "gpiochip0/17", "value": true, "simulated": true])
    #expect(try isOn("gpiochip0/17"))
    #expect(try !isOn("gpiochip0/27"))
    #expect(log.all == [.before("1", "set GPIO line gpiochip0/17 on"), .after("1", true)])
  }

  @Test(
    arguments: [
      ["room": "attic", "on": true], ["room": "kitchen"], ["room": "kitchen", "on": "yes"], [:],
      ["room": "kitchen", "on": true, "extra": 1], ["room": 1, "on": true],
    ] as [JSONObject])
  func callThatBreaksTheSchemaDoesNothing(_ arguments: JSONObject) async throws {
    let runner = try await runner([light()])
    let result = await runner.perform(call("set_light", arguments))
    #expect(!result.isSuccess)
    #expect(result.output["code"] == "invalidArguments")
    #expect(log.all.isEmpty)
    #expect(try !isOn("gpiochip0/17"))
  }

  @Test func unknownToolNamesTheNearest() async throws {
    let runner = try await runner([light()])
    let result = await runner.perform(call("set_lihgt"))
    #expect(result.output["code"] == "unknownTool")
    #expect(result.output["error"]?.stringValue?.contains("Did you mean set_light?") == true)
  }

  @Test func defaultOfTheSchemaStandsInForWhatWasNotSaid() async throws {
    var tool = light()
    tool.definition.parameters = [
      "type": "object",
      "properties": [
        "room": ["type": "string", "enum": ["kitchen", "hall"], "default": "hall"], "on": ["type": "boolean"],
      ],
      "required": ["on"],
    ]
    let runner = try await runner([tool])
    #expect(await runner.perform(call("set_light", ["on": true])).isSuccess)
    #expect(try isOn("gpiochip0/27"))
  }

  @Test func dryRunSaysWhatWouldHappenAndDoesNothing() async throws {
    let runner = try await runner([light(ToolPolicy(confirmation: .always))])
    let result = await runner.dryRun(call("set_light", ["room": "hall", "on": true]))
    #expect(
      result.output == [
        "dry_run": true, "would": "set GPIO line gpiochip0/27 on", "decision": "ask",
        "reason": "set_light is always confirmed", "simulated": true,
      ])
    #expect(try !isOn("gpiochip0/27"))
    #expect(log.all.isEmpty)
    let alone = ActionRunner.dryRun(call("set_light", ["room": "hall", "on": false]), tools: [light()])
    #expect(alone.output["would"] == "set GPIO line gpiochip0/27 off")
    #expect(!ActionRunner.dryRun(call("set_light", ["room": "x"]), tools: [light()]).isSuccess)
  }

  @Test func callThatNeedsAYesIsRefusedWithoutOne() async throws {
    let runner = try await runner([light(ToolPolicy(confirmation: .always))])
    let on = call("set_light", ["room": "kitchen", "on": true])
    #expect(await runner.decision(for: on) == .ask(reason: "set_light is always confirmed"))
    let refused = await runner.perform(on)
    #expect(refused.output["code"] == "denied")
    #expect(try !isOn("gpiochip0/17"))
    #expect(await runner.perform(on, isConfirmed: true).isSuccess)
    #expect(try isOn("gpiochip0/17"))
  }

  @Test func yesDoesNotLiftADenial() async throws {
    let runner = try await runner([
      light(ToolPolicy(rules: [.init(argument: "room", condition: .isOne(of: ["hall"]), verdict: .deny)]))
    ])
    let result = await runner.perform(call("set_light", ["room": "hall", "on": true]), isConfirmed: true)
    #expect(result.output["code"] == "denied")
    #expect(await runner.decision(for: call("nothing")).verdict == .deny)
  }

  @Test func rateLimitCountsOnlyWhatWasCarriedOut() async throws {
    let runner = try await runner([light(ToolPolicy(rateLimit: .init(count: 2, period: .seconds(60))))])
    _ = await runner.perform(call("set_light", ["room": "attic", "on": true]))
    for _ in 0..<2 { #expect(await runner.perform(call("set_light", ["room": "hall", "on": true])).isSuccess) }
    #expect(await runner.perform(call("set_light", ["room": "hall", "on": true])).output["code"] == "denied")
  }

  @Test func rateLimitSurvivesARestart() async throws {
    let runner = try await runner([light(ToolPolicy(rateLimit: .init(count: 1, period: .seconds(60))))])
    await runner.recall("set_light", at: [.seconds(990)])
    #expect(await runner.decision(for: call("set_light", ["room": "hall", "on": true])).verdict == .deny)
  }

  @Test func nothingHappensThatTheJournalDidNotTakeDown() async throws {
    let log = RecordingLog(refuses: true)
    let runner = ActionRunner(hardware: .simulated(board), log: log)
    #expect(await runner.register([light()]).isEmpty)
    let result = await runner.perform(call("set_light", ["room": "kitchen", "on": true]))
    #expect(result.output["code"] == "notRecorded")
    #expect(try !isOn("gpiochip0/17"))
  }

  @Test func toggleReadAndPulse() async throws {
    let runner = try await runner([
      gpio("toggle", "a/1", .toggle), gpio("is_on", "a/1", .read), gpio("bell", "a/2", .pulse(.milliseconds(300))),
    ])
    #expect(await runner.perform(call("toggle")).output["value"] == true)
    #expect(await runner.perform(call("is_on")).output["value"] == true)
    #expect(await runner.perform(call("toggle")).output["value"] == false)
    let changes = board.changes()
    #expect(await runner.perform(call("bell")).isSuccess)
    var seen: [Bool] = []
    for await case .value(_, let isOn) in changes {
      seen.append(isOn)
      if seen.count == 2 { break }
    }
    #expect(seen == [true, false])
  }

  @Test func blinkEndsOffAndTakesItsTimes() async throws {
    let slept = SleepRecorder()
    let runner = try await runner(
      [gpio("blink", "a/1", .blink(on: .milliseconds(10), off: .milliseconds(20), count: 3))],
      sleep: { slept.add($0) })
    #expect(await runner.perform(call("blink")).output["blinks"] == 3)
    #expect(slept.all == [10, 20, 10, 20, 10].map { .milliseconds($0) })
    #expect(try !isOn("a/1"))
  }

  @Test func cancelledPulseLeavesTheLineOff() async throws {
    let runner = try await runner(
      [gpio("bell", "a/1", .pulse(.seconds(3600)))], sleep: { _ in try await Task.sleep(for: .seconds(86400)) })
    let changes = board.changes()
    let ring = Task { await runner.perform(call("bell")) }
    for await case .value(_, true) in changes { break }
    ring.cancel()
    let result = await ring.value
    #expect(result.output["code"] == "cancelled")
    #expect(try !isOn("a/1"))
    #expect(log.all.last == .after("1", false))
  }

  @Test func pulseThatIsBegunAnswersWhileItLasts() async throws {
    let gate = Gate()
    let runner = try await runner([gpio("bell", "a/1", .pulse(.seconds(1)))], sleep: { _ in await gate.pass() })
    let result = await runner.begin(call("bell"))
    #expect(result.isSuccess)
    #expect(result.output["pulse_ms"] == 1000)
    #expect(try isOn("a/1"))
    #expect(log.all.count == 1)
    await gate.open()
    await runner.finishRunning()
    #expect(try !isOn("a/1"))
    #expect(log.all.last == .after("1", true))
  }

  @Test func shutDownEndsWhatWasBegun() async throws {
    let runner = try await runner(
      [gpio("lamp", "a/1", .blink(on: .seconds(60), off: .seconds(60), count: 3))],
      sleep: { _ in try await Task.sleep(for: .seconds(86400)) })
    #expect(await runner.begin(call("lamp")).output["blinks"] == 3)
    #expect(await runner.shutDown().isEmpty)
    #expect(log.all.last == .after("1", false))
  }

  @Test func whatCannotBeginSaysWhy() async throws {
    let runner = try await runner([gpio("bell", "a/1", .pulse(.seconds(1)))])
    #expect(await runner.begin(call("ring")).output["code"] == "unknownTool")
    #expect(log.all.isEmpty)
  }

  @Test func edgeIsReported() async throws {
    let runner = try await runner([gpio("doorbell", "a/button", .waitForEdge(.rising, timeout: .seconds(60)))])
    let line = try board.identify(address("a/button"))
    let changes = board.changes()
    let wait = Task { await runner.perform(call("doorbell")) }
    for await case .waiting in changes { break }
    board.drive(line, high: true)
    #expect(await wait.value.output["edge"] == "rising")
  }

  @Test func callsOnOneLineFollowEachOther() async throws {
    let gate = Gate()
    let runner = try await runner(
      [gpio("bell", "a/1", .pulse(.seconds(1))), gpio("off", "a/1", .set(.constant(false)))],
      sleep: { _ in await gate.pass() })
    let changes = board.changes()
    let ring = Task { await runner.perform(call("bell", id: "ring")) }
    for await case .value(_, true) in changes { break }
    let off = Task { await runner.perform(call("off", id: "off")) }
    #expect(log.all == [.before("ring", "pulse GPIO line a/1 for 1 second")])
    await gate.open()
    _ = await ring.value
    _ = await off.value
    #expect(
      log.all == [
        .before("ring", "pulse GPIO line a/1 for 1 second"), .after("ring", true),
        .before("off", "set GPIO line a/1 off"),
        .after("off", true),
      ])
  }

  @Test func waitingCallThatIsCancelledDoesNothing() async throws {
    let gate = Gate()
    let runner = try await runner(
      [gpio("bell", "a/1", .pulse(.seconds(1))), gpio("on", "a/1", .set(.constant(true)))],
      sleep: { _ in await gate.pass() })
    let changes = board.changes()
    let ring = Task { await runner.perform(call("bell")) }
    for await case .value(_, true) in changes { break }
    let on = Task { await runner.perform(call("on", id: "2")) }
    on.cancel()
    #expect(await on.value.output["code"] == "cancelled")
    await gate.open()
    #expect(await ring.value.isSuccess)
    #expect(try !isOn("a/1"))
  }

  @Test func lineThatTooManyWaitForIsBusy() async throws {
    let gate = Gate()
    let runner = try await runner([gpio("bell", "a/1", .pulse(.seconds(1)))], sleep: { _ in await gate.pass() })
    let calls = (0..<40).map { index in Task { await runner.perform(call("bell", id: "\(index)")) } }
    // Those that find the line full come back while the first still holds it.
    var refused = 0
    for await result in results(of: calls) where result.output["code"] == "busy" {
      refused += 1
      if refused == 40 - 1 - ResourceQueue.maximumWaiters { await gate.open() }
    }
    #expect(refused == 23)
  }

  @Test func safeStateEndsWhatRunsAndThenCallsGoOn() async throws {
    let runner = try await runner(
      [light(), gpio("bell", "a/1", .pulse(.seconds(60)), GPIOLineSettings(safeState: false))],
      sleep: { _ in try await Task.sleep(for: .seconds(86400)) })
    _ = await runner.perform(call("set_light", ["room": "kitchen", "on": true]))
    let changes = board.changes()
    let ring = Task { await runner.perform(call("bell")) }
    for await case .value(_, true) in changes { break }
    #expect(await runner.enterSafeState().isEmpty)
    #expect(await ring.value.output["code"] == "cancelled")
    #expect(try !isOn("gpiochip0/17"))
    #expect(await runner.perform(call("set_light", ["room": "kitchen", "on": true])).isSuccess)
  }

  @Test func afterShutDownNothingIsDone() async throws {
    let runner = try await runner([light()])
    _ = await runner.perform(call("set_light", ["room": "kitchen", "on": true]))
    let line = try board.identify(address("gpiochip0/17"))
    #expect(await runner.shutDown().isEmpty)
    #expect(board.isHigh(line) == false)
    #expect(await runner.perform(call("set_light", ["room": "kitchen", "on": true])).output["code"] == "cancelled")
    #expect(board.isHigh(line) == false)
  }

  @Test func programAnswersThroughTheSameDoor() async throws {
    let runner = try await runner([
      program("good", ["/bin/echo", "{{\"done\": true}}"]), program("bad", ["/bin/false"]),
      program("slow", ["/bin/sleep", "1000"], .milliseconds(20)),
    ])
    #expect(await runner.perform(call("good")).output == ["status": 0, "output": ["done": true]])
    #expect(await runner.perform(call("bad")).output["code"] == "programFailed")
    #expect(await runner.perform(call("slow")).output["code"] == "timedOut")
    #expect(await runner.dryRun(call("good")).output["would"]?.stringValue?.contains("/bin/echo") == true)
  }

  @Test func shutDownEndsARunningProgram() async throws {
    let runner = try await runner([program("slow", ["/bin/sleep", "1000"])])
    let slow = Task { await runner.perform(call("slow")) }
    let log = log
    #expect(await eventually { !log.all.isEmpty })
    _ = await runner.shutDown()
    #expect(await slow.value.isSuccess == false)
  }

  @Test func simulatedPWMAndLEDsSaySo() async throws {
    let parameters: JSONValue = [
      "type": "object",
      "properties": ["level": ["type": "integer", "minimum": 0, "maximum": 100]], "required": ["level"],
    ]
    let runner = try await runner([
      ActionTool(
        definition: ToolDefinition(name: "fan", description: "", parameters: parameters),
        action: .pwm(
          PWMAction(chip: "pwmchip0", channel: 0, periodNanoseconds: 40_000, duty: .argument("level")))),
      ActionTool(
        definition: ToolDefinition(name: "lamp", description: "", parameters: parameters),
        action: .led(LEDAction(name: "lamp", operation: .brightness(.argument("level"))))),
    ])
    #expect(
      await runner.perform(call("fan", ["level": 40])).output == ["duty_percent": 40.0, "simulated": true])
    #expect(
      await runner.perform(call("lamp", ["level": 7])).output == ["brightness_percent": 7.0, "simulated": true])
  }
}

/// Lets nobody pass until it is opened.
private actor Gate {
  private var isOpen = false
  private var waiters: [CheckedContinuation<Void, Never>] = []

  func pass() async {
    if isOpen { return }
    await withCheckedContinuation { waiters.append($0) }
  }

  func open() {
    isOpen = true
    for waiter in waiters { waiter.resume() }
    waiters = []
  }
}

private final class SleepRecorder: Sendable {
  private let times = Mutex<[Duration]>([])
  func add(_ time: Duration) { times.withLock { $0.append(time) } }
  var all: [Duration] { times.withLock { $0 } }
}

/// The results as they come.
private func results(of tasks: [Task<ToolResult, Never>]) -> AsyncStream<ToolResult> {
  AsyncStream { continuation in
    Task {
      await withTaskGroup(of: ToolResult.self) { group in
        for task in tasks { group.addTask { await task.value } }
        for await result in group { continuation.yield(result) }
      }
      continuation.finish()
    }
  }
}
