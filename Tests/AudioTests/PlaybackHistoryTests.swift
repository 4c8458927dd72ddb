import Audio
import TestSupport
import Testing

@Suite struct PlaybackHistoryTests {
  func read(_ history: PlaybackHistory, at position: Int64, count: Int) -> [Float] {
    var samples = [Float](repeating: .nan, count: count)
    var span = samples.mutableSpan
    history.read(at: position, into: &span)
    return samples
  }

  @Test func whatWasWrittenIsReadAtItsPositionAndSilenceElsewhere() {
    let history = PlaybackHistory()
    let samples = Signal.noise(count: 300)
    history.write(samples.span, at: 1_000_000)
    #expect(read(history, at: 999_990, count: 320) == Signal.silence(10) + samples + Signal.silence(10))
    #expect(history.audibleEnd == 1_000_300)
  }

  @Test func aSecondOfTheClockIsASecondOfPositions() {
    let uptime: Int64 = 400 * 86_400 * 1_000_000_000
    #expect(
      PlaybackHistory.position(atNanoseconds: uptime + 1_000_000_000)
        - PlaybackHistory.position(atNanoseconds: uptime) == 16_000)
  }

  @Test func whatIsTooOldReadsAsSilence() {
    let history = PlaybackHistory(duration: .milliseconds(16))
    #expect(history.capacity == 256)
    let samples = Signal.noise(count: 400)
    history.write(samples.span, at: 5)
    #expect(read(history, at: 5, count: 400) == Signal.silence(144) + samples[144...])
  }

  @Test func lapsAreToldApart() {
    let history = PlaybackHistory(duration: .milliseconds(16))
    for lap in [0, 1, 2, 255, 65_536, 1 << 31] as [Int64] {
      let position = lap * 256 + 7
      history.write([0.5].span, at: position)
      #expect(history.sample(at: position) == 0.5)
      #expect(history.sample(at: position + 256) == 0)
      if lap > 0 { #expect(history.sample(at: position - 256) == 0) }
    }
  }

  @Test func droppedSamplesAreSilence() {
    let history = PlaybackHistory()
    let samples = Signal.noise(count: 300)
    history.write(samples.span, at: 1_000)
    history.silence(from: 1_100, to: 1_300)
    #expect(read(history, at: 1_000, count: 300) == samples[..<100] + Signal.silence(200))
    #expect(history.audibleEnd == 1_100)
    history.silence(from: 1_200, to: 1_300)
    #expect(history.audibleEnd == 1_100)
  }

  @Test func silenceThatIsPlayedIsNotAudible() {
    let history = PlaybackHistory()
    #expect(history.audibleEnd == .min)
    history.write(Signal.silence(500).span, at: 100)
    #expect(history.audibleEnd == .min)
    history.write(([0.1] + Signal.silence(9)).span, at: 600)
    #expect(history.audibleEnd == 601)
  }

  @Test func whatNoDeviceCanPlayIsClippedOrSilence() {
    let history = PlaybackHistory()
    history.write([2, -1e30, .infinity, -.infinity, .nan, 1, -1].span, at: 10)
    #expect(read(history, at: 10, count: 7) == [1, -1, 1, -1, 0, 1, -1])
  }

  @Test func positionsBeforeTheClocksStartAreSilence() {
    let history = PlaybackHistory()
    history.write([0.25, 0.5].span, at: -1)
    #expect(read(history, at: -2, count: 4) == [0, 0, 0.5, 0])
  }

  @Test func sourceThatDoesNotKnowItsTimesSaysSo() {
    #expect(FileSource(bytes: [], name: "nothing").captureTime(of: .zero) == nil)
  }

  @Test(.enabled(if: canCountAllocations)) func writingAndReadingAllocateNothing() {
    let history = PlaybackHistory()
    let samples = Signal.noise(count: 512)
    var target = Signal.silence(512)
    let count = countAllocations {
      for block in 0..<100 {
        history.write(samples.span, at: Int64(block * 512))
        var span = target.mutableSpan
        history.read(at: Int64(block * 512), into: &span)
        history.silence(from: Int64(block * 512 + 100), to: Int64(block * 512 + 200))
      }
    }
    #expect(count == 0)
  }

  @Test func readerOnAnotherThreadSeesWholeSamplesOfTheRightLap() {
    // Each sample says its position, so that any mixture shows.
    let history = PlaybackHistory(duration: .milliseconds(16))
    let rounds: Int64 = 2_000
    let writer = JoinableThread {
      var block = [Float](repeating: 0, count: 16)
      for round in 0..<rounds {
        for index in block.indices { block[index] = Float(round * 16 + Int64(index)) * 0x1p-15 }
        history.write(block.span, at: round * 16)
      }
    }
    var wrong = 0
    for position in 0..<rounds * 16 {
      let sample = history.sample(at: position)
      if sample != 0, sample != Float(position) * 0x1p-15 { wrong += 1 }
    }
    writer.join()
    #expect(wrong == 0)
  }
}
