import Synchronization
import TestSupport
import Testing

@testable import Inference

@Suite struct ComputeThreadsTests {
  /// Counts how often each piece of work was done.
  final class Tally: Sendable {
    let counts: Mutex<[Int]>
    init(_ count: Int) { counts = Mutex(Array(repeating: 0, count: count)) }
  }

  @Test(arguments: [1, 2, 3, 8]) func everyPieceIsDoneOnceInEveryPhaseOfEveryRun(_ threads: Int) throws {
    let tally = Tally(101)
    let team = try ComputeThreads(count: threads, niceness: 0) { lane in
      for grain in [1, 7, 64, 101, 500] {
        lane.share(101, grain: grain) { range in
          tally.counts.withLock { for index in range { $0[index] += 1 } }
        }
        // Behind the barrier of a phase all of it is done.
        let even = tally.counts.withLock { counts in counts.allSatisfy { $0 >= counts[0] || $0 > 0 } }
        precondition(even)
      }
    }
    for run in 1...50 {
      team.run()
      #expect(tally.counts.withLock { $0.allSatisfy { $0 == 5 * run } })
    }
  }

  @Test func aPhaseBeginsWhenTheOneBeforeIsDone() throws {
    let sums = Tally(1000)
    let wrong = Mutex(0)
    let team = try ComputeThreads(count: 4, niceness: 0) { lane in
      for phase in 1...20 {
        lane.share(1000, grain: 10) { range in
          sums.counts.withLock { counts in
            for index in range {
              // Read what another thread probably wrote in the phase before.
              if counts[999 - index] < phase - 1 { wrong.withLock { $0 += 1 } }
              counts[index] += 1
            }
          }
        }
      }
    }
    team.run()
    #expect(wrong.withLock { $0 } == 0)
  }

  @Test func threadsEndWithTheirOwner() throws {
    final class Witness: Sendable {}
    weak var weakly: Witness?
    do {
      let witness = Witness()
      weakly = witness
      let team = try ComputeThreads(count: 3, niceness: 0) { _ in _ = witness }
      team.run()
    }
    // The body, and with it what it holds, is gone when the last thread is.
    #expect(weakly == nil)
  }
}
