import Glibc
import OperatingSystem
import Synchronization
import Testing

@testable import Actions

/// A kernel in memory that keeps the rules of drivers/gpio/gpiolib-cdev.c: it refuses what the kernel refuses, with
/// the same errno, and records each structure it was handed.
final class FakeGPIOKernel: GPIOKernel {
  struct Line {
    var name = ""
    var consumer = ""
    var flags: GPIOWire.LineFlags = .input
    /// The wire.
    var isHigh = false
  }

  struct Chip {
    var name: String
    var label: String
    var lines: [Line]
  }

  struct State {
    var chips: [String: Chip]
    var links: [String: String] = [:]
    var openErrors: [String: Int32] = [:]
    /// The errno that every ioctl of this kind answers.
    var failures: [GPIORequest: Int32] = [:]
    var chipDescriptors: [Int32: String] = [:]
    var lineDescriptors: [Int32: (path: String, offset: Int)] = [:]
    var events: [Int32: [[UInt8]]] = [:]
    /// Events that arrive after the first poll that finds nothing.
    var lateEvents: [[UInt8]] = []
    var next: Int32 = 100
    var log: [String] = []
    var requests: [[UInt8]] = []
  }

  let state: Mutex<State>

  init(_ chips: [Chip], links: [String: String] = [:]) {
    state = Mutex(
      State(chips: Dictionary(uniqueKeysWithValues: chips.map { ("/dev/\($0.name)", $0) }), links: links))
  }

  func chipPaths() -> [String] { state.withLock { (Array($0.chips.keys) + Array($0.links.keys)).sorted() } }

  func open(_ path: String) -> Result<Int32, SystemCallFailure> {
    state.withLock { state in
      if let number = state.openErrors[path] { return .failure(SystemCallFailure(number)) }
      let path = state.links[path] ?? path
      guard state.chips[path] != nil else { return .failure(SystemCallFailure(ENOENT)) }
      state.next += 1
      state.chipDescriptors[state.next] = path
      return .success(state.next)
    }
  }

  func ioctl(_ descriptor: Int32, _ request: GPIORequest, _ structure: inout [UInt8]) -> SystemCallFailure? {
    let given = structure
    let (failure, answer) = state.withLock { state -> (Int32?, [UInt8]) in
      if let number = state.failures[request] { return (number, given) }
      var bytes = given
      let number = Self.answer(&state, descriptor, request, &bytes)
      return (number, bytes)
    }
    structure = answer
    return failure.map(SystemCallFailure.init)
  }

  private static func answer(
    _ state: inout State, _ descriptor: Int32, _ request: GPIORequest, _ bytes: inout [UInt8]
  ) -> Int32? {
    switch request {
    case .chipInfo:
      guard bytes.count == 68 else { return EFAULT }
      guard let path = state.chipDescriptors[descriptor], let chip = state.chips[path] else { return EBADF }
      put(chip.name, into: &bytes, at: 0)
      put(chip.label, into: &bytes, at: 32)
      GPIOWire.store(UInt32(chip.lines.count), into: &bytes, at: 64)
      return nil
    case .lineInfo:
      guard bytes.count == 256 else { return EFAULT }
      guard let path = state.chipDescriptors[descriptor], let chip = state.chips[path] else { return EBADF }
      guard bytes[240..<256].allSatisfy({ $0 == 0 }) else { return EINVAL }
      let offset = Int(GPIOWire.load(UInt32.self, from: bytes, at: 64))
      guard chip.lines.indices.contains(offset) else { return EINVAL }
      put(chip.lines[offset].name, into: &bytes, at: 0)
      put(chip.lines[offset].consumer, into: &bytes, at: 32)
      GPIOWire.store(chip.lines[offset].flags.rawValue, into: &bytes, at: 72)
      return nil
    case .requestLine: return requestLine(&state, descriptor, &bytes)
    case .getValues, .setValues:
      guard bytes.count == 16 else { return EFAULT }
      guard let (path, offset) = state.lineDescriptors[descriptor] else { return EBADF }
      guard GPIOWire.load(UInt64.self, from: bytes, at: 8) == 1 else { return EINVAL }
      let line = state.chips[path]!.lines[offset]
      let isActiveLow = line.flags.contains(.activeLow)
      if request == .getValues {
        GPIOWire.store(UInt64(line.isHigh != isActiveLow ? 1 : 0), into: &bytes, at: 0)
      } else {
        guard line.flags.contains(.output) else { return EPERM }
        let isOn = GPIOWire.load(UInt64.self, from: bytes, at: 0) & 1 == 1
        state.chips[path]!.lines[offset].isHigh = isOn != isActiveLow
        state.log.append("set \(offset) \(isOn ? "on" : "off")")
      }
      return nil
    }
  }

