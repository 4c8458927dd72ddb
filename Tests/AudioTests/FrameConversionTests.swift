import Audio
import TestSupport
import Testing

@Suite struct FrameConversionTests {
  private func decode(_ bytes: [UInt8], _ decoder: FrameDecoder, room: Int = 64) -> [Float] {
    var samples = [Float](repeating: .nan, count: room)
    var span = samples.mutableSpan
    let count = unsafe decoder.decode(bytes.span.bytes, into: &span)
    return Array(samples[..<count])
  }

  private func encode(_ samples: [Float], _ encoder: FrameEncoder) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xAA, count: samples.count * encoder.bytesPerFrame)
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes
    #expect(encoder.encode(samples.span, into: &raw) == samples.count)
    return bytes
  }

  @Test func knownBytesBecomeTheirValues() {
    func one(_ format: SampleFormat, _ bytes: [UInt8]) -> [Float] {
      decode(bytes, FrameDecoder(format: format, channels: 1))
    }
    #expect(one(.u8, [0, 128, 255]) == [-1, 0, 127.0 / 128])
    #expect(one(.s16, [0, 0x80, 0xFF, 0x7F, 0, 0x40]) == [-1, 32767.0 / 32768, 0.5])
    #expect(one(.s24Packed, [0, 0, 0x80, 0xFF, 0xFF, 0x7F, 0, 0, 0xC0]) == [-1, 8388607.0 / 8388608, -0.5])
    // The top byte of S24_LE means nothing.
    #expect(one(.s24, [0, 0, 0x80, 0x55, 0, 0, 0x40, 0xFF]) == [-1, 0.5])
    #expect(one(.s32, [0, 0, 0, 0x80, 0, 0, 0, 0x40]) == [-1, 0.5])
    #expect(one(.float32, [0, 0, 0, 0x3F]) == [0.5])
    #expect(one(.float64, [0, 0, 0, 0, 0, 0, 0xE0, 0xBF]) == [-0.5])
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity, -.nan]) func aFloatThatIsNotFiniteBecomesSilence(_ x: Float) {
    let single = (0..<4).map { UInt8(truncatingIfNeeded: x.bitPattern >> ($0 * 8)) }
    let double = (0..<8).map { UInt8(truncatingIfNeeded: Double(x).bitPattern >> ($0 * 8)) }
    #expect(decode(single, FrameDecoder(format: .float32, channels: 1)) == [0])
    #expect(decode(double, FrameDecoder(format: .float64, channels: 1)) == [0])
  }

  @Test(arguments: SampleFormat.allCases) func everyDecodedByteStringIsFinite(_ format: SampleFormat) {
    var generator = SeededGenerator(seed: 7)
    for channels in [1, 2, 3, 8, 32] {
      let bytes = (0..<4_099).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
      let samples = decode(bytes, FrameDecoder(format: format, channels: channels), room: 4_099)
      #expect(samples.count == 4_099 / (channels * format.bytesPerSample))
      #expect(samples.allSatisfy { $0.isFinite })
    }
  }

  @Test(arguments: SampleFormat.allCases) func whatIsEncodedIsDecodedToTheSameWithinHalfAStep(_ format: SampleFormat) {
    let step: Float =
      switch format {
      case .u8: 0x1p-7
      case .s16: 0x1p-15
      case .s24, .s24Packed: 0x1p-23
      case .s32, .float32, .float64: 0x1p-24
      }
    let samples = Signal.noise(count: 999, amplitude: 0.99)
    for channels in [1, 2, 5] {
      let bytes = encode(samples, FrameEncoder(format: format, channels: channels))
      for selection in [ChannelSelection.average, .channel(channels - 1)] {
        let back = decode(
          bytes, FrameDecoder(format: format, channels: channels, selection: selection), room: samples.count)
        #expect(back.count == samples.count)
        // The mean of five equal Floats is rounded in each sum.
        #expect(zip(samples, back).allSatisfy { abs($0 - $1) <= step / 2 * 1.001 + 3 * 0x1p-24 })
      }
    }
  }

  @Test func loudSamplesAreClippedAndTheRestIsRounded() {
    let samples: [Float] = [2, -2, 1, -1, 1.4 / 32768, -1.6 / 32768, .nan, .infinity, -.infinity]
    let values = encode(samples, FrameEncoder(format: .s16, channels: 1))
    let words = stride(from: 0, to: values.count, by: 2).map {
      Int16(bitPattern: UInt16(values[$0]) | UInt16(values[$0 + 1]) << 8)
    }
    #expect(words == [32767, -32768, 32767, -32768, 1, -2, 0, 32767, -32768])
    #expect(encode([1, -1], FrameEncoder(format: .s32, channels: 1)) == [255, 255, 255, 127, 0, 0, 0, 128])
    #expect(encode([1, -1], FrameEncoder(format: .s24, channels: 1)) == [255, 255, 127, 0, 0, 0, 128, 255])
    #expect(encode([3], FrameEncoder(format: .float32, channels: 1)) == [0, 0, 0x80, 0x3F])
  }

  @Test func aChannelIsChosenOrAllAreAveraged() {
    let frames: [UInt8] = [0, 0x40, 0, 0x20, 0, 0, 0, 0xC0, 0, 0x40, 0, 0]
    func decoded(_ selection: ChannelSelection) -> [Float] {
      decode(frames, FrameDecoder(format: .s16, channels: 3, selection: selection))
    }
    #expect(decoded(.channel(0)) == [0.5, -0.5])
    #expect(decoded(.channel(1)) == [0.25, 0.5])
    #expect(decoded(.channel(2)) == [0, 0])
    #expect(decoded(.average) == [0.25, 0])
  }

  @Test func onlyWholeFramesThatFitAreTouched() {
    let decoder = FrameDecoder(format: .s16, channels: 2)
    #expect(decode([1, 2, 3], decoder) == [])
    #expect(decode([0, 0, 0, 0, 1, 1, 1], decoder) == [0])
    #expect(decode([UInt8](repeating: 0, count: 40), decoder, room: 3).count == 3)
    let encoder = FrameEncoder(format: .s16, channels: 2)
    var bytes = [UInt8](repeating: 0xAA, count: 7)
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes
    #expect(encoder.encode([0, 0].span, into: &raw) == 1)
    #expect(bytes == [0, 0, 0, 0, 0xAA, 0xAA, 0xAA])
  }

  @Test(.enabled(if: canCountAllocations), arguments: SampleFormat.allCases)
  func conversionAllocatesNothing(_ format: SampleFormat) {
    let encoder = FrameEncoder(format: format, channels: 2)
    let decoder = FrameDecoder(format: format, channels: 2)
    var samples = Signal.noise(count: 160)
    var bytes = [UInt8](repeating: 0, count: 160 * encoder.bytesPerFrame)
    let allocations = countAllocations {
      for _ in 0..<10 {
        var span = bytes.mutableSpan
        var raw = unsafe span.mutableBytes
        encoder.encode(samples.span, into: &raw)
        var target = samples.mutableSpan
        unsafe decoder.decode(bytes.span.bytes, into: &target)
      }
    }
    #expect(allocations == 0)
  }
}
