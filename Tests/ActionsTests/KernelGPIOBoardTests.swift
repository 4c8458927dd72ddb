import Glibc
import Synchronization
import Testing
import Tools

@testable import Actions

@Suite struct KernelGPIOBoardTests {
  let kernel = FakeGPIOKernel.house()
  var board: KernelGPIOBoard { KernelGPIOBoard(kernel: kernel) }

  private func identify(_ text: String, on board: KernelGPIOBoard) throws -> GPIOLineIdentity {
    try board.identify(try GPIOLineAddress(parsing: text))
  }

  @Test(arguments: [
    "gpiochip0/0", "house/0", "/dev/gpiochip0/0", "house/kitchen-light", "gpiochip0/kitchen-light", "kitchen-light",
  ])
  func lineIsFoundByAnyOfItsNames(_ text: String) throws {
    let line = try identify(text, on: board)
    #expect(line.chip == "gpiochip0")
    #expect(line.offset == 0)
    #expect(kernel.openDescriptors == 0)
  }

  @Test func missingLineNamesTheNearest() {
    #expect { try identify("house/kitchen-lihgt", on: board) } throws: {
      ($0 as? ActionError)?.code == .notFound && "\($0)".contains("Did you mean kitchen-light?")
    }
    #expect { try identify("huose/0", on: board) } throws: { "\($0)".contains("Did you mean house?") }
    #expect { try identify("house/4", on: board) } throws: { "\($0)".contains("gpiochip0 has 4") }
  }

  @Test func machineWithoutChipsSaysSo() {
    #expect { try identify("a/0", on: KernelGPIOBoard(kernel: FakeGPIOKernel([]))) } throws: {
      "\($0)".contains("no GPIO chip")
    }
  }

  @Test func twoLinesOfOneNameAreAmbiguous() {
    let kernel = FakeGPIOKernel([
      .init(name: "gpiochip0", label: "a", lines: [.init(name: "lamp")]),
      .init(name: "gpiochip1", label: "b", lines: [.init(name: "lamp")]),
    ])
    let board = KernelGPIOBoard(kernel: kernel)
    #expect { try identify("lamp", on: board) } throws: { "\($0)".contains("gpiochip0/0, gpiochip1/0") }
    #expect(throws: Never.self) { try identify("b/lamp", on: board) }
  }

  @Test func linkToAChipCountsOnceAndStillFindsIt() throws {
    let kernel = FakeGPIOKernel(
      [.init(name: "gpiochip0", label: "pinctrl-rp1", lines: [.init(name: "GPIO17")])],
      links: ["/dev/gpiochip4": "/dev/gpiochip0"])
    let board = KernelGPIOBoard(kernel: kernel)
    #expect(board.inventory().chips.count == 1)
    #expect(try identify("/dev/gpiochip4/0", on: board).chip == "gpiochip0")
  }

  @Test func outputRequestHasTheExactStructure() throws {
    let board = board
    let line = try identify("house/hall-light", on: board)
    try board.requestOutput(
      line,
      settings: GPIOLineSettings(isActiveLow: true, bias: .pullUp, drive: .openDrain, safeState: true))
    var expected = [UInt8](repeating: 0, count: 592)
    expected[0] = 1  // offsets[0]
    for (index, byte) in "earshot".utf8.enumerated() { expected[256 + index] = byte }
    GPIOWire.store(UInt64(0x2 | 0x8 | 0x40 | 0x100), into: &expected, at: 288)  // active-low, output, open-drain, up
    expected[296] = 1  // num_attrs
    expected[320] = 2  // output values
    expected[328] = 1  // on
    expected[336] = 1  // mask
    expected[560] = 1  // num_lines
    #expect(kernel.state.withLock { $0.requests } == [expected])
    #expect(kernel.line(1).isHigh == false)
    #expect(try board.value(of: line))
  }

  @Test func inputRequestHasTheExactStructure() throws {
    let board = board
    let line = try identify("button", on: board)
    try board.requestInput(
      line, settings: GPIOLineSettings(bias: .pullDown, debounce: .milliseconds(5)), edges: .falling)
    var expected = [UInt8](repeating: 0, count: 592)
    expected[0] = 2
    for (index, byte) in "earshot".utf8.enumerated() { expected[256 + index] = byte }
    GPIOWire.store(UInt64(0x4 | 0x20 | 0x200), into: &expected, at: 288)  // input, falling, pull-down
    expected[296] = 1
    expected[320] = 3  // debounce
    GPIOWire.store(UInt32(5000), into: &expected, at: 328)
    expected[336] = 1
    expected[560] = 1
    #expect(kernel.state.withLock { $0.requests } == [expected])
  }

  @Test func lineIsSetAndReadBackWhileItsDescriptorStaysOpen() throws {
    let board = board
    let line = try identify("kitchen-light", on: board)
    try board.requestOutput(line, settings: GPIOLineSettings())
    try board.setValue(true, of: line)
    #expect(try board.value(of: line))
    #expect(kernel.line(0).isHigh)
    #expect(kernel.openDescriptors == 1)
    #expect(kernel.line(0).consumer == "earshot")
  }

  @Test func activeLowLineIsLowWhenOn() throws {
    let board = board
    let line = try identify("kitchen-light", on: board)
    try board.requestOutput(line, settings: GPIOLineSettings(isActiveLow: true))
    #expect(kernel.line(0).isHigh)
    try board.setValue(true, of: line)
    #expect(!kernel.line(0).isHigh)
  }

  @Test func releaseSetsTheSafeStateBeforeItCloses() throws {
    let board = board
    let line = try identify("kitchen-light", on: board)
    let fan = try identify("hall-light", on: board)
    try board.requestOutput(line, settings: GPIOLineSettings(safeState: false))
    try board.requestOutput(fan, settings: GPIOLineSettings(safeState: true))
    try board.setValue(true, of: line)
    try board.setValue(false, of: fan)
    #expect(board.release().isEmpty)
    let log = kernel.log
    #expect(log.firstIndex(of: "set 0 off")! < log.firstIndex(of: "release 0")!)
    #expect(log.lastIndex(of: "set 1 on")! < log.firstIndex(of: "release 1")!)
    #expect(kernel.openDescriptors == 0)
    #expect(throws: ActionError.self) { try board.setValue(true, of: line) }
  }

  @Test func safeStateKeepsTheLines() throws {
    let board = board
    let line = try identify("kitchen-light", on: board)
    try board.requestOutput(line, settings: GPIOLineSettings())
    try board.setValue(true, of: line)
    #expect(board.enterSafeState().isEmpty)
    #expect(!kernel.line(0).isHigh)
    #expect(kernel.openDescriptors == 1)
  }

  @Test func oneFailingLineDoesNotKeepTheOthersFromSafety() throws {
    let board = board
    let first = try identify("kitchen-light", on: board)
    try board.requestOutput(first, settings: GPIOLineSettings())
    kernel.state.withLock { $0.failures[.setValues] = ENODEV }
    let problems = board.enterSafeState()
    #expect(problems.map(\.code) == [.notFound])
    #expect("\(problems)".contains("the chip has gone"))
  }

  @Test func lineInUseNamesItsHolder() throws {
    kernel.state.withLock { state in
      state.chips["/dev/gpiochip0"]!.lines[0].flags = [.output, .used]
      state.chips["/dev/gpiochip0"]!.lines[0].consumer = "gpioset"
    }
    let board = board
    let line = try identify("kitchen-light", on: board)
    #expect { try board.requestOutput(line, settings: GPIOLineSettings()) } throws: {
      ($0 as? ActionError)?.code == .busy && "\($0)".contains("\"gpioset\" holds it (errno 16)")
    }
    #expect(kernel.openDescriptors == 0)
  }

  @Test func noPermissionNamesGroupAndUdevRule() {
    kernel.state.withLock { $0.openErrors = ["/dev/gpiochip0": EACCES, "/dev/gpiochip1": EACCES] }
    #expect { try identify("house/0", on: board) } throws: {
      ($0 as? ActionError)?.code == .permissionDenied && "\($0)".contains("group gpio")
        && "\($0)".contains("udev rule")
    }
    #expect(board.inventory().problems.count == 2)
  }

  @Test(arguments: [EINVAL, ENOTTY])
  func kernelBeforeVersion2SaysWhichItNeeds(_ number: Int32) {
    kernel.state.withLock { $0.failures[.lineInfo] = number }
    #expect(board.inventory().problems.allSatisfy { $0.code == .unsupported && "\($0)".contains("5.10") })
    #expect(board.inventory().problems.count == 2)
  }

  @Test func deviceThatIsNoChipSaysSo() {
    kernel.state.withLock { $0.failures[.chipInfo] = ENOTTY }
    #expect { try identify("/dev/gpiochip0/0", on: board) } throws: { "\($0)".contains("not a GPIO chip") }
  }

  @Test(arguments: [
    (ENOTSUP, ActionError.Code.unsupported), (ENXIO, .unsupported), (EPERM, .permissionDenied),
    (EINVAL, .unsupported), (EIO, .inputOutput),
  ])
  func refusedRequestSaysWhy(_ number: Int32, _ code: ActionError.Code) throws {
    let board = board
    let line = try identify("button", on: board)
    kernel.state.withLock { $0.failures[.requestLine] = number }
    #expect { try board.requestInput(line, settings: GPIOLineSettings(), edges: .both) } throws: {
      ($0 as? ActionError)?.code == code && ($0 as? ActionError)?.errno == number
    }
    #expect(kernel.openDescriptors == 0)
  }

  @Test func onlyEdgesAfterTheCallCount() async throws {
    let board = board
    let line = try identify("button", on: board)
    try board.requestInput(line, settings: GPIOLineSettings(), edges: .both)
    kernel.state.withLock { state in
      let descriptor = state.lineDescriptors.keys.first!
      state.events[descriptor] = [FakeGPIOKernel.event(nanoseconds: 1, id: 1)]
      state.lateEvents = [
        FakeGPIOKernel.event(nanoseconds: 2, id: 2), FakeGPIOKernel.event(nanoseconds: 77, id: 1),
      ]
    }
    let event = try await board.nextEdge(.rising, on: line, timeout: .seconds(3600))
    #expect(event == GPIOEdgeEvent(isRising: true, monotonicNanoseconds: 77))
  }

  @Test func edgeThatNeverComesEndsWithNil() async throws {
    let board = board
    let line = try identify("button", on: board)
    try board.requestInput(line, settings: GPIOLineSettings(), edges: .falling)
    #expect(try await board.nextEdge(.falling, on: line, timeout: .milliseconds(1)) == nil)
    await #expect(throws: ActionError.self) {
      try await board.nextEdge(.rising, on: line, timeout: .milliseconds(1))
    }
  }

  @Test func cancelledWaitEndsAtOnce() async throws {
    let board = board
    let line = try identify("button", on: board)
    try board.requestInput(line, settings: GPIOLineSettings(), edges: .both)
    let wait = Task { try await board.nextEdge(.both, on: line, timeout: .seconds(3600)) }
    wait.cancel()
    await #expect { try await wait.value } throws: { ($0 as? ActionError)?.code == .cancelled }
  }

  @Test func inputCannotBeSet() throws {
    let board = board
    let line = try identify("button", on: board)
    try board.requestInput(line, settings: GPIOLineSettings(), edges: nil)
    #expect { try board.setValue(true, of: line) } throws: { "\($0)".contains("requested as an input") }
  }

  @Test func inventoryShowsNamesHoldersAndDirections() throws {
    let board = board
    try board.requestOutput(identify("kitchen-light", on: board), settings: GPIOLineSettings(isActiveLow: true))
    let inventory = board.inventory()
    #expect(
      inventory.text == """
        gpiochip0 [house] /dev/gpiochip0, 4 lines
          line 0: "kitchen-light", output, active-low, used by "earshot"
          line 1: "hall-light", input, free
          line 2: "button", input, free
          line 3: unnamed, input, free
        gpiochip1 [expander] /dev/gpiochip1, 2 lines
          line 0: unnamed, input, free
          line 1: "spare", input, free
        """)
    #expect(inventory.json["chips"]?[0]?["lines"]?[0]?["consumer"] == "earshot")
    #expect(inventory.json["simulated"] == false)
  }

  @Test func longConsumerKeepsItsTerminatingNUL() {
    let request = GPIOWire.LineRequest(
      offset: 0, consumer: String(repeating: "x", count: 40), flags: .output, outputValue: nil)
    #expect(request.bytes[286] == UInt8(ascii: "x"))
    #expect(request.bytes[287] == 0)
  }

  @Test func tornEventIsNotAnEvent() {
    let whole = FakeGPIOKernel.event(nanoseconds: 9, id: 2)
    for count in 0..<48 { #expect(GPIOWire.LineEvent.events(in: Array(whole.prefix(count))).isEmpty) }
    #expect(GPIOWire.LineEvent.events(in: whole + whole.prefix(47)).count == 1)
  }
}
