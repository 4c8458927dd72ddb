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
/// | exits in order | safe state, set before the line is let go; then as after a crash |
/// | crashes or is killed | the kernel lets the line go; what the pin does then is the pin controller's choice |
/// | is started again by systemd | safe state |
///
/// A line that was let go keeps its last level on some boards and becomes an input on others, where the pull resistor
/// or the attached circuit decides. Reported, not tried here: mainline's Raspberry Pi driver makes it an input, the
/// Raspberry Pi kernel keeps the level unless `dtparam=strict_gpiod` is set (raspberrypi/linux#6117, #6150); JetPack 5
/// keeps it, JetPack 6 goes back to the pin's default (NVIDIA/jetson-gpio#110). Tried: gpio-sim falls back to the pull
/// last asked for, so that an active-low load without `bias: pull-up` comes on when the daemon ends, in order or not,
/// and one with it stays off. Each board must be tried: switch on, `kill -9` the daemon, look; then stop it in order
/// and look again. A load that must not be on unattended needs a resistor that turns it off when its pin floats.
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
