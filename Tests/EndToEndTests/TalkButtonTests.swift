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

  /// Runs the button while somebody moves it; `isPulledUp`: it closes to ground.
  private func moves(isPulledUp: Bool = false, _ move: (GPIOLineIdentity) async throws -> Void) async throws -> [String]
  {
    let address = try GPIOLineAddress(parsing: "chip/4")
    let identity = try board.identify(address)
    if isPulledUp { board.drive(identity, high: true) }
    let button = try TalkButton(address, settings: GPIOLineSettings(isActiveLow: isPulledUp), on: board)
    let moves = Moves()
    let running = Task {
      await button.run(
        press: { moves.add("press") }, release: { moves.add("release") }, report: { moves.add("\($0)") })
    }
    try await move(identity)
    running.cancel()
    await running.value
    return moves.all
  }

  /// The button looks for its first edge as soon as its task runs.
  private func hold(_ line: GPIOLineIdentity, high: Bool, for time: Duration) async throws {
    try await Task.sleep(for: .milliseconds(200))
    board.drive(line, high: high)
    try await Task.sleep(for: time)
    board.drive(line, high: !high)
    try await Task.sleep(for: .milliseconds(300))
  }

  @Test func whoHoldsItAndLetsGoHasSaidAll() async throws {
    #expect(try await moves { try await hold($0, high: true, for: .milliseconds(900)) } == ["press", "release"])
  }

  @Test func aShortPressEndsNothing() async throws {
    #expect(try await moves { try await hold($0, high: true, for: .milliseconds(60)) } == ["press"])
  }

  @Test func aButtonToGroundIsPressedWhenItsWireIsLow() async throws {
    let moves = try await moves(isPulledUp: true) { try await hold($0, high: false, for: .milliseconds(60)) }
    #expect(moves == ["press"])
  }
}
