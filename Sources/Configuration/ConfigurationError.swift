/// Why a configuration could not be taken. `description` is what a person reads: one line for each problem.
///
/// Every code is a bad configuration to a script: exit status 78 of sysexits(3).
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Hashable, Sendable {
    /// There is no such file.
    case fileMissing
    /// The file is there and cannot be read.
    case fileUnreadable
    /// The file is larger than `YAMLLimits.maximumBytes`.
    case fileTooLarge
    /// It was read, and `problems` says what is wrong with it.
    case invalid
  }

  public var code: Code
  /// The file as it was named, as in every line of `description`.
  public var file: String
  /// The errno behind it, where a system call failed.
  public var errno: Int32?
  /// Sorted by place; empty unless `code` is `invalid`.
  public var problems: [ConfigurationProblem]
  /// How many more there were than `problems` holds.
  public var omittedCount: Int
  /// Why the file could not be read; empty where `code` is `invalid`.
  public var reason: String

  public init(
    _ code: Code, file: String, errno: Int32? = nil, reason: String = "", problems: [ConfigurationProblem] = [],
    omittedCount: Int = 0
  ) {
    self.code = code
    self.file = file
    self.errno = errno
    self.reason = reason
    self.problems = problems
    self.omittedCount = omittedCount
  }

  public var description: String {
    guard code == .invalid else {
      let number = errno.map { " (errno \($0))" } ?? ""
      return "could not read the configuration \(file): \(reason)\(number). \(remedy)"
    }
    var lines = problems.map { $0.description(file: file) }
    if omittedCount > 0 { lines.append("\(file): and \(omittedCount) more problems") }
    return lines.joined(separator: "\n")
  }

  private var remedy: String {
    switch code {
    case .fileMissing: "Name another with --config FILE, or begin with a copy of configs/kitchen.yaml."
    case .fileUnreadable: "Make it readable for the user that Earshot runs as."
    case .fileTooLarge: "Use at most \(YAMLLimits.maximumBytes) bytes."
    case .invalid: ""
    }
  }
}
