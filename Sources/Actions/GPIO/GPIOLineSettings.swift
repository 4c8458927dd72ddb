/// How a line is requested from the kernel, and the state it is put into when nobody asks anything else of it.
public struct GPIOLineSettings: Hashable, Sendable {
  /// The pull resistor; `asIs` leaves what the firmware or device tree chose.
  public enum Bias: String, Hashable, Sendable, CaseIterable {
    case asIs = "as-is"
    case disabled
    case pullUp = "pull-up"
    case pullDown = "pull-down"
  }

  /// How an output drives its line.
  public enum Drive: String, Hashable, Sendable, CaseIterable {
    case pushPull = "push-pull"
    case openDrain = "open-drain"
    case openSource = "open-source"
  }

  /// True where the physical level is the opposite of the value: on is low.
  public var isActiveLow: Bool
  public var bias: Bias
  /// Outputs only.
  public var drive: Drive
  /// Inputs only: edges closer together than this are ignored; whole microseconds, zero is none, at most one minute.
  public var debounce: Duration
  /// Outputs only: the value at start, on orderly exit and when the safe state is entered. After a crash the kernel
  /// releases the line, and the board decides what it does then; see `GPIOBoard`.
  public var safeState: Bool

  public init(
    isActiveLow: Bool = false, bias: Bias = .asIs, drive: Drive = .pushPull, debounce: Duration = .zero,
    safeState: Bool = false
  ) {
    self.isActiveLow = isActiveLow
    self.bias = bias
    self.drive = drive
    self.debounce = debounce
    self.safeState = safeState
  }
}