  private static func requestLine(_ state: inout State, _ descriptor: Int32, _ bytes: inout [UInt8]) -> Int32? {
    guard bytes.count == 592 else { return EFAULT }
    guard let path = state.chipDescriptors[descriptor], let chip = state.chips[path] else { return EBADF }
    state.requests.append(bytes)
    let offset = Int(GPIOWire.load(UInt32.self, from: bytes, at: 0))
    let flags = GPIOWire.LineFlags(rawValue: GPIOWire.load(UInt64.self, from: bytes, at: 288))
    let attributeCount = Int(GPIOWire.load(UInt32.self, from: bytes, at: 296))
    guard GPIOWire.load(UInt32.self, from: bytes, at: 560) == 1, bytes[4..<256].allSatisfy({ $0 == 0 }),
      bytes[287] == 0, bytes[300..<320].allSatisfy({ $0 == 0 }), attributeCount <= 10,
      bytes[568..<588].allSatisfy({ $0 == 0 }), chip.lines.indices.contains(offset)
    else { return EINVAL }
    // gpio_v2_line_flags_validate.
    let biases = flags.intersection([.biasPullUp, .biasPullDown, .biasDisabled]).rawValue.nonzeroBitCount
    let drives = flags.intersection([.openDrain, .openSource]).rawValue.nonzeroBitCount
    let directions = flags.intersection([.input, .output]).rawValue.nonzeroBitCount
    guard directions == 1, biases <= 1, drives == 0 || (drives == 1 && flags.contains(.output)),
      flags.isDisjoint(with: [.edgeRising, .edgeFalling]) || flags.contains(.input), flags.rawValue >> 13 == 0,
      !flags.contains(.used)
    else { return EINVAL }
    guard !chip.lines[offset].flags.contains(.used) else { return EBUSY }
    var initial: Bool?
    for index in 0..<attributeCount {
      let start = 320 + 24 * index
      let id = GPIOWire.load(UInt32.self, from: bytes, at: start)
      guard GPIOWire.load(UInt32.self, from: bytes, at: start + 4) == 0,
        GPIOWire.load(UInt64.self, from: bytes, at: start + 16) == 1
      else { return EINVAL }
      switch id {
      case 2 where flags.contains(.output): initial = GPIOWire.load(UInt64.self, from: bytes, at: start + 8) & 1 == 1
      case 3 where flags.contains(.input): break
      default: return EINVAL
      }
    }
    let consumer = GPIOWire.text(in: bytes, at: 256)
    var line = chip.lines[offset]
    line.consumer = consumer
    line.flags = flags.union(.used)
    if let initial { line.isHigh = initial != flags.contains(.activeLow) }
    state.chips[path]!.lines[offset] = line
    state.next += 1
    state.lineDescriptors[state.next] = (path, offset)
    GPIOWire.store(state.next, into: &bytes, at: 588)
    state.log.append("request \(offset) as \(consumer)")
    return nil
  }

  func poll(_ descriptor: Int32, wake: Int32?, milliseconds: Int32) -> Result<GPIOPollOutcome, SystemCallFailure> {
    if milliseconds != 0, let wake {
      // Whether the real wake descriptor is readable, so that cancellation is what it is in the kernel.
      var entry = pollfd(fd: wake, events: Int16(POLLIN), revents: 0)
      let isQuiet = state.withLock { $0.events[descriptor, default: []].isEmpty && $0.lateEvents.isEmpty }
      if unsafe Glibc.poll(&entry, 1, isQuiet ? milliseconds : 0) > 0 { return .success(.woken) }
    }
    return state.withLock { state in
      guard state.lineDescriptors[descriptor] != nil else { return .failure(SystemCallFailure(ENODEV)) }
      if !state.events[descriptor, default: []].isEmpty { return .success(.readable) }
      if !state.lateEvents.isEmpty {
        state.events[descriptor] = state.lateEvents
        state.lateEvents = []
      }
      return .success(.timedOut)
    }
  }

  func read(_ descriptor: Int32, count: Int) -> Result<[UInt8], SystemCallFailure> {
    state.withLock { state in
      var events = state.events[descriptor, default: []]
      guard !events.isEmpty, count >= 48 else { return .failure(SystemCallFailure(EINVAL)) }
      let taken = Array(events.prefix(count / 48))
      events.removeFirst(taken.count)
      state.events[descriptor] = events
      return .success(taken.flatMap { $0 })
    }
  }

  func close(_ descriptor: Int32) {
    state.withLock { state in
      if let (path, offset) = state.lineDescriptors.removeValue(forKey: descriptor) {
        state.chips[path]!.lines[offset].flags = .input
        state.chips[path]!.lines[offset].consumer = ""
        state.log.append("release \(offset)")
      } else if state.chipDescriptors.removeValue(forKey: descriptor) == nil {
        Issue.record("closed descriptor \(descriptor), which is not open")
      }
    }
  }

  static func event(nanoseconds: UInt64, id: UInt32) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 48)
    GPIOWire.store(nanoseconds, into: &bytes, at: 0)
    GPIOWire.store(id, into: &bytes, at: 8)
    return bytes
  }

  private static func put(_ text: String, into bytes: inout [UInt8], at offset: Int) {
    for (index, byte) in text.utf8.prefix(31).enumerated() { bytes[offset + index] = byte }
  }
}

extension FakeGPIOKernel {
  /// A house of four named lines on one chip, and a second chip that no name reaches.
  static func house() -> FakeGPIOKernel {
    FakeGPIOKernel([
      Chip(
        name: "gpiochip0", label: "house",
        lines: ["kitchen-light", "hall-light", "button", ""].map { Line(name: $0) }),
      Chip(name: "gpiochip1", label: "expander", lines: [Line(), Line(name: "spare")]),
    ])
  }

  var log: [String] { state.withLock { $0.log } }

  func line(_ offset: Int, of chip: String = "gpiochip0") -> Line {
    state.withLock { $0.chips["/dev/\(chip)"]!.lines[offset] }
  }

  var openDescriptors: Int { state.withLock { $0.chipDescriptors.count + $0.lineDescriptors.count } }
}
