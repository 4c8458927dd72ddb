import Audio
import Testing

@Suite struct SampleHistoryTests {
  @Test func everyRangeGivesWhatIsStillThere() {
    for capacity in 1...9 {
      for block in 1...13 {
        var history = SampleHistory(capacity: capacity, start: SampleTime(frames: 100))
        var next = 100
        for _ in 0..<5 {
          let samples = (next..<next + block).map(Float.init)
          history.append(samples.span)
          next += block
          #expect(history.end.frames == Int64(next))
          #expect(history.start.frames == Int64(max(100, next - capacity)))
          for from in (next - capacity - 2)...(next + 1) {
            for to in (from - 1)...(next + 2) {
              let utterance = history.utterance(
                from: SampleTime(frames: Int64(from)), to: SampleTime(frames: Int64(to)))
              let first = min(max(from, max(100, next - capacity)), next)
              let expected = (first..<max(first, min(to, next))).map(Float.init)
              if utterance.samples != expected || utterance.start.frames != Int64(first) {
                Issue.record("capacity \(capacity), block \(block), \(from)..<\(to): \(utterance)")
                return
              }
            }
          }
        }
      }
    }
  }
}
