public import Actions
public import Tools

/// The session's hands are the action runner.
public struct RunnerHands: Hands {
  public let tools: [ToolDefinition]
  public let switching: Set<String>
  private let runner: ActionRunner

  /// - Parameters:
  ///   - tools: what the runner has registered.
  ///   - offered: those of them that a model may call, in the order in which a prompt lists them.
  public init(runner: ActionRunner, tools: [ActionTool], offered: [ToolDefinition]) {
    self.runner = runner
    self.tools = offered
    switching = Set(tools.filter(\.action.switches).map(\.definition.name))
  }

  public func decide(_ call: ToolCall) async -> CallDecision {
    switch await runner.decision(for: call) {
    case .allow: .allow
    case .ask(let reason): .ask(reason: reason)
    case .deny(let reason): .deny(reason: reason)
    }
  }

  public func perform(_ call: ToolCall, isConfirmed: Bool) async -> ToolResult {
    await runner.begin(call, isConfirmed: isConfirmed)
  }
}

extension ToolAction {
  /// Whether it changes a wire or a light. What a program does is not known.
  fileprivate var switches: Bool {
    switch self {
    case .gpio(let action): action.operation.drivesTheLine
    case .pwm, .led: true
    // A timer that a question sets by mistake would ring when nobody expects it.
    case .timer(let action): action != .read
    case .program: false
    }
  }
}
