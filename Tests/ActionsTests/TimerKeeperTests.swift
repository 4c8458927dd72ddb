import Synchronization
import Testing
import Tools

@testable import Actions

/// A clock that stands until it is moved, and what sleeps by it.
private final class HandClock: Sendable {
  private struct State {
    var uptime = Duration.zero
    var offset = 1_000_000.0
    var sleepers: [(until: Duration, waker: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  var now: Duration { state.withLock { $0.uptime } }
  var timeOfDay: Double { state.withLock { $0.offset + Double($0.uptime.components.seconds) } }
  var sleeperCount: Int { state.withLock { $0.sleepers.count } }

  func sleep(_ time: Duration) async throws {
    await withCheckedContinuation { waker in
      state.withLock { $0.sleepers.append(($0.uptime + time, waker)) }
    }
    try Task.checkCancellation()
  }

  /// The time of day jumps, as when a board without a battery hears from the network.
  func jump(by seconds: Double) { state.withLock { $0.offset += seconds } }

  func advance(by time: Duration) {
    let due = state.withLock { state in
      state.uptime += time
      let due = state.sleepers.filter { $0.until <= state.uptime }
      state.sleepers.removeAll { $0.until <= state.uptime }
      return due
    }
    for sleeper in due { sleeper.waker.resume() }
  }

  /// Lets everything go that still waits.
  func end() { advance(by: .seconds(1_000_000)) }
}

private actor MemoryStore: TimerStore {
  private(set) var saved: [RunningTimer]
  init(_ saved: [RunningTimer] = []) { self.saved = saved }
  func timers() -> [RunningTimer] { saved }
  func save(_ timers: [RunningTimer]) { saved = timers }
}

private final class Rings: Sendable {
  private let kept = Mutex<[RungTimer]>([])
  var all: [RungTimer] { kept.withLock { $0 } }
  func take(_ ring: RungTimer) { kept.withLock { $0.append(ring) } }
}

@Suite(.timeLimit(.minutes(1))) struct TimerKeeperTests {
  private let clock = HandClock()
  private let store = MemoryStore()
  private let rings = Rings()

  private func keeper(_ store: MemoryStore? = nil) -> TimerKeeper {
    TimerKeeper(
      store: store ?? self.store, now: { [clock] in clock.now }, timeOfDay: { [clock] in clock.timeOfDay },
      sleep: { [clock] in try await clock.sleep($0) })
  }

  private func until(_ condition: () async -> Bool) async {
    while !(await condition()) { await Task.yield() }
  }

  @Test func aTimerRingsWhenItsTimeIsUpAndNotBefore() async throws {
    let keeper = keeper()
    await keeper.start { [rings] in rings.take($0) }
    _ = try await keeper.set(seconds: 300, label: "eggs")
    await until { clock.sleeperCount == 1 }
    clock.advance(by: .seconds(299))
    #expect(await keeper.running().map(\.left) == [.seconds(1)])
    #expect(rings.all.isEmpty)
    clock.advance(by: .seconds(1))
    await until { !rings.all.isEmpty }
    #expect(rings.all.map(\.timer.label) == ["eggs"])
    #expect(rings.all.map(\.late) == [.zero])
    await until { await store.saved.isEmpty }
    #expect(await keeper.running().isEmpty)
    clock.end()
  }

  @Test func theNextToRingIsWaitedForInWhateverOrderTheyWereSet() async throws {
    let keeper = keeper()
    await keeper.start { [rings] in rings.take($0) }
    _ = try await keeper.set(seconds: 600, label: "bread")
    _ = try await keeper.set(seconds: 60, label: "tea")
    await until { clock.sleeperCount == 2 }
    clock.advance(by: .seconds(60))
    await until { rings.all.count == 1 }
    await until { clock.sleeperCount == 2 }
    clock.advance(by: .seconds(540))
    await until { rings.all.count == 2 }
    #expect(rings.all.map(\.timer.label) == ["tea", "bread"])
    clock.end()
  }

  @Test func whatIsStoppedDoesNotRing() async throws {
    let keeper = keeper()
    await keeper.start { [rings] in rings.take($0) }
    _ = try await keeper.set(seconds: 60, label: "tea")
    _ = try await keeper.set(seconds: 60, label: "")
    #expect(await keeper.cancel(label: "coffee") == 0)
    #expect(await keeper.cancel(label: "tea") == 1)
    #expect(await keeper.cancel(label: nil) == 1)
    #expect(await store.saved.isEmpty)
    clock.advance(by: .seconds(120))
    for _ in 0..<100 { await Task.yield() }
    #expect(rings.all.isEmpty)
    clock.end()
  }

  @Test func timersAreTakenUpAfterARestart() async throws {
    let first = keeper()
    await first.start { _ in }
    _ = try await first.set(seconds: 600, label: "bread")
    _ = try await first.set(seconds: 60, label: "tea")
    let left = MemoryStore(await store.saved)
    clock.advance(by: .seconds(180))
    let second = keeper(left)
    await second.start { [rings] in rings.take($0) }
    #expect(rings.all.map(\.timer.label) == ["tea"])
    #expect(rings.all.map(\.late) == [.seconds(120)])
    #expect(await second.running().map(\.left) == [.seconds(420)])
    #expect(try await second.set(seconds: 1, label: "").id == 3)
    clock.end()
  }

  @Test func aWrongClockAfterARestartNeverMakesATimerLonger() async throws {
    let saved = RunningTimer(id: 4, label: "", length: .seconds(60), rings: clock.timeOfDay + 60)
    clock.jump(by: -500_000)
    let keeper = keeper(MemoryStore([saved]))
    await keeper.start { _ in }
    #expect(await keeper.running().map(\.left) == [.seconds(60)])
    clock.jump(by: 900_000)
    #expect(await keeper.running().map(\.left) == [.seconds(60)])
    clock.end()
  }

  @Test func moreThanTheMostAreRefusedInWords() async throws {
    let keeper = keeper()
    await keeper.start { _ in }
    for _ in 0..<TimerAction.maximumCount { _ = try await keeper.set(seconds: 60, label: "") }
    let error = await #expect(throws: ActionError.self) { try await keeper.set(seconds: 60, label: "") }
    #expect(error?.code == .busy)
    clock.end()
  }

  @Test func aLabelIsCutAtAWholeCharacter() async throws {
    let keeper = keeper()
    let label = String(repeating: "é", count: 200)
    #expect(try await keeper.set(seconds: 60, label: label).label.utf8.count == TimerAction.maximumLabelBytes)
  }

  // MARK: By a tool

  private static func tool(_ action: TimerAction, _ properties: JSONObject, required: [String] = []) -> ActionTool {
    ActionTool(
      definition: ToolDefinition(
        name: "timer", description: "",
        parameters: [
          "type": "object", "properties": .object(properties), "required": .array(required.map(JSONValue.string)),
        ]),
      action: .timer(action))
  }

  private static let length: JSONValue = ["type": "integer", "minimum": 1, "maximum": 86_400]

  private func runner(_ tool: ActionTool, timers: TimerKeeper?) async -> ActionRunner {
    var hardware = ActionHardware.simulated()
    hardware.timers = timers
    let runner = ActionRunner(hardware: hardware, log: NoActionLog())
    #expect(await runner.register([tool]).isEmpty)
    return runner
  }

  private func call(_ arguments: JSONObject = [:]) -> ToolCall {
    ToolCall(id: "1", name: "timer", arguments: arguments, origin: .phrase)
  }

  @Test func aToolSetsReadsAndStops() async throws {
    let keeper = keeper()
    let set = Self.tool(
      .set(seconds: .argument("length"), label: "label"), ["length": Self.length, "label": ["type": "string"]],
      required: ["length"])
    let setter = await runner(set, timers: keeper)
    let result = await setter.perform(call(["length": 4_800, "label": "roast"]))
    #expect(result.output == ["seconds": 4_800, "length": "1 hour 20 minutes"])
    clock.advance(by: .seconds(4_150))
    let reader = await runner(Self.tool(.read, [:]), timers: keeper)
    let left = await reader.perform(call())
    #expect(
      left.output == ["timers": 1, "any": true, "seconds": 650, "label": "roast", "said": "10 minutes left for roast"])
    let stopper = await runner(Self.tool(.cancel(label: nil), [:]), timers: keeper)
    #expect(await stopper.perform(call()).output == ["stopped": 1, "any": true])
    #expect(await stopper.perform(call()).output == ["stopped": 0, "any": false])
    #expect(await reader.perform(call()).output == ["timers": 0, "any": false, "said": "No timer is running"])
    #expect(await setter.dryRun(call(["length": 60])).output["would"] == "set a timer to 1 minute")
  }

  @Test func whereNobodyStaysToRingItNoTimerIsPromised() async {
    let setter = await runner(Self.tool(.set(seconds: .constant(60), label: nil), [:]), timers: nil)
    let result = await setter.perform(call())
    #expect(!result.isSuccess)
    #expect(result.output["error"]?.stringValue?.contains("earshot run") == true)
  }

  @Test func whatDoesNotFitTheSchemaIsToldWhenItIsRegistered() {
    let unbounded = Self.tool(
      .set(seconds: .argument("length"), label: nil), ["length": ["type": "integer"]], required: ["length"])
    #expect(unbounded.problems().first?.description.contains("1 to 86400") == true)
    #expect(!Self.tool(.set(seconds: .constant(0), label: nil), [:]).problems().isEmpty)
    #expect(!Self.tool(.cancel(label: "name"), [:]).problems().isEmpty)
    #expect(!Self.tool(.set(seconds: .argument("length"), label: nil), [:]).problems().isEmpty)
  }

  @Test(arguments: [
    (0.5, "1 second"), (10, "10 seconds"), (60, "1 minute"), (90, "1 minute 30 seconds"), (600, "10 minutes"),
    (659, "10 minutes"), (3_600, "1 hour"), (5_400, "1 hour 30 minutes"), (86_400, "24 hours"),
  ])
  func lengthsAreSaidAsPeopleSayThem(seconds: Double, words: String) {
    #expect(Duration.seconds(seconds).spokenRoughly == words)
  }
}
