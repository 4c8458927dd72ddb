internal import CLinux
internal import Glibc
internal import Synchronization

/// A fixed set of threads that run one body together, in step, and are parked between two runs.
///
/// The body is called on every thread with its ``ComputeLane``; it divides its work with ``ComputeLane/share(_:grain:_:)``
/// and must pass the same barriers on all threads. POSIX threads of our own, so that no thread of Swift's pool computes.
final class ComputeThreads: Sendable {
  private let team: ComputeTeam
  private let threads: [pthread_t]

  /// Starts `count` threads that call `body` in each ``run()``.
  init(count: Int, niceness: Int, body: @escaping @Sendable (ComputeLane) -> Void) throws(InferenceError) {
    let team = ComputeTeam(count: count, niceness: niceness, body: body)
    self.team = team
    var threads: [pthread_t] = []
    for index in 0..<count {
      var thread = pthread_t()
      let seat = unsafe Unmanaged.passRetained(ComputeSeat(team: team, index: index))
      let status = unsafe pthread_create(
        &thread, nil,
        { argument in
          guard let argument = unsafe argument else { return nil }
          unsafe Unmanaged<ComputeSeat>.fromOpaque(argument).takeRetainedValue().work()
          return nil
        }, seat.toOpaque())
      guard status == 0 else {
        unsafe seat.release()
        team.dismiss()
        for thread in threads { pthread_join(thread, nil) }
        throw InferenceError(
          .outOfMemory, "could not start compute thread \(index + 1) of \(count): the system refuses it",
          errorNumber: status, remedy: "Raise TasksMax of the service, or ask for fewer threads.")
      }
      threads.append(thread)
    }
    self.threads = threads
  }

  deinit {
    team.dismiss()
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Calls the body on every thread and returns when all have left it. One caller at a time; it sleeps meanwhile.
  /// Writes before the call are seen by the body, and the body's by the caller.
  func run() { team.run() }
}

/// What the thread that is started takes with it.
private final class ComputeSeat: Sendable {
  let team: ComputeTeam
  let index: Int

  init(team: ComputeTeam, index: Int) {
    self.team = team
    self.index = index
  }

  func work() {
    _ = unsafe clx_thread_set_name("inference \(index)")
    // On Linux the nice value of "this process" is the calling thread's.
    if team.niceness > 0 { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Int32(team.niceness)) }
    team.serve(ComputeLane(index: index, team: team))
  }
}

/// What the threads share. Its counters are atomics; two gates park the threads and the caller.
final class ComputeTeam: Sendable {
  let count: Int
  let niceness: Int
  private let body: @Sendable (ComputeLane) -> Void
  private let start = Gate()
  private let done = Gate()
  private let phase = Gate()
  private let isDismissed = Atomic(false)
  // Threads still in the body, threads that wait at the barrier, and the first piece of work nobody has taken.
  private let running = Atomic(0)
  private let arrived = Atomic(0)
  private let next = Atomic(0)

  init(count: Int, niceness: Int, body: @escaping @Sendable (ComputeLane) -> Void) {
    self.count = count
    self.niceness = niceness
    self.body = body
  }

  func run() {
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
      body(lane)
      if running.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { done.open() }
    }
  }

  /// Takes the next `size` pieces of work; where the result is past the end, nothing is left.
  func take(_ size: Int) -> Int { next.add(size, ordering: .relaxed).oldValue }

  /// Waits for the others; the last to come makes the work counter ready for the next phase.
  func meet() {
    guard count > 1 else { return next.store(0, ordering: .relaxed) }
    let before = phase.generation
    if arrived.add(1, ordering: .acquiringAndReleasing).newValue == count {
      arrived.store(0, ordering: .relaxed)
      next.store(0, ordering: .relaxed)
      phase.open()
    } else {
      phase.wait(past: before, spinning: Gate.shortSpin)
    }
  }
}
