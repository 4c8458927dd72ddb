internal import Synchronization

/// What the compute threads share. Its counters are atomics; two gates park the threads and the caller.
///
/// A run is a series of phases, and a phase a number of pieces that are taken one by one. A phase is over when all its
/// pieces are done, not when all threads have come: a thread that the system has stopped between two pieces keeps nobody
/// waiting, and finds the phases over that it has missed. Phases are numbered through all runs.
@safe final class ComputeTeam: Sendable {
  let count: Int
  let niceness: Int
  private let body: @Sendable (ComputeLane) -> Void
  private let start = Gate()
  private let done = Gate()
  private let phaseEnd = Gate()
  private let isDismissed = Atomic(false)
  // Threads still in the body.
  private let running = Atomic(0)
  // Number of the phase, above the first of its pieces that nobody has taken.
  private let ticket = Atomic<UInt64>(0)
  // Number of the phase, above how many of its pieces are done.
  private let finished = Atomic<UInt64>(0)
  // The first phase of the run; written while no thread is in the body.
  private let first = Atomic<UInt64>(0)
  // For each piece of a phase whose pieces may be computed twice: the last phase in which its result was claimed, plus one.
  // Atomics behind a pointer that stays the same.
  private nonisolated(unsafe) let claims: UnsafeMutablePointer<Atomic<UInt64>>

  /// Pieces of a phase whose pieces may be computed twice, at most.
  static let repeatablePieces = 1024
  /// Bits of a piece's number, or of how many there are.
  private static let pieceBits: UInt64 = 20
  static let mostPieces = 1 << pieceBits - 1

  init(count: Int, niceness: Int, body: @escaping @Sendable (ComputeLane) -> Void) {
    self.count = count
    self.niceness = niceness
    self.body = body
    unsafe claims = .allocate(capacity: Self.repeatablePieces)
    for index in 0..<Self.repeatablePieces { unsafe (claims + index).initialize(to: Atomic(0)) }
  }

  deinit {
    unsafe claims.deinitialize(count: Self.repeatablePieces)
    unsafe claims.deallocate()
  }

  func run() {
    // Where a run is given up, the threads leave it after different phases.
    first.store(ticket.load(ordering: .acquiring) >> Self.pieceBits, ordering: .relaxed)
    running.store(count, ordering: .releasing)
    let before = done.generation
    start.open()
    // The caller has nothing to compute: it leaves its core to the threads at once.
    done.wait(past: before, spinning: .zero)
  }

  func dismiss() {
    isDismissed.store(true, ordering: .releasing)
    start.open()
  }

  func serve(_ lane: ComputeLane) {
    // A run cannot begin before every thread of the last one has left it, so one generation at a time is missed by none.
    var seen: UInt32 = 0
    while true {
      start.wait(past: seen, spinning: Gate.shortSpin)
      seen &+= 1
      if isDismissed.load(ordering: .acquiring) { return }
      lane.begin(at: first.load(ordering: .relaxed))
      body(lane)
      if running.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { done.open() }
    }
  }

  /// Whether the phase with this number is not over yet.
  func isOpen(_ phase: UInt64) -> Bool { ticket.load(ordering: .acquiring) >> Self.pieceBits == phase }

  /// The number of a piece of this phase that nobody else takes; nil where none is left, or the phase is over.
  func take(_ phase: UInt64, of pieces: Int) -> Int? {
    var seen = ticket.load(ordering: .acquiring)
    while true {
      let piece = Int(seen & UInt64(Self.mostPieces))
      guard seen >> Self.pieceBits == phase, piece < pieces else { return nil }
      let outcome = ticket.weakCompareExchange(expected: seen, desired: seen + 1, ordering: .acquiringAndReleasing)
      if outcome.exchanged { return piece }
      seen = outcome.original
    }
  }

  /// Whether nobody has claimed the result of a piece of this phase yet.
  func isUnclaimed(_ piece: Int, _ phase: UInt64) -> Bool {
    unsafe claims[piece].load(ordering: .relaxed) <= phase
  }

  /// Whether the caller is the one to write the result of a piece of this phase; nobody is where the phase is long over.
  func claim(_ piece: Int, _ phase: UInt64) -> Bool {
    var seen = unsafe claims[piece].load(ordering: .relaxed)
    while seen <= phase {
      let outcome = unsafe claims[piece].weakCompareExchange(
        expected: seen, desired: phase + 1, ordering: .acquiringAndReleasing)
      if outcome.exchanged { return true }
      seen = outcome.original
    }
    return false
  }

  /// Notes a piece of this phase as done; the last one ends the phase.
  func finish(_ phase: UInt64, of pieces: Int) {
    let now = finished.add(1, ordering: .acquiringAndReleasing).newValue
    guard now & UInt64(Self.mostPieces) == UInt64(pieces) else { return }
    let next = (phase + 1) << Self.pieceBits
    // No piece is left to be done, so nobody changes either but this thread.
    finished.store(next, ordering: .releasing)
    ticket.store(next, ordering: .sequentiallyConsistent)
    phaseEnd.open()
  }

  /// Returns once the phase is over: spins for a moment, then sleeps.
  func wait(for phase: UInt64) {
    if spin(for: phase, Gate.shortSpin) { return }
    while true {
      // The thread that ended an earlier phase may open the gate late, so what counts is the phase.
      let before = phaseEnd.generation
      guard isOpen(phase) else { return }
      phaseEnd.wait(past: before, spinning: .zero)
    }
  }

  /// Spins until the phase is over, for so long at most. Returns whether it is.
  func spin(for phase: UInt64, _ patience: Duration) -> Bool { Gate.spin(for: patience) { !isOpen(phase) } }
}
