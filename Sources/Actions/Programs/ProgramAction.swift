public import Tools

/// Runs a program. There is never a shell between: each element of `arguments` arrives as one argument, whatever is in
/// it.
public struct ProgramAction: Hashable, Sendable {
  /// What the program reads on its standard input.
  public enum Input: String, Hashable, Sendable, CaseIterable {
    /// Nothing: the end of the file at once.
    case none
    /// The call's arguments as one line of JSON.
    case json
  }

  /// The program's absolute path, first, and its arguments. `{room}` in an argument (not in the path) is replaced by
  /// the call's argument `room`: the whole or a part of one element, never more than one; `{{` and `}}` stand for the
  /// braces themselves. Text goes in as it is, numbers and booleans as JSON writes them, arrays and objects as JSON.
  public var arguments: [String]
  public var input: Input
  /// 1 ms...1 h. Then the whole process group gets SIGTERM and, `terminationGrace` later, SIGKILL.
  public var timeLimit: Duration
  public var terminationGrace: Duration
  /// How much of standard output is kept, and of standard error as much, 0...16 MiB; the rest is read and dropped.
  public var outputLimitBytes: Int
  /// The user to run as, by name or number; nil runs it as the daemon's own user.
  public var user: String?
  /// Added to a clean environment of PATH, LANG, HOME, USER, LOGNAME and SHELL. Nothing of the daemon's own
  /// environment is passed on.
  public var environment: OrderedDictionary<String, String>
  /// An absolute path; nil is `/`.
  public var workingDirectory: String?

  public init(
    arguments: [String], input: Input = .none, timeLimit: Duration = .seconds(10),
    terminationGrace: Duration = .seconds(1), outputLimitBytes: Int = 65536, user: String? = nil,
    environment: OrderedDictionary<String, String> = [:], workingDirectory: String? = nil
  ) {
    self.arguments = arguments
    self.input = input
    self.timeLimit = timeLimit
    self.terminationGrace = terminationGrace
    self.outputLimitBytes = outputLimitBytes
    self.user = user
    self.environment = environment
    self.workingDirectory = workingDirectory
  }
}
