internal import Glibc
internal import OperatingSystem
internal import Synchronization

/// The machine's GPIO through the kernel's character devices (uAPI v2, Linux 5.10 and later), with no library between.
public final class KernelGPIOBoard: GPIOBoard {
  /// One line that we hold. The descriptor is closed when the last one who uses it is done, so that a wait that is
  /// still in the kernel never sees its number reused.
  private final class HeldLine: Sendable {
    let descriptor: Int32
    let identity: GPIOLineIdentity
    /// Nil for inputs.
    let safeState: Bool?
    let edges: GPIOAction.Edge?
    private let kernel: any GPIOKernel

    init(
      descriptor: Int32, identity: GPIOLineIdentity, safeState: Bool?, edges: GPIOAction.Edge?,
      kernel: any GPIOKernel
    ) {
      self.descriptor = descriptor
      self.identity = identity
      self.safeState = safeState
      self.edges = edges
      self.kernel = kernel
    }

    deinit { kernel.close(descriptor) }
  }

  public let isSimulated = false
  private let kernel: any GPIOKernel
  private let held = Mutex<[GPIOLineIdentity: HeldLine]>([:])

  public convenience init() { self.init(kernel: LinuxGPIOKernel()) }

  package init(kernel: any GPIOKernel) { self.kernel = kernel }

  // MARK: Finding

  public func inventory() -> GPIOInventory {
    var inventory = GPIOInventory(isSimulated: false, chips: [])
    for path in kernel.chipPaths() {
      switch describeChip(at: path) {
      // Boards link old names to new ones (gpiochip4 to gpiochip0): one chip counts once.
      case .success(let chip):
        if !inventory.chips.contains(where: { $0.name == chip.name }) { inventory.chips.append(chip) }
      case .failure(let problem): inventory.problems.append(problem)
      }
    }
    return inventory
  }

  public func identify(_ address: GPIOLineAddress) throws(ActionError) -> GPIOLineIdentity {
    var inventory = inventory()
    // A link such as /dev/gpiochip4 was folded into its chip above; the path still finds it.
    if let path = address.chip, path.hasPrefix("/dev/"), !inventory.chips.contains(where: { $0.path == path }) {
      var chip = try describeChip(at: path).get()
      chip.path = path
      inventory.chips = [chip]
    }
    return try GPIOLineSearch(inventory: inventory).identify(address)
  }

  private func describeChip(at path: String) -> Result<GPIOChip, ActionError> {
    let descriptor: Int32
    switch kernel.open(path) {
    case .success(let opened): descriptor = opened
    case .failure(let failure): return .failure(Self.openError(path, failure))
    }
    defer { kernel.close(descriptor) }
    var structure = [UInt8](repeating: 0, count: GPIOWire.chipInfoBytes)
    if let failure = kernel.ioctl(descriptor, .chipInfo, &structure) {
      return .failure(
        ActionError(
          .unsupported, "read GPIO chip \(path)",
          reason: failure.number == ENOTTY ? "it is not a GPIO chip" : failure.text, errno: failure.number,
          remedy: "`earshot devices` lists the chips."))
    }
    let info = GPIOWire.ChipInfo(structure)
    var chip = GPIOChip(name: info.name, label: info.label, path: path, lines: [])
    for offset in 0..<min(info.lineCount, GPIOLineAddress.maximumOffset + 1) {
      var structure = GPIOWire.LineInfo.question(offset: offset)
      if let failure = kernel.ioctl(descriptor, .lineInfo, &structure) {
        return .failure(Self.versionError("read line \(offset) of GPIO chip \(path)", failure))
      }
      let line = GPIOWire.LineInfo(structure)
      chip.lines.append(
        GPIOLine(
          offset: offset, name: line.name.isEmpty ? nil : line.name,
          consumer: line.consumer.isEmpty ? nil : line.consumer,
          direction: line.flags.contains(.output) ? .output : .input, isUsed: line.flags.contains(.used),
          isActiveLow: line.flags.contains(.activeLow)))
    }
    return .success(chip)
  }

