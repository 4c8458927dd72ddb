import Testing

@testable import Speech

struct SpokenTimelineTests {
  @Test func nothingIsHeardBeforeTheStart() {
    var timeline = SpokenTimeline()
    timeline.add()
    timeline.begin("hello", at: 100, expectedFrames: 500)
    #expect(timeline.text(upTo: 0).isEmpty)
    #expect(timeline.text(upTo: 100).isEmpty)
  }

  @Test func wordsComeByTheirShare() {
    #expect(
      (0...10).map { SpokenTimeline.prefix(of: "aa bb cc", part: $0, of: 10).split(separator: " ").count } == [
        0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3,
      ])
  }

  @Test func digitsWeighAsTheWordsTheyBecome() {
    // "2026" is four words long, so that at half of the time it is still being said.
    #expect(SpokenTimeline.prefix(of: "2026 is it", part: 3, of: 10) == "")
    #expect(SpokenTimeline.prefix(of: "2026 is it", part: 6, of: 10) == "2026")
  }

  @Test func moreFramesNeverGiveLessText() {
    var timeline = SpokenTimeline()
    for (index, text) in ["It is 21 °C.", "The kitchen light is on, and it is warm.", "Bye"].enumerated() {
      timeline.add()
      timeline.begin(text, at: Int64(index) * 1_000, expectedFrames: 700)
      timeline.end(at: Int64(index) * 1_000 + 1_000)
    }
    var last = 0
    for frame in 0...3_100 {
      let count = timeline.text(upTo: Int64(frame)).count
      #expect(count >= last)
      last = count
    }
    #expect(timeline.text(upTo: 3_000) == "It is 21 °C. The kitchen light is on, and it is warm. Bye")
    #expect(timeline.isComplete(at: 3_000) && !timeline.isComplete(at: 2_999))
  }

  @Test func aClauseThatWaitsIsNotComplete() {
    var timeline = SpokenTimeline()
    timeline.add()
    #expect(!timeline.isComplete(at: .max))
    timeline.skip()
    #expect(timeline.isComplete(at: 0))
  }
}
