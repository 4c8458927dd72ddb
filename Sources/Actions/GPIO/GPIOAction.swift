public import Tools

/// An action on one GPIO line, fixed or chosen by an argument of the call.
public struct GPIOAction: Hashable, Sendable {
  /// Which line.
  public enum Line: Hashable, Sendable {
    case fixed(GPIOLineAddress)
    /// The argument `from` (its text) chooses among these; a call with any other text is refused.
    case chosen(from: String, among: OrderedDictionary<String, GPIOLineAddress>)
  }

  public enum Edge: String, Hashable, Sendable, CaseIterable { case rising, falling, both }

  /// What is done with the line. Values are logical: active-low has been taken off.
  public enum Operation: Hashable, Sendable {
    /// Sets the line. From an argument: true, "on", "open", "yes", "active", "high", 1 and any percentage above 0 are
    /// on; false, "off", "closed", "close", "no", "inactive", "low" and 0 are off; anything else is refused.
    case set(ActionParameter<Bool>)
    /// Sets the line to the opposite of its present value.
    case toggle
    /// On for that long (1 ms...1 h), then off.
    case pulse(Duration)
    /// On and off in turn, `count` times (1...1000), each 1 ms...1 h; ends off.
    case blink(on: Duration, off: Duration, count: Int)
    /// Reads the line; the result is `{"value": true|false}`.
    case read
    /// Waits for an edge at most that long (1 ms...1 h); the result is `{"edge": "rising"|"falling"|null, …}`.
    case waitForEdge(Edge, timeout: Duration)
  }

  public var line: Line
  public var operation: Operation
  public var settings: GPIOLineSettings

  public init(line: Line, operation: Operation, settings: GPIOLineSettings = GPIOLineSettings()) {
    self.line = line
    self.operation = operation
    self.settings = settings
  }
}

extension GPIOAction.Operation {
  /// Whether the line is an output for this operation.
  public var drivesTheLine: Bool {
    switch self {
    case .set, .toggle, .pulse, .blink: true
    case .read, .waitForEdge: false
    }
  }
}