  /// Asks about one line through an open chip; nil where the kernel answered.
  func lineInfo(_ chip: Int32, _ structure: inout [UInt8]) -> SystemCallFailure? {
    kernel.ioctl(chip, .lineInfo, &structure)
  }

  // MARK: Requesting

  public func requestOutput(_ line: GPIOLineIdentity, settings: GPIOLineSettings) throws(ActionError) {
    var flags: GPIOWire.LineFlags = [.output, Self.flags(of: settings)]
    switch settings.drive {
    case .pushPull: break
    case .openDrain: flags.insert(.openDrain)
    case .openSource: flags.insert(.openSource)
    }
    try request(
      line,
      GPIOWire.LineRequest(
        offset: line.offset, consumer: Self.consumer, flags: flags, outputValue: settings.safeState),
      safeState: settings.safeState, edges: nil)
  }

  public func requestInput(
    _ line: GPIOLineIdentity, settings: GPIOLineSettings, edges: GPIOAction.Edge?
  ) throws(ActionError) {
    var flags: GPIOWire.LineFlags = [.input, Self.flags(of: settings)]
    switch edges {
    case nil: break
    case .rising: flags.insert(.edgeRising)
    case .falling: flags.insert(.edgeFalling)
    case .both: flags.formUnion([.edgeRising, .edgeFalling])
    }
    let microseconds =
      settings.debounce.components.seconds * 1_000_000
      + settings.debounce.components.attoseconds / 1_000_000_000_000
    try request(
      line,
      GPIOWire.LineRequest(
        offset: line.offset, consumer: Self.consumer, flags: flags, outputValue: nil,
        debounceMicroseconds: UInt32(clamping: microseconds)),
      safeState: nil, edges: edges)
  }

  /// What `earshot devices` and others see as the holder of our lines.
  static let consumer = "earshot"

  private static func flags(of settings: GPIOLineSettings) -> GPIOWire.LineFlags {
    var flags: GPIOWire.LineFlags = settings.isActiveLow ? .activeLow : []
    switch settings.bias {
    case .asIs: break
    case .disabled: flags.insert(.biasDisabled)
    case .pullUp: flags.insert(.biasPullUp)
    case .pullDown: flags.insert(.biasPullDown)
    }
    return flags
  }

  private func request(
    _ line: GPIOLineIdentity, _ request: GPIOWire.LineRequest, safeState: Bool?, edges: GPIOAction.Edge?
  ) throws(ActionError) {
    let problem = held.withLock { held -> ActionError? in
      if held[line] != nil { return nil }
      let path = "/dev/\(line.chip)"
      let chip: Int32
      switch kernel.open(path) {
      case .success(let opened): chip = opened
      case .failure(let failure): return Self.openError(path, failure)
      }
      // The request has a descriptor of its own; the chip's is not needed after it.
      defer { kernel.close(chip) }
      var structure = request.bytes
      if let failure = kernel.ioctl(chip, .requestLine, &structure) {
        return requestError(line, chip: chip, failure)
      }
      held[line] = HeldLine(
        descriptor: GPIOWire.LineRequest.descriptor(in: structure), identity: line, safeState: safeState,
        edges: edges, kernel: kernel)
      return nil
    }
    if let problem { throw problem }
  }

  // MARK: Using

  public func setValue(_ isOn: Bool, of line: GPIOLineIdentity) throws(ActionError) {
    let handle = try heldLine(line)
    guard handle.safeState != nil else {
      throw ActionError(.invalidConfiguration, "set GPIO line \(line)", reason: "it was requested as an input")
    }
    if let problem = set(handle, isOn) { throw problem }
  }

  public func value(of line: GPIOLineIdentity) throws(ActionError) -> Bool {
    let handle = try heldLine(line)
    var structure = GPIOWire.values(false)
    if let failure = kernel.ioctl(handle.descriptor, .getValues, &structure) {
      throw Self.useError("read GPIO line \(line)", failure)
    }
    return GPIOWire.isOn(structure)
  }

