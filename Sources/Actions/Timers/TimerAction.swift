/// What a tool does with the assistant's own timers.
public enum TimerAction: Hashable, Sendable {
  /// A timer begins. `seconds`: how long it runs, a whole number from 1 to 86,400.
  /// - Parameter label: the argument that names it; a call may leave it out.
  case set(seconds: ActionParameter<Int>, label: String?)
  /// Every timer is stopped, or those with the label that the call gives.
  case cancel(label: String?)
  /// How long the timers still run.
  case read

  /// The longest that a timer may run.
  public static let maximumSeconds = 86_400
  /// Timers that may run at the same time.
  public static let maximumCount = 32
  /// UTF-8 bytes of a label; a longer one is cut.
  static let maximumLabelBytes = 128
}

/// A timer that runs.
public struct RunningTimer: Hashable, Sendable {
  /// Counts up, also across restarts.
  public var id: Int64
  /// What it is for, as it was said; empty where nobody said.
  public var label: String
  public var length: Duration
  /// When it rings, in seconds since 1970: what a restart goes by.
  public var rings: Double

  public init(id: Int64, label: String, length: Duration, rings: Double) {
    self.id = id
    self.label = label
    self.length = length
    self.rings = rings
  }
}

/// A timer whose time is up.
public struct RungTimer: Hashable, Sendable {
  public var timer: RunningTimer
  /// How long ago that was; zero but where the assistant was not running then.
  public var late: Duration

  public init(timer: RunningTimer, late: Duration) {
    self.timer = timer
    self.late = late
  }
}

/// Where timers are kept over a restart.
public protocol TimerStore: Sendable {
  /// The timers that were saved last.
  func timers() async -> [RunningTimer]
  /// Replaces them, and returns when they are safe. A store that cannot write says so elsewhere: the timers run anyway.
  func save(_ timers: [RunningTimer]) async
}

/// A store that forgets: for a session that ends with its command.
public struct NoTimerStore: TimerStore {
  public init() {}
  public func timers() async -> [RunningTimer] { [] }
  public func save(_ timers: [RunningTimer]) async {}
}
