import Actions
import Synchronization
import Testing

@testable import earshot

@Suite struct TalkButtonTests {
  private final class Moves: Sendable {
    private let kept = Mutex<[String]>([])
    var all: [String] { kept.withLock { $0 } }
    func add(_ move: String) { kept.withLock { $0.append(move) } }
  }

  private let board = SimulatedBoard()

  /// What the button tells while somebody presses it and lets it go; `isPulledUp`: it closes to ground.
  private func moves(isPulledUp: Bool = false, shortestHold: Duration, expecting count: Int) async throws -> [String] {
    let address = try GPIOLineAddress(parsing: "chip/4")
    let line = try board.identify(address)
    if isPulledUp { board.drive(line, high: true) }
    let button = try TalkButton(address, settings: GPIOLineSettings(isActiveLow: isPulledUp), on: board)
    let moves = Moves()
    var changes = board.changes().makeAsyncIterator()
    let running = Task {
      await button.run(
        shortestHold: shortestHold, press: { moves.add("press") }, release: { moves.add("release") },
        report: { moves.add("\($0)") })
    }
    for isHigh in [!isPulledUp, isPulledUp] {
      // An edge before anybody waits for it is found a second later; this waits for whoever waits.
      while let change = await changes.next(), change != .waiting(line) {}
      board.drive(line, high: isHigh)
    }
    let limit = ContinuousClock.now + .seconds(20)
    while moves.all.count < count, ContinuousClock.now < limit { try await Task.sleep(for: .milliseconds(5)) }
    // The next look at the line tells that nothing else came of it.
    while let change = await changes.next(), change != .waiting(line) {}
    running.cancel()
    await running.value
    return moves.all
  }

  @Test func whoHoldsItAndLetsGoHasSaidAll() async throws {
    #expect(try await moves(shortestHold: .zero, expecting: 2) == ["press", "release"])
  }

  @Test func aShortPressEndsNothing() async throws {
    #expect(try await moves(shortestHold: .seconds(60), expecting: 1) == ["press"])
  }

  @Test func aButtonToGroundIsPressedWhenItsWireIsLow() async throws {
    #expect(try await moves(isPulledUp: true, shortestHold: .seconds(60), expecting: 1) == ["press"])
  }
}
