internal import CLinux
internal import Glibc

/// A fixed set of threads that run one body together, phase by phase, and are parked between two runs.
///
/// The body is called on every thread with its ``ComputeLane``; it divides its work with the lane's `share` methods and
/// must come to the same phases on all threads. POSIX threads of our own, so that no thread of Swift's pool computes. Where
/// there are as many processors as threads each keeps one of them, the fastest first: threads that share one while
/// another process has the second to itself would lose half of what there is.
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
    // A processor that is not to be had is no fault: the thread then runs where the system puts it.
    _ = clx_thread_keep_to_cpu(Int32(index), Int32(team.count))
    // On Linux the nice value of "this process" is the calling thread's.
    if team.niceness > 0 { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Int32(team.niceness)) }
    team.serve(ComputeLane(index: index, team: team))
  }
}
