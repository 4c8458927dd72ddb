import Assistant
import Audio
import Logging
import Testing

@testable import earshot

@Suite struct MeasuringTests {
  @Test func growthIsTheSlopeOfTheSecondHalf() {
    var report = SoakReport(turns: 1_000, acted: 800, different: 0, elapsed: .seconds(60), looks: [])
    // Caches fill during the first half; after that 2 MB for each 1000 turns.
    for turns in stride(from: 100, through: 1_000, by: 100) {
      let resident = turns <= 500 ? Double(turns) / 10 : 50 + Double(turns - 500) * 0.002
      report.looks.append(SoakWatch.Look(turns: turns, resident: resident))
    }
    #expect(abs((report.growth ?? 0) - 2) < 1e-9)
    report.looks = Array(report.looks.prefix(4))
    #expect(report.growth == nil)
  }

  @Test func soakNoticesATurnThatEndsOtherwise() {
    let watch = SoakWatch(turns: 6, perRound: 2, every: 2)
    let outcomes: [TurnOutcome] = [.acted, .nothingHeard, .acted, .nothingHeard, .refused, .nothingHeard]
    #expect(outcomes.map { watch.take($0) } == [false, false, false, false, false, true])
    #expect(watch.take(.acted))
    #expect(watch.report.turns == 6)
    #expect(watch.report.acted == 2)
    #expect(watch.report.different == 1)
    #expect(watch.report.looks.map(\.turns) == [1, 2, 4, 6])
  }

  @Test func residentMemoryIsRead() { #expect(residentMegabytes() > 1) }

  @Test func repeatedRecordingBeginsAgainUntilItIsStopped() {
    let source = RepeatedSource((0..<1_000).map(Float.init))
    var heard: [Float] = []
    var block = [Float](repeating: 0, count: 512)
    for _ in 0..<4 {
      source.waitForSamples(512, timeout: .seconds(60))
      var span = block.mutableSpan
      #expect(source.ring.read(into: &span) == 512)
      heard += block
    }
    #expect(heard == (0..<2_048).map { Float($0 % 1_000) })
    source.stop()
    #expect(source.hasEnded)
    RepeatedSource([]).waitForSamples(512, timeout: .seconds(60))
  }

  @Test func percentilesAreOfTheNearestRank() {
    var statistics = LatencyStatistics()
    #expect(statistics.percentile(0.5) == nil)
    for value in 1...20 { statistics.add(.milliseconds(value)) }
    #expect(statistics.percentile(0.5) == 10)
    #expect(statistics.percentile(0.95) == 19)
    #expect(statistics.percentile(1) == 20)
  }

  @Test func logPrioritiesAreThoseOfSystemd() {
    #expect(Logger.Level.allCases.map(DaemonLog.priority) == [7, 7, 6, 5, 4, 3, 2])
  }
}
