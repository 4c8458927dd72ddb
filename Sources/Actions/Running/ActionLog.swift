public import Tools

/// One action, as it is written down.
public struct ActionRecord: Hashable, Sendable {
  /// With the schema's defaults filled in.
  public var call: ToolCall
  /// `ActionPlan.text`; private, as the arguments are.
  public var plan: String
  /// Whether it happens in memory only.
  public var isSimulated: Bool
  /// Whether the user said yes to this call.
  public var isConfirmed: Bool

  public init(call: ToolCall, plan: String, isSimulated: Bool, isConfirmed: Bool) {
    self.call = call
    self.plan = plan
    self.isSimulated = isSimulated
    self.isConfirmed = isConfirmed
  }
}

/// Where actions are written down; the journal implements it.
///
/// Each action gives exactly one `actionWillHappen`, and after it exactly one `actionDidHappen`, whatever became of it;
/// a record without the second means that the daemon ended in between. Calls that were refused give neither.
public protocol ActionLog: Sendable {
  /// Before anything happens. Where it throws, nothing happens.
  func actionWillHappen(_ record: ActionRecord) async throws
  /// Never fails the action, which has happened.
  func actionDidHappen(_ record: ActionRecord, result: ToolResult, elapsed: Duration) async
}

/// Writes nothing down; for trying a tool from the command line.
public struct NoActionLog: ActionLog {
  public init() {}
  public func actionWillHappen(_ record: ActionRecord) async {}
  public func actionDidHappen(_ record: ActionRecord, result: ToolResult, elapsed: Duration) async {}
}
