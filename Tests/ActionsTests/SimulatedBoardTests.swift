import Actions
import Testing
import Tools

@Suite struct SimulatedBoardTests {
  @Test func lineComesIntoBeingWhenItIsNamed() throws {
    let board = SimulatedBoard()
    let light = try board.identify(try GPIOLineAddress(parsing: "pinctrl-rp1/GPIO17"))
    let other = try board.identify(try GPIOLineAddress(parsing: "pinctrl-rp1/17"))
    #expect(light != other)
    #expect(try board.identify(try GPIOLineAddress(parsing: "pinctrl-rp1/GPIO17")) == light)
    #expect(try board.identify(try GPIOLineAddress(parsing: "GPIO17")) == light)
  }

  @Test func boardWithFixedLinesAnswersAsARealOne() {
    let board = SimulatedBoard(
      chips: [GPIOChip(name: "gpiochip0", label: "house", path: "", lines: [GPIOLine(offset: 0, name: "lamp")])],
      growsOnDemand: false)
    #expect(throws: Never.self) { try board.identify(try GPIOLineAddress(parsing: "house/lamp")) }
    #expect { try board.identify(try GPIOLineAddress(parsing: "house/lapm")) } throws: {
      "\($0)".contains("Did you mean lamp?") && "\($0)".contains("simulated")
    }
  }

  @Test func everyChangeIsToldAndSaysSimulated() async throws {
    let board = SimulatedBoard()
    let line = try board.identify(try GPIOLineAddress(parsing: "gpiochip0/17"))
    let changes = board.changes()
    try board.requestOutput(line, settings: GPIOLineSettings())
    try board.setValue(true, of: line)
    try board.setValue(true, of: line)
    _ = board.release()
    var iterator = changes.makeAsyncIterator()
    var seen: [SimulatedBoard.Change] = []
    while seen.count < 4, let change = await iterator.next() { seen.append(change) }
    #expect(
      seen == [
        .requested(line, isOutput: true), .value(line, isOn: true), .value(line, isOn: false), .released(line),
      ])
    #expect(seen.allSatisfy { $0.description.hasPrefix("simulated: ") })
    #expect(board.inventory().text.contains("(simulated)"))
    #expect(board.inventory().json["simulated"] == true)
  }

  @Test func activeLowTurnsTheWireRound() throws {
    let board = SimulatedBoard()
    let line = try board.identify(try GPIOLineAddress(parsing: "a/1"))
    try board.requestOutput(line, settings: GPIOLineSettings(isActiveLow: true))
    #expect(board.isHigh(line) == true)
    #expect(try !board.value(of: line))
    try board.setValue(true, of: line)
    #expect(board.isHigh(line) == false)
  }

  @Test func edgeReachesTheOneWhoWaits() async throws {
    let board = SimulatedBoard(sleep: { _ in try await Task.sleep(for: .seconds(86400)) })
    let line = try board.identify(try GPIOLineAddress(parsing: "a/button"))
    try board.requestInput(line, settings: GPIOLineSettings(isActiveLow: true, bias: .pullUp), edges: .both)
    let changes = board.changes()
    async let edge = board.nextEdge(.rising, on: line, timeout: .seconds(1))
    for await change in changes where change == .waiting(line) { break }
    board.drive(line, high: false)
    #expect(try await edge?.isRising == true)
  }

  @Test func noEdgeInTimeIsNil() async throws {
    let board = SimulatedBoard(sleep: { _ in })
    let line = try board.identify(try GPIOLineAddress(parsing: "a/button"))
    try board.requestInput(line, settings: GPIOLineSettings(), edges: .falling)
    #expect(try await board.nextEdge(.falling, on: line, timeout: .seconds(1)) == nil)
    await #expect(throws: ActionError.self) { try await board.nextEdge(.rising, on: line, timeout: .seconds(1)) }
  }

  @Test func lineNobodyRequestedCannotBeUsed() throws {
    let board = SimulatedBoard()
    let line = try board.identify(try GPIOLineAddress(parsing: "a/1"))
    #expect(throws: ActionError.self) { try board.setValue(true, of: line) }
    #expect(throws: ActionError.self) { try board.value(of: line) }
  }
}
