internal import Tools

/// How one line is used by all tools together.
struct LineUsage: Hashable, Sendable {
  var settings: GPIOLineSettings
  var isOutput: Bool
  var edges: GPIOAction.Edge?

  /// The usage that serves both, or nil where they contradict each other. A tool that only reads may leave the
  /// settings to the tool that drives the line.
  func merged(with other: LineUsage) -> LineUsage? {
    if (isOutput && other.edges != nil) || (other.isOutput && edges != nil) { return nil }
    let isFreeReader = { (usage: LineUsage) in !usage.isOutput && usage.settings == GPIOLineSettings() }
    var merged = self
    if settings != other.settings {
      if isFreeReader(other) {
        // Ours stand.
      } else if isFreeReader(self) {
        merged.settings = other.settings
      } else {
        return nil
      }
    }
    merged.isOutput = isOutput || other.isOutput
    merged.edges = edges == other.edges || other.edges == nil ? edges : edges == nil ? other.edges : .both
    return merged
  }
}

extension ActionRunner {
  /// Finds and requests what the tools act on.
  /// - Returns: the names of the tools that cannot be used.
  func claimHardware(for tools: [PreparedTool], problems: inout [ActionError]) async -> Set<String> {
    var refused: Set<String> = []
    var wanted: OrderedDictionary<GPIOLineIdentity, LineUsage> = [:]
    var users: [GPIOLineIdentity: [String]] = [:]
    for tool in tools {
      let checks = ToolChecks(tool: tool.tool)
      do throws(ActionError) {
        switch tool.tool.action {
        case .gpio(let action):
          let usage = LineUsage(
            settings: action.settings, isOutput: action.operation.drivesTheLine, edges: action.operation.edges)
          for address in action.line.addresses {
            let line = try hardware.board.identify(address)
            let known = wanted[line] ?? usages[line]
            guard let merged = known.map({ $0.merged(with: usage) }) ?? usage else {
              throw ActionError(
                .invalidConfiguration, "use GPIO line \(line)",
                reason: "another tool uses it with other settings or in the other direction",
                remedy: "Give both the same settings; a line with edges is an input for all.")
            }
            if let requested = usages[line], requested != merged {
              throw ActionError(
                .invalidConfiguration, "use GPIO line \(line)", reason: "it was requested already, in another way",
                remedy: "Register the tools of one line together.")
            }
            lines[address] = line
            wanted[line] = merged
            users[line, default: []].append(tool.name)
          }
        case .pwm, .led: try await makeSafe(tool.tool.action)
        case .program, .timer: break
        }
      } catch {
        problems.append(checks.about(error))
        refused.insert(tool.name)
      }
    }
    for (line, usage) in wanted where !(users[line] ?? []).allSatisfy(refused.contains) {
      do throws(ActionError) {
        if usage.isOutput {
          try hardware.board.requestOutput(line, settings: usage.settings)
        } else {
          try hardware.board.requestInput(line, settings: usage.settings, edges: usage.edges)
        }
        usages[line] = usage
      } catch {
        for name in users[line] ?? [] where refused.insert(name).inserted {
          var named = error
          named.operation = "register tool \(name): \(error.operation)"
          problems.append(named)
        }
      }
    }
    return refused
  }

  /// The safe state of what is set through sysfs; GPIO lines have theirs in the board.
  func makeSafe(_ action: ToolAction) async throws(ActionError) {
    switch action {
    case .pwm(let action): try await hardware.pwm?.set(action, percent: action.safeDuty)
    case .led(let action):
      if let percent = action.safeBrightness {
        try hardware.leds?.setBrightness(percent, of: action.name)
      } else {
        try hardware.leds?.find(action.name)
      }
    case .gpio, .program, .timer: break
    }
  }

  /// What two actions must not use at the same time.
  func resource(of effect: ActionPlan.Effect, tool: String) -> String {
    switch effect {
    case .gpio(let address, _, _): lines[address].map { "gpio \($0.chip)/\($0.offset)" } ?? "gpio \(address)"
    case .pwm(let action, _): "pwm \(action.chip)/\(action.channel)"
    case .brightness(let led, _), .trigger(let led, _): "led \(led)"
    case .program: "program \(tool)"
    case .timer: "timers"
    }
  }

