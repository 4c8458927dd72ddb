/// Why an action, or the hardware below it, could not do what was asked. The text reads
/// `could not <operation>: <reason> (errno n). <remedy>` and names no argument's value: what was said stays private.
public struct ActionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds of failure a caller may tell apart.
  public enum Code: String, Hashable, Sendable {
    /// The configuration of a tool, line, channel or program is wrong.
    case invalidConfiguration
    /// No tool of that name is registered.
    case unknownTool
    /// The call's arguments do not fit the tool.
    case invalidArguments
    /// The policy refuses the call.
    case denied
    /// No such chip, line, PWM chip, LED or program.
    case notFound
    /// Somebody else holds it.
    case busy
    /// This user may not.
    case permissionDenied
    /// The kernel or the hardware cannot do that.
    case unsupported
    /// A system call failed for another reason.
    case inputOutput
    /// It took longer than allowed.
    case timedOut
    /// The session gave the call up.
    case cancelled
    /// The program ended with a status other than 0, or by a signal.
    case programFailed
    /// The journal could not take the action down, so that it was not done.
    case notRecorded
  }

  public var code: Code
  /// What was tried, as the object of "could not": `set line gpiochip0/17`.
  public var operation: String
  public var reason: String
  /// The errno behind it, where a system call failed.
  public var errno: Int32?
  /// What the reader can do about it: one sentence with its full stop, or empty.
  public var remedy: String

  public init(_ code: Code, _ operation: String, reason: String, errno: Int32? = nil, remedy: String = "") {
    self.code = code
    self.operation = operation
    self.reason = reason
    self.errno = errno
    self.remedy = remedy
  }

  public var description: String {
    let number = errno.map { " (errno \($0))" } ?? ""
    return "could not \(operation): \(reason)\(number)." + (remedy.isEmpty ? "" : " " + remedy)
  }
}
