public import Tools

/// Carries out tool calls: checks them, decides, does them one after another per resource, writes each down before and
/// after, and answers with a `ToolResult` whatever happens. Nothing it does throws into the session.
public actor ActionRunner {
  let hardware: ActionHardware
  let log: any ActionLog
  let now: @Sendable () -> PolicyMoment
  let sleep: @Sendable (Duration) async throws -> Void

  private var tools: [String: PreparedTool] = [:]
  /// Where each configured line is on this machine.
  var lines: [GPIOLineAddress: GPIOLineIdentity] = [:]
  /// How each requested line was requested.
  var usages: [GPIOLineIdentity: LineUsage] = [:]
  /// When calls of a tool were carried out, for its rate limit; oldest first.
  private var history: [String: [Duration]] = [:]
  private var queue = ResourceQueue()
  /// The actions under way, by a number of our own: a call's id comes from outside. Cancelled by their caller, by
  /// `enterSafeState` and by `shutDown`.
  private var running: [Int: Task<ToolResult, Never>] = [:]
  private var nextNumber = 0
  private var state = State.open

  private enum State { case open, enteringSafeState, shutDown }

  /// - Parameters:
  ///   - now: the policy's clock.
  ///   - sleep: how pulses and blinking let time pass.
  public init(
    hardware: ActionHardware, log: any ActionLog, now: @escaping @Sendable () -> PolicyMoment = { .now() },
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.hardware = hardware
    self.log = log
    self.now = now
    self.sleep = sleep
  }

  // MARK: Registering

  /// Checks the tools, takes their lines and puts every output into its safe state.
  /// - Returns: everything that is wrong. A tool with a problem is not registered; the others are.
  public func register(_ newTools: [ActionTool]) async -> [ActionError] {
    var problems: [ActionError] = []
    var prepared: [PreparedTool] = []
    for tool in newTools {
      let name = tool.definition.name
      if tools[name] != nil || prepared.contains(where: { $0.name == name }) {
        problems.append(
          ActionError(
            .invalidConfiguration, "register tool \(name)", reason: "another tool has that name",
            remedy: "Give each tool a name of its own."))
        continue
      }
      let outcome = PreparedTool.prepare(tool)
      problems += outcome.problems
      if let tool = outcome.prepared { prepared.append(tool) }
    }
    let refused = await claimHardware(for: prepared, problems: &problems)
    for tool in prepared where !refused.contains(tool.name) { tools[tool.name] = tool }
    return problems
  }

  /// The tools that can be called, by name.
  public var definitions: [ToolDefinition] { tools.values.map(\.tool.definition).sorted { $0.name < $1.name } }

  // MARK: Deciding

  /// What the policy says of a call now. A call that fits no tool is denied with the reason.
  public func decision(for call: ToolCall) -> PolicyDecision {
    do throws(ActionError) {
      let tool = try tool(named: call.name)
      let plan = try tool.plan(call.arguments)
      return decide(tool, call, plan)
    } catch {
      return .deny(reason: error.description)
    }
  }

  /// What the call would do, and what the policy says of it; nothing happens. The output is `{"dry_run": true,
  /// "would": text, "decision": "allow|ask|deny", "reason", "simulated"}`.
  public func dryRun(_ call: ToolCall) -> ToolResult {
    do throws(ActionError) {
      let tool = try tool(named: call.name)
      let plan = try tool.plan(call.arguments)
      let decision = decide(tool, call, plan)
      return Self.dryRunResult(call, plan, decision, isSimulated: hardware.isSimulated(plan.effect))
    } catch {
      return .failed(call, error)
    }
  }

  // MARK: Doing

  /// Does what the call says: checks its arguments, asks the policy, waits for the resource, writes it down, acts.
  /// - Parameter isConfirmed: whether the user said yes to this very call; without it a call that the policy asks
  ///   about is refused. A denied call is refused either way.
  /// - Returns: the result, once the action is over.
  public func perform(_ call: ToolCall, isConfirmed: Bool = false) async -> ToolResult {
    await start(call, isConfirmed: isConfirmed) { _ in }
  }

  /// As ``perform(_:isConfirmed:)``, but returns as soon as the result is certain: a pulse and blinking go on by
  /// themselves once the line has gone on, and are written down as done when they are.
  public func begin(_ call: ToolCall, isConfirmed: Bool = false) async -> ToolResult {
    let (results, door) = AsyncStream<ToolResult>.makeStream(bufferingPolicy: .bufferingOldest(1))
    let task = Task {
      let result = await start(call, isConfirmed: isConfirmed) { door.yield($0) }
      door.finish()
      return result
    }
    return await withTaskCancellationHandler {
      for await result in results { return result }
      return await task.value
    } onCancel: {
      task.cancel()
    }
  }

  /// Waits until every action under way is over.
  public func finishRunning() async {
    while let task = running.values.first { _ = await task.value }
  }

  /// `begun` is given the result of an action that has begun and goes on.
  private func start(
    _ call: ToolCall, isConfirmed: Bool, begun: @escaping @Sendable (ToolResult) -> Void
  ) async -> ToolResult {
    let plan: ActionPlan
    do throws(ActionError) {
      let tool = try tool(named: call.name)
      plan = try tool.plan(call.arguments)
      guard state == .open else {
        throw ActionError(.cancelled, "call \(call.name)", reason: "the safe state is being entered")
      }
      switch decide(tool, call, plan) {
      case .allow: break
      case .ask(let reason):
        if !isConfirmed {
          throw ActionError(
            .denied, "call \(call.name)", reason: "it needs a yes, because \(reason)", remedy: "Ask the user.")
        }
      case .deny(let reason): throw ActionError(.denied, "call \(call.name)", reason: reason)
      }
      remember(tool)
    } catch {
      return .failed(call, error)
    }
    var checked = call
    checked.arguments = plan.arguments
    let record = ActionRecord(
      call: checked, plan: plan.text, isSimulated: hardware.isSimulated(plan.effect), isConfirmed: isConfirmed)
    nextNumber += 1
    let number = nextNumber
    let task = Task { await carryOut(record, plan, number, begun: begun) }
    running[number] = task
    return await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
  }

  private func carryOut(
    _ record: ActionRecord, _ plan: ActionPlan, _ number: Int, begun: (ToolResult) -> Void
  ) async -> ToolResult {
    defer { running[number] = nil }
    let resource = resource(of: plan.effect, tool: record.call.name)
    guard await acquire(resource, number) else {
      let reason = Task.isCancelled ? "the session gave it up" : "too many calls wait for the same device or program"
      return .failed(
        record.call, ActionError(Task.isCancelled ? .cancelled : .busy, "call \(record.call.name)", reason: reason))
    }
    defer { queue.release(resource) }
    do {
      try await log.actionWillHappen(record)
    } catch {
      return .failed(
        record.call,
        ActionError(
          .notRecorded, "call \(record.call.name)", reason: "the journal did not take it down (\(error))",
          remedy: "Look at the journal's file and disk."))
    }
    let clock = ContinuousClock()
    let start = clock.now
    let result: ToolResult
    do throws(ActionError) {
      if Task.isCancelled {
        throw ActionError(.cancelled, "call \(record.call.name)", reason: "the session gave it up")
      }
      result = try await act(plan.effect, record.call, begun: begun)
    } catch {
      result = .failed(record.call, error)
    }
    await log.actionDidHappen(record, result: result, elapsed: clock.now - start)
    return result
  }

  // MARK: Stopping

  /// Ends every action under way, then sets every output to its safe state. Calls are refused meanwhile and taken again
  /// afterwards.
  /// - Returns: what could not be made safe.
  public func enterSafeState() async -> [ActionError] {
    guard state != .shutDown else { return [] }
    state = .enteringSafeState
    await endRunning()
    let problems = hardware.board.enterSafeState() + (await setSysfsSafe())
    if state == .enteringSafeState { state = .open }
    return problems
  }

  /// The safe state for good: every line is let go and every further call refused. For the daemon's orderly end.
  public func shutDown() async -> [ActionError] {
    guard state != .shutDown else { return [] }
    state = .shutDown
    await endRunning()
    let problems = await setSysfsSafe()
    return hardware.board.release() + problems
  }

  private func endRunning() async {
    for task in running.values { task.cancel() }
    for task in running.values { _ = await task.value }
  }

  private func setSysfsSafe() async -> [ActionError] {
    var problems: [ActionError] = []
    for tool in tools.values.sorted(by: { $0.name < $1.name }) {
      do throws(ActionError) { try await makeSafe(tool.tool.action) } catch { problems.append(error) }
    }
    return problems
  }

  // MARK: Parts

  private func tool(named name: String) throws(ActionError) -> PreparedTool {
    if let tool = tools[name] { return tool }
    let nearest = NearestName.of(name, in: Array(tools.keys)).map { "Did you mean \($0)?" }
    throw ActionError(
      .unknownTool, "call a tool", reason: "there is none of that name",
      remedy: nearest ?? "`earshot tools list` lists them.")
  }

  private func decide(_ tool: PreparedTool, _ call: ToolCall, _ plan: ActionPlan) -> PolicyDecision {
    var call = call
    call.arguments = plan.arguments
    return tool.tool.policy.decision(for: call, at: now(), history: history[tool.name] ?? [])
  }

  /// Adds to the history what was done before this process began, so that a restart does not lift a rate limit.
  public func recall(_ tool: String, at uptimes: [Duration]) {
    history[tool] = (uptimes + (history[tool] ?? [])).sorted().suffix(10_000)
  }

  private func remember(_ tool: PreparedTool) {
    guard let limit = tool.tool.policy.rateLimit else { return }
    let moment = now().uptime
    var times = (history[tool.name] ?? []).filter { moment - $0 < limit.period }
    times.append(moment)
    // More than the limit never counts.
    history[tool.name] = times.suffix(limit.count)
  }

  static func dryRunResult(
    _ call: ToolCall, _ plan: ActionPlan, _ decision: PolicyDecision, isSimulated: Bool
  ) -> ToolResult {
    var output: JSONObject = [
      "dry_run": true, "would": .string(plan.text), "decision": .string(decision.verdict.rawValue),
    ]
    switch decision {
    case .allow: break
    case .ask(let reason), .deny(let reason): output["reason"] = .string(reason)
    }
    if isSimulated { output["simulated"] = true }
    return ToolResult(id: call.id, name: call.name, isSuccess: decision.verdict != .deny, output: .object(output))
  }

  /// Waits for a resource; false where the task was cancelled or too many wait.
  private func acquire(_ resource: String, _ number: Int) async -> Bool {
    await withTaskCancellationHandler {
      await withCheckedContinuation { queue.acquire(resource, number, isCancelled: Task.isCancelled, $0) }
    } onCancel: {
      // Ends by itself: one hop to the actor.
      Task { await self.giveUp(number) }
    }
  }

  private func giveUp(_ number: Int) { queue.giveUp(number) }
}