  public func nextEdge(
    _ edge: GPIOAction.Edge, on line: GPIOLineIdentity, timeout: Duration
  ) async throws(ActionError) -> GPIOEdgeEvent? {
    let handle = try heldLine(line)
    guard handle.edges == edge || handle.edges == .both else {
      throw ActionError(
        .invalidConfiguration, "wait for an edge of GPIO line \(line)",
        reason: "it was requested without \(edge.rawValue) edges")
    }
    let wake = try Self.wakeDescriptor()
    let kernel = kernel
    let outcome: Result<Result<GPIOEdgeEvent?, ActionError>, ActionError> = await withTaskCancellationHandler {
      do throws(ActionError) {
        return .success(
          try await onBlockingThread {
            Self.waitForEdge(edge, handle: handle, kernel: kernel, wake: wake, timeout: timeout)
          })
      } catch {
        return .failure(error)
      }
    } onCancel: {
      wake.signal()
    }
    return try outcome.get().get()
  }

  private static func wakeDescriptor() throws(ActionError) -> WakeDescriptor {
    do throws(SystemCallFailure) {
      return try WakeDescriptor()
    } catch {
      throw ActionError(
        .inputOutput, "make an event descriptor", reason: error.text, errno: error.number,
        remedy: "Raise the service's LimitNOFILE.")
    }
  }

  private static func waitForEdge(
    _ edge: GPIOAction.Edge, handle: HeldLine, kernel: any GPIOKernel, wake: WakeDescriptor, timeout: Duration
  ) -> Result<GPIOEdgeEvent?, ActionError> {
    let operation = "wait for an edge of GPIO line \(handle.identity)"
    let clock = ContinuousClock()
    let deadline = clock.now + timeout
    var isDrained = false
    while true {
      // First without waiting, until what the kernel kept from before is gone.
      let left = isDrained ? max(.zero, deadline - clock.now) : .zero
      switch kernel.poll(handle.descriptor, wake: wake.descriptor, milliseconds: left.pollMilliseconds) {
      case .failure(let failure): return .failure(useError(operation, failure))
      case .success(.woken):
        return .failure(ActionError(.cancelled, operation, reason: "the session gave it up"))
      case .success(.timedOut):
        if isDrained && clock.now >= deadline { return .success(nil) }
        isDrained = true
      case .success(.readable):
        switch kernel.read(handle.descriptor, count: 16 * GPIOWire.lineEventBytes) {
        case .failure(let failure): return .failure(useError(operation, failure))
        case .success(let bytes):
          guard isDrained else { continue }
          for event in GPIOWire.LineEvent.events(in: bytes) where edge == .both || (edge == .rising) == (event.id == 1)
          {
            return .success(
              GPIOEdgeEvent(isRising: event.id == 1, monotonicNanoseconds: event.timestampNanoseconds))
          }
        }
      }
    }
  }

  // MARK: Stopping

  public func enterSafeState() -> [ActionError] { setSafe(held.withLock { Array($0.values) }) }

  public func release() -> [ActionError] {
    let lines = held.withLock { held in
      defer { held = [:] }
      return Array(held.values)
    }
    return setSafe(lines)
  }

  private func setSafe(_ lines: [HeldLine]) -> [ActionError] {
    lines.compactMap { line in line.safeState.flatMap { set(line, $0) } }
  }

  private func set(_ line: HeldLine, _ isOn: Bool) -> ActionError? {
    var structure = GPIOWire.values(isOn)
    return kernel.ioctl(line.descriptor, .setValues, &structure).map {
      Self.useError("set GPIO line \(line.identity)", $0)
    }
  }

  private func heldLine(_ line: GPIOLineIdentity) throws(ActionError) -> HeldLine {
    guard let handle = held.withLock({ $0[line] }) else {
      throw ActionError(
        .invalidConfiguration, "use GPIO line \(line)", reason: "it was not requested, or was released")
    }
    return handle
  }
}
