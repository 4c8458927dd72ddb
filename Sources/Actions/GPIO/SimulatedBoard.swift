internal import Glibc
internal import Synchronization

/// GPIO lines that exist only in memory, for machines without GPIO, for the demo and for tests. Everything it prints
/// says "simulated".
///
/// By default it has every line it is asked for, so that a configuration made for a board runs anywhere: a chip comes
/// into being when an address names it.
public final class SimulatedBoard: GPIOBoard {
  /// Something that changed, in order.
  public enum Change: Hashable, Sendable {
    case requested(GPIOLineIdentity, isOutput: Bool)
    /// A requested output has another logical value than before.
    case value(GPIOLineIdentity, isOn: Bool)
    /// Somebody waits for an edge.
    case waiting(GPIOLineIdentity)
    case released(GPIOLineIdentity)
  }

  private struct Line {
    var name: String?
    /// The wire's level.
    var isHigh = false
    var request: Request?
  }

  private struct Request {
    var identity: GPIOLineIdentity
    var settings: GPIOLineSettings
    var isOutput: Bool
    var edges: GPIOAction.Edge?
    var waiters: [Int: AsyncStream<GPIOEdgeEvent>.Continuation] = [:]
  }

  private struct Chip {
    var label: String
    var lines: [UInt32: Line] = [:]
  }

  private struct State {
    var chips: [String: Chip] = [:]
    var listeners: [Int: AsyncStream<Change>.Continuation] = [:]
    var nextID = 0

    mutating func makeID() -> Int {
      nextID += 1
      return nextID
    }

    func tell(_ change: Change) { for listener in listeners.values { listener.yield(change) } }
  }

  public let isSimulated = true
  private let growsOnDemand: Bool
  private let state: Mutex<State>
  private let sleep: @Sendable (Duration) async throws -> Void

  /// - Parameters:
  ///   - chips: chips that are there from the start, with their names, labels and lines.
  ///   - growsOnDemand: whether an address nobody listed makes its chip and line; false answers as a real board does.
  ///   - sleep: how edge waits let time pass.
  public init(
    chips: [GPIOChip] = [], growsOnDemand: Bool = true,
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    var state = State()
    for chip in chips {
      state.chips[chip.name] = Chip(
        label: chip.label,
        lines: Dictionary(chip.lines.map { ($0.offset, Line(name: $0.name)) }, uniquingKeysWith: { first, _ in first })
      )
    }
    self.state = Mutex(state)
    self.growsOnDemand = growsOnDemand
    self.sleep = sleep
  }

  // MARK: Looking on

  /// What changes from now on. A reader that lags loses the oldest changes beyond 256.
  public func changes() -> AsyncStream<Change> {
    let (stream, continuation) = AsyncStream<Change>.makeStream(bufferingPolicy: .bufferingNewest(256))
    let id = state.withLock { state in
      let id = state.makeID()
      state.listeners[id] = continuation
      return id
    }
    continuation.onTermination = { [weak self] _ in self?.state.withLock { $0.listeners[id] = nil } }
    return stream
  }

  /// The level of a line's wire, high or low, whatever active-low makes of it; nil for a line that is not there.
  public func isHigh(_ line: GPIOLineIdentity) -> Bool? {
    state.withLock { $0.chips[line.chip]?.lines[line.offset]?.isHigh }
  }

  /// Drives an input's wire from outside, as a button does; an edge reaches those who wait. Outputs are left alone.
  public func drive(_ line: GPIOLineIdentity, high: Bool) {
    state.withLock { state in
      guard var entry = state.chips[line.chip]?.lines[line.offset], entry.request?.isOutput != true else { return }
      let changed = entry.isHigh != high
      entry.isHigh = high
      state.chips[line.chip]?.lines[line.offset] = entry
      guard changed, let request = entry.request else { return }
      let isRising = high != request.settings.isActiveLow
      guard request.edges == .both || request.edges == (isRising ? .rising : .falling) else { return }
      let event = GPIOEdgeEvent(isRising: isRising, monotonicNanoseconds: Self.monotonicNanoseconds())
      for waiter in request.waiters.values { waiter.yield(event) }
    }
  }

