import Audio
import Speech
import TestSupport
import Testing

struct WAVStreamTests {
  static func wav(_ samples: [Int16], rate: UInt32 = 22_050, before: [UInt8] = [], size: UInt32 = 0x7FFF_F000)
    -> [UInt8]
  {
    func four(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
    func two(_ value: UInt16) -> [UInt8] { [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)] }
    let format = two(1) + two(1) + four(rate) + four(rate * 2) + two(2) + two(16)
    return Array("RIFF".utf8) + four(size) + Array("WAVEfmt ".utf8) + four(16) + format + before + Array("data".utf8)
      + four(size) + samples.flatMap { two(UInt16(bitPattern: $0)) }
  }

  private func read(_ bytes: [UInt8], cuts: [Int] = []) throws -> [Float] {
    var parser = WAVStreamParser()
    var kept: [Float] = []
    var start = 0
    for end in cuts + [bytes.count] {
      let piece = Array(bytes[start..<end])
      _ = try parser.consume(piece.span) { samples in
        for index in samples.indices { kept.append(samples[index]) }
        return true
      }
      start = end
    }
    return kept
  }

  @Test func samplesAreReadHoweverTheBytesAreCut() throws {
    let note = Array("LIST".utf8) + [3, 0, 0, 0] + Array("abc\0".utf8)
    let bytes = Self.wav([0, 1, -1, 32_767, -32_768, 1_000], before: note)
    let expected: [Float] = [0, 1, -1, 32_767, -32_768, 1_000].map { $0 / 32_768 }
    for first in 0...bytes.count {
      for second in first...bytes.count { #expect(try read(bytes, cuts: [first, second]) == expected) }
    }
  }

  @Test func halfASampleAtTheEndIsDropped() throws {
    #expect(try read(Self.wav([5]) + [7]) == [5.0 / 32_768])
  }

  @Test func theRateIsKnownBeforeTheSamples() throws {
    var parser = WAVStreamParser()
    let bytes = Self.wav([1], rate: 16_000)
    _ = try parser.consume(bytes.span) { _ in true }
    #expect(parser.sampleRate == .speech)
    #expect(parser.sampleCount == 1)
  }

  @Test func whatIsNotSuchAFileIsRefused() {
    let stereo = Self.wav([]).enumerated().map { $0.offset == 22 ? 2 : $0.element }
    let eightBit = Self.wav([]).enumerated().map { $0.offset == 34 ? 8 : $0.element }
    for bytes in [
      Array("RIFX".utf8) + [UInt8](repeating: 0, count: 20), stereo, eightBit, Self.wav([], rate: 1),
      Array("hello, world: no audio".utf8),
    ] {
      #expect(throws: SpeechError.self) { try read(bytes) }
    }
  }

  @Test func damagedFilesAreReadOrRefused() {
    let valid = Self.wav([0, 100, -100, 32_767], before: Array("LIST".utf8) + [4, 0, 0, 0, 1, 2, 3, 4])
    var random = SeededGenerator(seed: 5)
    var (read, refused) = (0, 0)
    for _ in 0..<5_000 {
      var bytes = valid
      for _ in 0..<Int.random(in: 1...4, using: &random) { bytes.mutate(using: &random) }
      do {
        #expect(try self.read(bytes).allSatisfy { abs($0) <= 1 })
        read += 1
      } catch {
        refused += 1
      }
    }
    #expect(read > 100 && refused > 100)
  }
}
