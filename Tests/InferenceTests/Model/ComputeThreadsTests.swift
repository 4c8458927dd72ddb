import Glibc
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

  @Test(.timeLimit(.minutes(1)), arguments: [2, 3, 8]) func aThreadThatIsStoppedHoldsNobodyUp(_ threads: Int) throws {
    let writes = Tally(100)
    let phasesDone = Atomic(0)
    let stops = Atomic(0)
    let team = try ComputeThreads(count: threads, niceness: 0) { lane in
      for phase in 0..<6 {
        var isStopped = false
        lane.share(
          100, grain: 3,
          compute: { range, isWanted in
            // The first piece that any thread takes in a run is given up for five phases.
            guard phase == 0, stops.add(1, ordering: .relaxed).oldValue == 0 else { return }
            isStopped = true
            while phasesDone.load(ordering: .acquiring) < 5 { usleep(100) }
            #expect(!isWanted())
          },
          write: { range in
            #expect(!isStopped)
            writes.counts.withLock { for index in range { $0[index] += 1 } }
          })
        // Behind a phase all of it is written, whoever wrote it.
        if !isStopped { writes.counts.withLock { counts in #expect(counts.allSatisfy { $0 >= phase + 1 }) } }
        if !isStopped { phasesDone.store(max(phase, phasesDone.load(ordering: .relaxed)), ordering: .releasing) }
        // It goes through the phases that are over without doing anything in them.
        if isStopped { #expect(writes.counts.withLock { $0.allSatisfy { $0 >= phase + 1 } }) }
      }
    }
    for run in 1...10 {
      phasesDone.store(0, ordering: .relaxed)
      stops.store(0, ordering: .relaxed)
      writes.counts.withLock { for index in $0.indices { $0[index] = 0 } }
      team.run()
      #expect(writes.counts.withLock { $0.allSatisfy { $0 == 6 } }, "run \(run)")
    }
  }

  @Test(arguments: [1, 2, 5]) func aRunThatSomeThreadsLeaveEarlyIsFollowedByAWholeOne(_ threads: Int) throws {
    let tally = Tally(64)
    let isGivenUp = Atomic(false)
    let team = try ComputeThreads(count: threads, niceness: 0) { lane in
      for _ in 0..<8 {
        lane.share(64, grain: 1) { range in tally.counts.withLock { for index in range { $0[index] += 1 } } }
        // Whoever comes to this first: the others may be a phase behind.
        if lane.index == 0, isGivenUp.load(ordering: .relaxed) { return }
      }
    }
    for _ in 0..<20 {
      isGivenUp.store(true, ordering: .relaxed)
      team.run()
      tally.counts.withLock { for index in $0.indices { $0[index] = 0 } }
      isGivenUp.store(false, ordering: .relaxed)
      team.run()
      #expect(tally.counts.withLock { $0.allSatisfy { $0 == 8 } })
    }
  }

  @Test func noWorkIsNoPhase() throws {
    let tally = Tally(1)
    let team = try ComputeThreads(count: 2, niceness: 0) { lane in
      lane.share(0, grain: 1) { _ in tally.counts.withLock { $0[0] += 1 } }
      lane.share(0, grain: 1, compute: { _, _ in }, write: { _ in tally.counts.withLock { $0[0] += 1 } })
      lane.share(5, grain: 100, compute: { _, _ in }, write: { _ in tally.counts.withLock { $0[0] += 1 } })
    }
    for run in 1...20 {
      team.run()
      #expect(tally.counts.withLock { $0[0] } == run)
    }
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