  // MARK: GPIOBoard

  public func inventory() -> GPIOInventory {
    state.withLock { state in
      let chips = state.chips.sorted { $0.key < $1.key }.map { name, chip in
        GPIOChip(
          name: name, label: chip.label, path: "simulated",
          lines: chip.lines.sorted { $0.key < $1.key }.map { offset, line in
            GPIOLine(
              offset: offset, name: line.name, consumer: line.request == nil ? nil : "earshot (simulated)",
              direction: line.request?.isOutput == true ? .output : .input, isUsed: line.request != nil,
              isActiveLow: line.request?.settings.isActiveLow ?? false)
          })
      }
      return GPIOInventory(isSimulated: true, chips: chips)
    }
  }

  public func identify(_ address: GPIOLineAddress) throws(ActionError) -> GPIOLineIdentity {
    if growsOnDemand { state.withLock { Self.grow(&$0, for: address) } }
    do {
      return try GPIOLineSearch(inventory: inventory()).identify(address)
    } catch {
      throw Self.marked(error)
    }
  }

  private static func grow(_ state: inout State, for address: GPIOLineAddress) {
    let wanted = address.chip ?? "simulated"
    let name = wanted.hasPrefix("/dev/") ? String(wanted.dropFirst(5)) : wanted
    let key = state.chips.first { $0.key == name || $0.value.label == name }?.key ?? name
    switch address.line {
    case .offset(let offset):
      if state.chips[key]?.lines[offset] == nil { state.chips[key, default: Chip(label: key)].lines[offset] = Line() }
    case .name(let line):
      let chips = address.chip == nil ? Array(state.chips.values) : state.chips[key].map { [$0] } ?? []
      guard !chips.contains(where: { $0.lines.values.contains { $0.name == line } }) else { return }
      // Past the numbers a configuration names, so that a later number does not meet it.
      var offset: UInt32 = 1000
      while state.chips[key]?.lines[offset] != nil { offset += 1 }
      state.chips[key, default: Chip(label: key)].lines[offset] = Line(name: line)
    }
  }

  public func requestOutput(_ line: GPIOLineIdentity, settings: GPIOLineSettings) throws(ActionError) {
    try request(line, Request(identity: line, settings: settings, isOutput: true, edges: nil))
  }

  public func requestInput(
    _ line: GPIOLineIdentity, settings: GPIOLineSettings, edges: GPIOAction.Edge?
  ) throws(ActionError) {
    try request(line, Request(identity: line, settings: settings, isOutput: false, edges: edges))
  }

  private func request(_ line: GPIOLineIdentity, _ request: Request) throws(ActionError) {
    let isThere = state.withLock { state -> Bool in
      guard var entry = state.chips[line.chip]?.lines[line.offset] else { return false }
      guard entry.request == nil else { return true }
      entry.request = request
      if request.isOutput {
        entry.isHigh = request.settings.safeState != request.settings.isActiveLow
      } else if request.settings.bias == .pullUp {
        entry.isHigh = true
      }
      state.chips[line.chip]?.lines[line.offset] = entry
      state.tell(.requested(line, isOutput: request.isOutput))
      return true
    }
    guard isThere else {
      throw ActionError(.notFound, "request simulated GPIO line \(line)", reason: "there is no such line")
    }
  }

  public func setValue(_ isOn: Bool, of line: GPIOLineIdentity) throws(ActionError) {
    let isSet = state.withLock { Self.set(&$0, line, isOn) }
    guard isSet else {
      throw ActionError(
        .invalidConfiguration, "set simulated GPIO line \(line)", reason: "it was not requested as an output")
    }
  }

