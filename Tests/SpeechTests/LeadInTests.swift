import Audio
import Testing

@testable import Speech

@Suite struct LeadInTests {
  /// What is let through of `samples`, given in chunks.
  private func passed(_ samples: [Float], chunk: Int, isNeeded: Bool = true) -> [Float] {
    var leadIn = LeadIn(rate: .speech, isNeeded: isNeeded)
    var heard: [Float] = []
    var start = 0
    while start < samples.count {
      let end = min(samples.count, start + chunk)
      let goesOn = leadIn.pass(samples.span.extracting(start..<end)) { span in
        for index in span.indices { heard.append(span[index]) }
        return true
      }
      #expect(goesOn)
      start = end
    }
    return heard
  }

  private func silence(_ count: Int, level: Float = 0.001) -> [Float] {
    (0..<count).map { $0.isMultiple(of: 2) ? level : -level }
  }

  @Test(arguments: [1, 7, 159, 160, 161, 1_000, 10_000])
  func tenMillisecondsOfTheSilenceAndAllThatFollowsStay(chunk: Int) {
    let samples = silence(3_000) + [0.5, 0, 0, -0.5] + silence(2_000)
    #expect(passed(samples, chunk: chunk) == Array(samples[(3_000 - 160)...]))
  }

  @Test(arguments: [1, 50, 200]) func aShorterSilenceStays(chunk: Int) {
    let samples = silence(100) + [0.5, 0.25]
    #expect(passed(samples, chunk: chunk) == samples)
  }

  @Test(arguments: [64, 20_000]) func aVoiceThatStaysSilentIsLetThroughAfterHalfASecond(chunk: Int) {
    let samples = silence(12_000)
    #expect(passed(samples, chunk: chunk) == Array(samples[(8_000 - 160)...]))
  }

  @Test func laterClausesKeepTheirPauses() {
    let samples = silence(3_000) + [0.5]
    #expect(passed(samples, chunk: 100, isNeeded: false) == samples)
  }

  @Test func whoeverStopsIsAskedNoFurther() {
    var leadIn = LeadIn(rate: .speech, isNeeded: true)
    let samples = silence(3_000) + [0.5]
    var calls = 0
    let goesOn = leadIn.pass(samples.span) { _ in
      calls += 1
      return false
    }
    #expect(!goesOn)
    #expect(calls == 1)
  }
}