extension ActionRunner {
  /// As `dryRun`, without hardware and without taking any line: for the command line beside a running daemon.
  public static func dryRun(
    _ call: ToolCall, tools: [ActionTool], at moment: PolicyMoment = .now(), history: [Duration] = []
  ) -> ToolResult {
    guard let tool = tools.first(where: { $0.definition.name == call.name }) else {
      let nearest = NearestName.of(call.name, in: tools.map(\.definition.name)).map { "Did you mean \($0)?" }
      return .failed(
        call,
        ActionError(.unknownTool, "call a tool", reason: "there is none of that name", remedy: nearest ?? ""))
    }
    let (prepared, problems) = PreparedTool.prepare(tool)
    guard let prepared else {
      return .failed(
        call, problems.first ?? ActionError(.invalidConfiguration, "call \(call.name)", reason: "it is not usable"))
    }
    do throws(ActionError) {
      let plan = try prepared.plan(call.arguments)
      var call = call
      call.arguments = plan.arguments
      let decision = tool.policy.decision(for: call, at: moment, history: history)
      return dryRunResult(call, plan, decision, isSimulated: false)
    } catch {
      return .failed(call, error)
    }
  }
}

extension ToolResult {
  /// `{"error": text, "code": code}`.
  static func failed(_ call: ToolCall, _ error: ActionError, adding more: JSONObject = [:]) -> ToolResult {
    var output: JSONObject = ["error": .string(error.description), "code": .string(error.code.rawValue)]
    for (key, value) in more { output[key] = value }
    return ToolResult(id: call.id, name: call.name, isSuccess: false, output: .object(output))
  }
}