  /// Does it. What comes back is a result even where a program failed, because its output belongs to it. An action that
  /// takes its time hands the same result to `begun` once it is under way.
  func act(
    _ effect: ActionPlan.Effect, _ call: ToolCall, begun: (ToolResult) -> Void
  ) async throws(ActionError) -> ToolResult {
    func result(_ output: JSONObject) -> ToolResult {
      var output = output
      if hardware.isSimulated(effect) { output["simulated"] = true }
      return ToolResult(id: call.id, name: call.name, isSuccess: true, output: .object(output))
    }
    let output: JSONObject
    switch effect {
    case .gpio(let address, let operation, _):
      guard let line = lines[address] else {
        throw ActionError(.notFound, "use GPIO line \(address)", reason: "it was never found")
      }
      let place: JSONObject = ["line": .string(address.description)]
      output = place.adding(try await actOnLine(line, operation) { begun(result(place.adding($0))) })
    case .pwm(let action, let percent):
      try await hardware.pwm?.set(action, percent: percent)
      output = ["duty_percent": .number(percent)]
    case .brightness(let led, let percent):
      try hardware.leds?.setBrightness(percent, of: led)
      output = ["brightness_percent": .number(percent)]
    case .trigger(let led, let name):
      try hardware.leds?.setTrigger(name, of: led)
      output = ["trigger": .string(name)]
    case .program(let invocation):
      return try await ProgramRunner.run(invocation).result(of: invocation, call)
    case .timer(let timing): output = try await act(timing)
    }
    return result(output)
  }

  private func act(_ timing: ActionPlan.Timing) async throws(ActionError) -> JSONObject {
    guard let timers = hardware.timers else {
      throw ActionError(
        .notFound, "use a timer", reason: "nobody is here who could ring it",
        remedy: "Timers belong to the daemon: earshot run.")
    }
    switch timing {
    case .set(let seconds, let label):
      let timer = try await timers.set(seconds: seconds, label: label)
      return ["seconds": .integer(Int64(seconds)), "length": .string(timer.length.spokenRoughly)]
    case .cancel(let label):
      let count = await timers.cancel(label: label)
      return ["stopped": .integer(Int64(count)), "any": .bool(count > 0)]
    case .read:
      let running = await timers.running()
      var output: JSONObject = ["timers": .integer(Int64(running.count)), "any": .bool(!running.isEmpty)]
      if let first = running.first {
        output["seconds"] = .integer(first.left.components.seconds)
        output["label"] = .string(first.timer.label)
        output["said"] = .string(
          "\(first.left.spokenRoughly) left" + (first.timer.label.isEmpty ? "" : " for \(first.timer.label)"))
      } else {
        output["said"] = "No timer is running"
      }
      return output
    }
  }

  private func actOnLine(
    _ line: GPIOLineIdentity, _ operation: GPIOAction.Operation, begun: (JSONObject) -> Void
  ) async throws(ActionError) -> JSONObject {
    let board = hardware.board
    switch operation {
    case .set(.constant(let isOn)):
      try board.setValue(isOn, of: line)
      return ["value": .bool(isOn)]
    case .set(.argument(let name)):
      throw ActionError(.invalidArguments, "set GPIO line \(line)", reason: "the argument \(name) was not put in")
    case .toggle:
      let isOn = try !board.value(of: line)
      try board.setValue(isOn, of: line)
      return ["value": .bool(isOn)]
    case .pulse(let time):
      let output: JSONObject = ["pulse_ms": .integer(time.milliseconds)]
      try await switchOn(line, for: time) { begun(output) }
      return output
    case .blink(let on, let off, let count):
      let output: JSONObject = ["blinks": .integer(Int64(count))]
      for index in 1...max(1, count) {
        try await switchOn(line, for: on) { if index == 1 { begun(output) } }
        if index < count { try await pause(off, "blink GPIO line \(line)") }
      }
      return output
    case .read: return ["value": .bool(try board.value(of: line))]
    case .waitForEdge(let edge, let timeout):
      guard let event = try await board.nextEdge(edge, on: line, timeout: timeout) else {
        return ["edge": .null, "waited_ms": .integer(timeout.milliseconds)]
      }
      return [
        "edge": .string(event.isRising ? "rising" : "falling"),
        "monotonic_ns": .integer(Int64(clamping: event.monotonicNanoseconds)),
      ]
    }
  }

  /// On, then off, whatever happens in between.
  private func switchOn(
    _ line: GPIOLineIdentity, for time: Duration, isOn: () -> Void
  ) async throws(ActionError) {
    try hardware.board.setValue(true, of: line)
    isOn()
    do throws(ActionError) {
      try await pause(time, "pulse GPIO line \(line)")
    } catch {
      try hardware.board.setValue(false, of: line)
      throw error
    }
    try hardware.board.setValue(false, of: line)
  }

  private func pause(_ time: Duration, _ operation: String) async throws(ActionError) {
    do { try await sleep(time) } catch {
      throw ActionError(.cancelled, operation, reason: "the session gave it up; the line is off")
    }
  }
}

extension GPIOAction.Operation {
  var edges: GPIOAction.Edge? { if case .waitForEdge(let edge, _) = self { edge } else { nil } }
}

extension GPIOAction.Line {
  /// Every line it may mean.
  public var addresses: [GPIOLineAddress] {
    switch self {
    case .fixed(let address): [address]
    case .chosen(_, let among): Array(among.values)
    }
  }
}

extension JSONObject {
  fileprivate func adding(_ more: JSONObject) -> JSONObject { merging(more) { _, new in new } }
}

extension Duration {
  /// Whole milliseconds.
  var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
