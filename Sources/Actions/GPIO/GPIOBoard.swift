/// The GPIO lines of a machine, real (`KernelGPIOBoard`) or in memory (`SimulatedBoard`).
///
/// A requested line is held until `release()`, because the kernel lets a line go when its descriptor is closed. Values
/// are logical: active-low has been taken off. All members may be called from any thread; calls on one line do not
/// overlap (`ActionRunner` sees to that).
///
/// What happens to an output in each way to stop:
///
/// | the daemon | the line |
/// |---|---|
/// | starts | safe state, with the very request: there is no moment at another level of our making |
/// | exits in order | safe state, set before the line is let go |
/// | crashes or is killed | the kernel lets the line go; what the pin does then is the pin controller's choice |
/// | is started again by systemd | safe state |
///
/// After a crash some pin controllers keep the last level and some make the pin an input, where the pull resistor or
/// the attached circuit decides; gpio-sim's lines fall back to their pull. It differs between kernels of one board as
/// well, so it must be tried: switch the line on, `kill -9` the daemon, look. A load that must not stay on needs a
/// resistor that turns it off when the pin floats, and a board whose pin floats.
public protocol GPIOBoard: Sendable {
  /// True where no wire moves: every text about such a board says "simulated".
  var isSimulated: Bool { get }

  /// All chips with their lines, as they are now.
  func inventory() -> GPIOInventory

  /// Finds the one line that an address means.
  /// - Throws: `notFound` with the nearest names, `invalidConfiguration` where several lines fit, `permissionDenied`,
  ///   `unsupported` for a kernel before 5.10, `inputOutput`.
  func identify(_ address: GPIOLineAddress) throws(ActionError) -> GPIOLineIdentity

  /// Takes a line as an output, in its safe state. A line that is held already is left as it is.
  /// - Throws: `busy` with its holder's name, `permissionDenied`, `unsupported` (bias or drive that the chip lacks),
  ///   `inputOutput`.
  func requestOutput(_ line: GPIOLineIdentity, settings: GPIOLineSettings) throws(ActionError)

  /// Takes a line as an input that reports `edges`, or none.
  /// - Throws: as `requestOutput`.
  func requestInput(
    _ line: GPIOLineIdentity, settings: GPIOLineSettings, edges: GPIOAction.Edge?
  ) throws(ActionError)

  /// Sets a requested output.
  func setValue(_ isOn: Bool, of line: GPIOLineIdentity) throws(ActionError)

  /// The value of a requested line.
  func value(of line: GPIOLineIdentity) throws(ActionError) -> Bool

  /// The first edge of that kind from now on, or nil after `timeout`. Edges before the call do not count.
  /// - Throws: `cancelled` when the task is cancelled, `inputOutput`.
  func nextEdge(
    _ edge: GPIOAction.Edge, on line: GPIOLineIdentity, timeout: Duration
  ) async throws(ActionError) -> GPIOEdgeEvent?

  /// Sets every output to its safe state and keeps it. Every line is tried; what failed comes back.
  func enterSafeState() -> [ActionError]

  /// Safe state, then every line is let go. After it the lines must be requested again.
  func release() -> [ActionError]
}

/// One line of one chip, as the board found it. Chip and offset make it unique.
public struct GPIOLineIdentity: Hashable, Sendable, CustomStringConvertible {
  /// The kernel's name of the chip in this boot.
  public var chip: String
  public var offset: UInt32
  /// What the configuration called it; for messages.
  public var address: GPIOLineAddress

  public init(chip: String, offset: UInt32, address: GPIOLineAddress) {
    self.chip = chip
    self.offset = offset
    self.address = address
  }

  public static func == (left: GPIOLineIdentity, right: GPIOLineIdentity) -> Bool {
    left.chip == right.chip && left.offset == right.offset
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(chip)
    hasher.combine(offset)
  }

  /// `gpiochip0/17`, with the configured address where it reads otherwise.
  public var description: String {
    let plain = "\(chip)/\(offset)"
    return address.description == plain ? plain : "\(address) (\(plain))"
  }
}

/// An edge that a line reported.
public struct GPIOEdgeEvent: Hashable, Sendable {
  public var isRising: Bool
  /// When the kernel saw it: nanoseconds of CLOCK_MONOTONIC.
  public var monotonicNanoseconds: UInt64

  public init(isRising: Bool, monotonicNanoseconds: UInt64) {
    self.isRising = isRising
    self.monotonicNanoseconds = monotonicNanoseconds
  }
}
