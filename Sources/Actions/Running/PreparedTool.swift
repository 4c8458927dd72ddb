internal import Tools

/// A tool whose schema is compiled and whose action fits it. Nothing in it touches hardware.
struct PreparedTool: Sendable {
  let tool: ActionTool
  let schema: JSONSchema
  /// The schema's top-level defaults.
  let defaults: JSONObject
  let program: PreparedProgram?

  var name: String { tool.definition.name }

  /// The prepared tool, or nil and everything that is wrong with it.
  static func prepare(_ tool: ActionTool) -> (prepared: PreparedTool?, problems: [ActionError]) {
    var problems = ToolChecks(tool: tool).problems()
    var program: PreparedProgram?
    if case .program(let action) = tool.action {
      do throws(ActionError) {
        let prepared = try PreparedProgram(action)
        problems += ToolChecks(tool: tool).problems(of: prepared)
        program = prepared
      } catch {
        problems.append(ToolChecks(tool: tool).about(error))
      }
    }
    do throws(ToolsError) {
      let schema = try tool.definition.compiledParameters()
      var defaults = JSONObject()
      for (name, property) in tool.definition.parameters["properties"]?.objectValue ?? [:] {
        if let value = property["default"] { defaults[name] = value }
      }
      guard problems.isEmpty else { return (nil, problems) }
      return (PreparedTool(tool: tool, schema: schema, defaults: defaults, program: program), [])
    } catch {
      problems.append(
        ActionError(.invalidConfiguration, "register tool \(tool.definition.name)", reason: error.description))
      return (nil, problems)
    }
  }

  /// The call's arguments, defaults filled in, as the schema wants them.
  /// - Throws: `invalidArguments` with every violation.
  func checkedArguments(_ given: JSONObject) throws(ActionError) -> JSONObject {
    var arguments = given
    for (name, value) in defaults where arguments[name] == nil { arguments[name] = value }
    let violations = schema.validate(.object(arguments))
    guard violations.isEmpty else {
      throw ActionError(
        .invalidArguments, "call \(name)", reason: violations.prefix(8).map(\.description).joined(separator: "; "))
    }
    return arguments
  }

  /// What the call would do: pure.
  /// - Throws: `invalidArguments`.
  func plan(_ given: JSONObject) throws(ActionError) -> ActionPlan {
    let arguments = try checkedArguments(given)
    return ActionPlan(effect: try effect(arguments), arguments: arguments)
  }

  private func effect(_ arguments: JSONObject) throws(ActionError) -> ActionPlan.Effect {
    switch tool.action {
    case .gpio(let action):
      let line: GPIOLineAddress
      switch action.line {
      case .fixed(let address): line = address
      case .chosen(let from, let among):
        guard let text = try value(of: from, in: arguments).stringValue, let address = among[text] else {
          throw misfit(from, "names no line of this tool")
        }
        line = address
      }
      var operation = action.operation
      if case .set(.argument(let from)) = operation {
        guard let isOn = ArgumentValues.isOn(try value(of: from, in: arguments)) else {
          throw misfit(from, "is neither on nor off")
        }
        operation = .set(.constant(isOn))
      }
      return .gpio(line, operation, action.settings)
    case .pwm(let action): return .pwm(action, percent: try percent(action.duty, arguments))
    case .led(let action):
      switch action.operation {
      case .brightness(let parameter):
        return .brightness(led: action.name, percent: try percent(parameter, arguments))
      case .trigger(.constant(let name)): return .trigger(led: action.name, name: name)
      case .trigger(.argument(let from)):
        guard let name = try value(of: from, in: arguments).stringValue, isPathComponent(name) else {
          throw misfit(from, "is no trigger's name")
        }
        return .trigger(led: action.name, name: name)
      }
    case .program:
      guard let program else { throw misfit("program", "was not prepared") }
      return .program(try program.invocation(arguments))
    case .timer(let action): return .timer(try timing(action, arguments))
    }
  }

  private func timing(_ action: TimerAction, _ arguments: JSONObject) throws(ActionError) -> ActionPlan.Timing {
    switch action {
    case .set(let parameter, let label):
      var seconds: Int
      switch parameter {
      case .constant(let value): seconds = value
      case .argument(let from):
        guard let number = try value(of: from, in: arguments).doubleValue,
          (1...Double(TimerAction.maximumSeconds)).contains(number.rounded())
        else { throw misfit(from, "is not between one second and a day") }
        seconds = Int(number.rounded())
      }
      return .set(seconds: seconds, label: label.flatMap { arguments[$0]?.stringValue } ?? "")
    case .cancel(let label): return .cancel(label: label.flatMap { arguments[$0]?.stringValue })
    case .read: return .read
    }
  }

  private func percent(
    _ parameter: ActionParameter<Double>, _ arguments: JSONObject
  ) throws(ActionError) -> Double {
    switch parameter {
    case .constant(let percent): return percent
    case .argument(let from):
      guard let percent = ArgumentValues.percent(try value(of: from, in: arguments)) else {
        throw misfit(from, "is no percentage between 0 and 100")
      }
      return percent
    }
  }

  private func value(of argument: String, in arguments: JSONObject) throws(ActionError) -> JSONValue {
    guard let value = arguments[argument] else { throw misfit(argument, "is missing") }
    return value
  }

  private func misfit(_ argument: String, _ reason: String) -> ActionError {
    ActionError(.invalidArguments, "call \(name)", reason: "the argument \(argument) \(reason)")
  }
}

/// What a call of `tool` with these bytes as its arguments would do, or why nothing; for `earshot act --dry-run`, and
/// the entry point for fuzzing. Any bytes are safe.
public func planCall(of tool: ActionTool, argumentsJSON bytes: [UInt8]) -> Result<ActionPlan, ActionError> {
  let (prepared, problems) = PreparedTool.prepare(tool)
  guard let prepared else {
    return .failure(
      problems.first ?? ActionError(.invalidConfiguration, "prepare a tool", reason: "it has no problem"))
  }
  do throws(ToolsError) {
    guard case .object(let arguments) = try JSONValue(parsing: bytes) else {
      return .failure(ActionError(.invalidArguments, "call \(prepared.name)", reason: "the arguments are no object"))
    }
    return Result { () throws(ActionError) in try prepared.plan(arguments) }
  } catch {
    return .failure(ActionError(.invalidArguments, "call \(prepared.name)", reason: error.description))
  }
}
