import Glibc
import Testing

@testable import WakeWord

@Suite struct LoweredStreamTests {
  private func sine(_ hertz: Double, count: Int) -> [Int16] {
    (0..<count).map { Int16(8_000 * sin(2 * .pi * hertz * Double($0) / 16_000)) }
  }

  @Test func aToneBecomesThreeSemitonesLower() {
    var stream = LoweredStream()
    var output: [Int16] = []
    stream.lower(sine(1_000, count: 16_000).span, into: &output)
    #expect(abs(output.count - 16_000 * 25 / 21) <= 2)
    let crossings = zip(output, output.dropFirst()).count { $0 < 0 && $1 >= 0 }
    #expect(abs(crossings - 1_000) <= 1)
    // As loud as before, but for what interpolation takes.
    #expect(output.max() ?? 0 > 7_700 && output.max() ?? 0 <= 8_000)
  }

  @Test(arguments: [1, 7, 160]) func piecesOfAnySizeBecomeTheSame(size: Int) {
    let samples = sine(440, count: 1_000)
    var (whole, pieces) = (LoweredStream(), LoweredStream())
    var expected: [Int16] = []
    whole.lower(samples.span, into: &expected)
    var output: [Int16] = []
    for start in stride(from: 0, to: samples.count, by: size) {
      var piece: [Int16] = []
      let end = min(samples.count, start + size)
      pieces.lower(samples.span.extracting(start..<end), into: &piece)
      #expect(piece.count <= LoweredStream.maximumOutput(for: end - start))
      // The last sample that a piece became was made of the piece's own.
      if !piece.isEmpty { #expect((1...(end - start)).contains(pieces.inputs(of: piece.count))) }
      output += piece
    }
    #expect(output == expected)
    pieces.reset()
    var again: [Int16] = []
    pieces.lower(samples.span, into: &again)
    #expect(again == expected)
  }

  @Test func theLoudestSamplesDoNotOverflow() {
    var stream = LoweredStream()
    var output: [Int16] = []
    stream.lower([Int16.min, .max, .min, .max, .max, .min].span, into: &output)
    #expect(output.contains { $0 < -20_000 } && output.contains { $0 > 20_000 })
  }
}
