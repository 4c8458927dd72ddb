internal import Tools

/// Whether a tool's action and policy fit its schema, so that a call that passes the schema can be carried out.
struct ToolChecks {
  var tool: ActionTool

  func problems() -> [ActionError] {
    var problems: [ActionError] = []
    switch tool.action {
    case .gpio(let action): problems += gpio(action)
    case .pwm(let action): problems += pwm(action)
    case .led(let action): problems += led(action)
    case .timer(let action): problems += timer(action)
    case .program: break
    }
    return problems + policy(tool.policy)
  }

  func problems(of program: PreparedProgram) -> [ActionError] {
    program.templates.flatMap(\.argumentNames).compactMap { needs($0) }
  }

  /// An error about a part of the tool, with the tool's name.
  func about(_ error: ActionError) -> ActionError {
    var error = error
    error.operation = "register tool \(tool.definition.name): \(error.operation)"
    return error
  }

  // MARK: Actions

  private static let times = Duration.milliseconds(1)...Duration.seconds(3600)

  private func gpio(_ action: GPIOAction) -> [ActionError] {
    var problems: [ActionError?] = []
    if case .chosen(let from, let among) = action.line {
      problems.append(needs(from))
      if among.isEmpty { problems.append(problem("it has no line to choose")) }
      if let values = property(from)?["enum"]?.arrayValue {
        let texts = values.compactMap(\.stringValue)
        for text in texts where among[text] == nil {
          problems.append(problem("\(from) may be \"\(text)\", for which there is no line", "Give it one."))
        }
        for key in among.keys where !texts.contains(key) {
          problems.append(problem("no \(from) can choose the line \"\(key)\"", "Add it to the schema's enum."))
        }
        if texts.count != values.count { problems.append(problem("the enum of \(from) has a value that is no text")) }
      } else if property(from) != nil {
        problems.append(problem("\(from) chooses a line but has no enum", "List the lines' names as its enum."))
      }
    }
    switch action.operation {
    case .set(let parameter): problems.append(fits(parameter, "on or off") { ArgumentValues.isOn($0) != nil })
    case .pulse(let time): problems.append(inRange(time, "the pulse"))
    case .blink(let on, let off, let count):
      problems.append(inRange(on, "the time on"))
      problems.append(inRange(off, "the time off"))
      if !(1...1000).contains(count) { problems.append(problem("it blinks \(count) times, not 1 to 1000 times")) }
      if (1...1000).contains(count), Self.times.contains(on), Self.times.contains(off),
        (on + off) * count > .seconds(3600)
      {
        problems.append(problem("all its blinking takes longer than 1 hour"))
      }
    case .waitForEdge(_, let timeout): problems.append(inRange(timeout, "the time to wait"))
    case .toggle, .read: break
    }
    let settings = action.settings
    if settings.debounce < .zero || settings.debounce > .seconds(60) {
      problems.append(problem("the debounce time is not between 0 and 1 minute"))
    }
    if action.operation.drivesTheLine {
      if settings.debounce != .zero { problems.append(problem("an output has no debounce time")) }
    } else if settings.drive != .pushPull {
      problems.append(problem("an input has no drive"))
    }
    return problems.compactMap { $0 }
  }

  private func pwm(_ action: PWMAction) -> [ActionError] {
    var problems = [fits(action.duty, "a percentage") { ArgumentValues.percent($0) != nil }]
    if !isPathComponent(action.chip) { problems.append(problem("the PWM chip's name cannot be a folder's name")) }
    if !(0...4095).contains(action.channel) { problems.append(problem("the PWM channel is not between 0 and 4095")) }
    if !(1...10_000_000_000).contains(action.periodNanoseconds) {
      problems.append(problem("the period is not between 1 ns and 10 s"))
    }
    if case .constant(let percent) = action.duty { problems.append(inPercent(percent, "the duty cycle")) }
    problems.append(inPercent(action.safeDuty, "the safe duty cycle"))
    return problems.compactMap { $0 }
  }

  private func led(_ action: LEDAction) -> [ActionError] {
    var problems: [ActionError?] = []
    if !isPathComponent(action.name) { problems.append(problem("the LED's name cannot be a folder's name")) }
    switch action.operation {
    case .brightness(let parameter):
      problems.append(fits(parameter, "a percentage") { ArgumentValues.percent($0) != nil })
      if case .constant(let percent) = parameter { problems.append(inPercent(percent, "the brightness")) }
    case .trigger(.constant(let name)):
      if !isPathComponent(name) { problems.append(problem("the trigger's name is empty or has a slash in it")) }
    case .trigger(.argument(let from)): problems.append(needs(from))
    }
    if let percent = action.safeBrightness { problems.append(inPercent(percent, "the safe brightness")) }
    return problems.compactMap { $0 }
  }

