/// One thing that is wrong with a configuration, and where.
public struct ConfigurationProblem: Hashable, Sendable {
  public enum Severity: String, Hashable, Sendable {
    /// The configuration cannot be used.
    case error
    /// It can be used, but probably does not do what was meant.
    case warning
  }

  public var severity: Severity
  public var origin: ConfigurationOrigin
  /// What is wrong and, after a semicolon, what to do; without a place and without a full stop.
  public var text: String

  public init(_ origin: ConfigurationOrigin, _ text: String, severity: Severity = .error) {
    self.severity = severity
    self.origin = origin
    self.text = text
  }

  /// `kitchen.yaml:12:5: unknown key "silense_ms" in turns; did you mean "silence_ms"?`
  public func description(file: String) -> String {
    "\(origin.text(file: file)): \(severity == .warning ? "warning: " : "")\(text)"
  }
}

/// Collects problems while reading goes on, so that all of them are told at once.
struct ProblemList {
  /// Enough for any file that a person wrote; a file of rubbish is not repeated line by line.
  static let maximumCount = 200

  private var found: Set<ConfigurationProblem> = []
  private(set) var omittedCount = 0

  var isEmpty: Bool { found.isEmpty }
  var hasErrors: Bool { found.contains { $0.severity == .error } }

  mutating func report(
    _ origin: ConfigurationOrigin, _ text: String, _ severity: ConfigurationProblem.Severity = .error
  ) {
    let problem = ConfigurationProblem(origin, text, severity: severity)
    guard !found.contains(problem) else { return }
    guard found.count < Self.maximumCount else {
      omittedCount += 1
      return
    }
    found.insert(problem)
  }

  /// By place, and by text where two share one.
  var sorted: [ConfigurationProblem] {
    found.sorted { ($0.origin, $0.text) < ($1.origin, $1.text) }
  }
}