  private static func set(_ state: inout State, _ line: GPIOLineIdentity, _ isOn: Bool) -> Bool {
    guard let entry = state.chips[line.chip]?.lines[line.offset], let request = entry.request, request.isOutput else {
      return false
    }
    let isHigh = isOn != request.settings.isActiveLow
    if isHigh != entry.isHigh {
      state.chips[line.chip]?.lines[line.offset]?.isHigh = isHigh
      state.tell(.value(request.identity, isOn: isOn))
    }
    return true
  }

  public func value(of line: GPIOLineIdentity) throws(ActionError) -> Bool {
    let value = state.withLock { state -> Bool? in
      guard let entry = state.chips[line.chip]?.lines[line.offset], let request = entry.request else { return nil }
      return entry.isHigh != request.settings.isActiveLow
    }
    guard let value else {
      throw ActionError(.invalidConfiguration, "read simulated GPIO line \(line)", reason: "it was not requested")
    }
    return value
  }

  public func nextEdge(
    _ edge: GPIOAction.Edge, on line: GPIOLineIdentity, timeout: Duration
  ) async throws(ActionError) -> GPIOEdgeEvent? {
    let operation = "wait for an edge of simulated GPIO line \(line)"
    // One edge of the wanted kind is enough, and it is the first one that counts.
    let (events, continuation) = AsyncStream<GPIOEdgeEvent>.makeStream(bufferingPolicy: .bufferingOldest(64))
    let id = state.withLock { state -> Int? in
      guard let request = state.chips[line.chip]?.lines[line.offset]?.request,
        request.edges == edge || request.edges == .both
      else { return nil }
      let id = state.makeID()
      state.chips[line.chip]?.lines[line.offset]?.request?.waiters[id] = continuation
      state.tell(.waiting(line))
      return id
    }
    guard let id else {
      throw ActionError(.invalidConfiguration, operation, reason: "it was not requested with these edges")
    }
    defer { state.withLock { $0.chips[line.chip]?.lines[line.offset]?.request?.waiters[id] = nil } }
    let sleep = sleep
    let event = await withTaskGroup(of: GPIOEdgeEvent?.self) { group in
      group.addTask {
        for await event in events where edge == .both || (edge == .rising) == event.isRising { return event }
        return nil
      }
      group.addTask {
        try? await sleep(timeout)
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
    if event == nil && Task.isCancelled {
      throw ActionError(.cancelled, operation, reason: "the session gave it up")
    }
    return event
  }

  public func enterSafeState() -> [ActionError] {
    state.withLock { Self.setSafe(&$0) }
    return []
  }

  public func release() -> [ActionError] {
    state.withLock { state in
      Self.setSafe(&state)
      for (name, chip) in state.chips {
        for (offset, line) in chip.lines {
          guard let request = line.request else { continue }
          state.chips[name]?.lines[offset]?.request = nil
          for waiter in request.waiters.values { waiter.finish() }
          state.tell(.released(request.identity))
        }
      }
    }
    return []
  }

  private static func setSafe(_ state: inout State) {
    for chip in state.chips.values {
      for line in chip.lines.values {
        guard let request = line.request, request.isOutput else { continue }
        _ = set(&state, request.identity, request.settings.safeState)
      }
    }
  }

  private static func marked(_ error: ActionError) -> ActionError {
    var error = error
    error.operation += " on the simulated board"
    return error
  }

  private static func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

extension SimulatedBoard.Change: CustomStringConvertible {
  /// One line for people, such as `simulated: line pinctrl-rp1/GPIO17 (gpiochip0/17) on`.
  public var description: String {
    switch self {
    case .requested(let line, let isOutput): "simulated: line \(line) is an \(isOutput ? "output" : "input")"
    case .value(let line, let isOn): "simulated: line \(line) \(isOn ? "on" : "off")"
    case .waiting(let line): "simulated: line \(line) is watched for an edge"
    case .released(let line): "simulated: line \(line) released"
    }
  }
}