  private func timer(_ action: TimerAction) -> [ActionError] {
    var problems: [ActionError?] = []
    let limits = 1...TimerAction.maximumSeconds
    switch action {
    case .set(.constant(let seconds), _):
      if !limits.contains(seconds) { problems.append(problem("a timer runs between one second and a day")) }
    case .set(.argument(let from), _):
      problems.append(needs(from))
      if let property = property(from), property["enum"] == nil {
        guard let low = property["minimum"]?.doubleValue, low >= 1, let high = property["maximum"]?.doubleValue,
          high <= Double(TimerAction.maximumSeconds)
        else {
          problems.append(
            problem("\(from) may be outside of 1 to 86400 seconds", "Set minimum 1 and maximum 86400, or less."))
          break
        }
      }
    case .cancel, .read: break
    }
    switch action {
    case .set(_, let label?), .cancel(let label?):
      if property(label) == nil { problems.append(problem("the parameters have no \(label)", "Add it to them.")) }
    case .set, .cancel, .read: break
    }
    return problems.compactMap { $0 }
  }

  private func inRange(_ time: Duration, _ what: String) -> ActionError? {
    Self.times.contains(time) ? nil : problem("\(what) is not between 1 ms and 1 hour")
  }

  private func inPercent(_ percent: Double, _ what: String) -> ActionError? {
    (0...100).contains(percent) ? nil : problem("\(what) is not between 0 and 100 percent")
  }

  // MARK: Arguments

  private func property(_ name: String) -> JSONValue? { tool.definition.parameters["properties"]?[name] }

  /// An argument the action takes must be in every call.
  private func needs(_ name: String) -> ActionError? {
    guard let property = property(name) else {
      let known = Array(tool.definition.parameters["properties"]?.objectValue?.keys ?? [])
      let nearest = NearestName.of(name, in: known).map { "Did you mean \($0)?" } ?? "Add it to the parameters."
      return problem("its action takes the argument \(name), which the parameters do not have", nearest)
    }
    let required = tool.definition.parameters["required"]?.arrayValue ?? []
    if required.contains(.string(name)) || property["default"] != nil { return nil }
    return problem(
      "its action takes the argument \(name), which a call may leave out",
      "Add it to `required`, or give it a default.")
  }

  /// Every value the schema lets through must be one the action can take.
  private func fits<Value>(
    _ parameter: ActionParameter<Value>, _ what: String, _ takes: (JSONValue) -> Bool
  ) -> ActionError? {
    guard let name = parameter.argumentName else { return nil }
    if let problem = needs(name) { return problem }
    guard let property = property(name) else { return nil }
    if let values = property["enum"]?.arrayValue {
      guard let index = values.firstIndex(where: { !takes($0) }) else { return nil }
      return problem(
        "value \(index + 1) of the enum of \(name) is not \(what)", "Use true, false, on, off or 0 to 100.")
    }
    switch property["type"]?.stringValue {
    case "boolean": return nil
    case "integer", "number":
      guard let low = (property["minimum"] ?? property["exclusiveMinimum"])?.doubleValue, low >= 0,
        let high = (property["maximum"] ?? property["exclusiveMaximum"])?.doubleValue, high <= 100
      else { return problem("\(name) is a number that may be outside 0 to 100", "Set minimum 0 and maximum 100.") }
      return nil
    default: return problem("\(name) may be something that is not \(what)", "Make it a boolean, or give it an enum.")
    }
  }

  // MARK: Policy

  private func policy(_ policy: ToolPolicy) -> [ActionError] {
    var problems: [ActionError] = []
    for rule in policy.rules {
      if property(rule.argument) == nil {
        problems.append(problem("a policy rule is about the argument \(rule.argument), which the parameters lack"))
      }
      switch rule.condition {
      case .isAbove(let limit), .isAtLeast(let limit), .isBelow(let limit), .isAtMost(let limit):
        if !limit.isFinite { problems.append(problem("a policy rule's limit for \(rule.argument) is no number")) }
      case .isOne(let values):
        if values.isEmpty { problems.append(problem("a policy rule for \(rule.argument) has no values")) }
      case .isPresent: break
      }
    }
    if let limit = policy.rateLimit {
      if !(1...10_000).contains(limit.count) { problems.append(problem("the rate limit is not 1 to 10,000 calls")) }
      if limit.period < .seconds(1) || limit.period > .seconds(7 * 86400) {
        problems.append(problem("the rate limit's period is not between 1 s and 7 days"))
      }
    }
    if let confidence = policy.askBelowConfidence, !(0...1).contains(confidence) {
      problems.append(problem("the confidence below which it asks is not between 0 and 1"))
    }
    let asks =
      policy.verdict == .ask || policy.rules.contains { $0.verdict == .ask }
      || policy.quietHours.contains { $0.verdict == .ask } || policy.rateLimit?.verdict == .ask
      || policy.askBelowConfidence != nil
    if policy.confirmation == .never && asks {
      problems.append(problem("`confirm: never` contradicts a rule that asks", "Take one of them out."))
    }
    return problems
  }

  private func problem(_ reason: String, _ remedy: String = "") -> ActionError {
    ActionError(.invalidConfiguration, "register tool \(tool.definition.name)", reason: reason, remedy: remedy)
  }
}
