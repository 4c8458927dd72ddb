public import Tools

/// A tool as the configuration describes it: what the model is told, what happens, and what may be done unasked.
public struct ActionTool: Hashable, Sendable {
  public var definition: ToolDefinition
  public var action: ToolAction
  public var policy: ToolPolicy

  public init(definition: ToolDefinition, action: ToolAction, policy: ToolPolicy = ToolPolicy()) {
    self.definition = definition
    self.action = action
    self.policy = policy
  }

  /// Everything that is wrong with this tool and can be known without GPIO, PWM or LEDs: schema, action and policy
  /// against each other, and the program against this machine. For `earshot config check`.
  public func problems() -> [ActionError] { PreparedTool.prepare(self).problems }
}
