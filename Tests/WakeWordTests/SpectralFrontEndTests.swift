import TestSupport
import Testing
import WakeWord

@Suite struct SpectralFrontEndTests {
  private func features(_ samples: [Int16], _ end: inout SpectralFrontEnd, pieces: (Int) -> Int = { _ in 160 })
    -> [UInt16]
  {
    var all: [UInt16] = []
    var start = 0
    var piece = 0
    while start < samples.count {
      let count = min(pieces(piece), samples.count - start)
      var taken = 0
      while end.advance(samples.span.extracting(start..<start + count), from: &taken) { all += end.features }
      #expect(taken == count)
      start += count
      piece += 1
    }
    return all
  }

  @Test(arguments: GoldenSignals.all.indices)
  func featuresEqualTheReferences(_ index: Int) throws {
    let golden = try GoldenSignals.integers("features.u16")
    let count = GoldenSignals.featureCount
    #expect(golden.count == GoldenSignals.all.count * count)
    var end = SpectralFrontEnd()
    let ours = features(GoldenSignals.all[index].samples, &end)
    #expect(ours == Array(golden[index * count..<(index + 1) * count]), "\(GoldenSignals.all[index].name) differs")
  }

  @Test func theSignalsAreWorthTheComparison() throws {
    let golden = try GoldenSignals.integers("features.u16")
    #expect(golden.contains(0) && golden.max()! > 600)
    #expect(Set(golden).count > 300)
  }

  @Test(arguments: [1, 7, 159, 161, 480, 4_096, 16_000])
  func cuttingTheSamplesChangesNothing(_ size: Int) {
    let samples = GoldenSignals.all[4].samples
    var whole = SpectralFrontEnd()
    var cut = SpectralFrontEnd()
    #expect(features(samples, &cut, pieces: { _ in size }) == features(samples, &whole))
  }

  @Test func resetBeginsANewStream() {
    let samples = GoldenSignals.all[0].samples
    var end = SpectralFrontEnd()
    let first = features(samples, &end)
    #expect(features(samples, &end) != first)
    end.reset()
    #expect(features(samples, &end) == first)
  }

  @Test(.enabled(if: canCountAllocations)) func nothingIsAllocatedAfterTheFirstWindow() {
    let samples = GoldenSignals.all[4].samples
    var end = SpectralFrontEnd()
    _ = features(samples, &end)
    var vectors = 0
    let count = countAllocations {
      var taken = 0
      while end.advance(samples.span, from: &taken) { vectors += 1 }
    }
    #expect(vectors == 100)
    #expect(count == 0)
  }
}
