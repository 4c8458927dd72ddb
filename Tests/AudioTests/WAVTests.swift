import Audio
import TestSupport
import Testing

/// Builds WAV files field by field, so that each can be made wrong.
struct WAVBytes {
  var riff = "RIFF"
  var wave = "WAVE"
  var tag = 1
  var channels = 1
  var rate = 16_000
  var bits = 16
  var blockAlign: Int?
  var subformat: [UInt8]?
  var formatSize: Int?
  var before: [UInt8] = []
  var dataSize: Int?
  var data: [UInt8] = [0, 0x40, 0, 0xC0]
  var after: [UInt8] = []

  static func u16(_ x: Int) -> [UInt8] { [UInt8(x & 255), UInt8(x >> 8 & 255)] }
  static func u32(_ x: Int) -> [UInt8] { u16(x) + u16(x >> 16) }

  var bytes: [UInt8] {
    let align = blockAlign ?? channels * bits / 8
    var format = Self.u16(tag) + Self.u16(channels) + Self.u32(rate) + Self.u32(rate * align) + Self.u16(align)
    format += Self.u16(bits)
    if let subformat { format += Self.u16(22) + Self.u16(bits) + Self.u32(0) + subformat }
    var body = Array(wave.utf8) + before + Array("fmt ".utf8) + Self.u32(formatSize ?? format.count) + format
    body += Array("data".utf8) + Self.u32(dataSize ?? data.count) + data + after
    return Array(riff.utf8) + Self.u32(body.count) + body
  }
}

func readAll(_ reader: any MonoReader, block: Int = 1_000) throws -> [Float] {
  var all: [Float] = []
  var buffer = [Float](repeating: 0, count: block)
  while true {
    var span = buffer.mutableSpan
    let count = try reader.read(into: &span)
    if count == 0 { return all }
    all += buffer[..<count]
  }
}

@Suite struct WAVTests {
  private static let guidTail: [UInt8] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]

  private func samples(_ wav: WAVBytes, _ selection: ChannelSelection = .average) throws -> [Float] {
    try readAll(WAVReader(bytes: wav.bytes, name: "test.wav", selection: selection))
  }

  private func code(_ bytes: [UInt8]) -> AudioFileError.Code? {
    do {
      _ = try readAll(WAVReader(bytes: bytes, name: "test.wav"))
      return nil
    } catch let error as AudioFileError {
      #expect(error.description.hasPrefix("could not read test.wav: "))
      return error.code
    } catch { return nil }
  }

  @Test func everyEncodingIsRead() throws {
    #expect(try samples(WAVBytes(bits: 8, data: [0, 128, 192])) == [-1, 0, 0.5])
    #expect(try samples(WAVBytes()) == [0.5, -0.5])
    #expect(try samples(WAVBytes(bits: 24, data: [0, 0, 0x40, 0, 0, 0xC0])) == [0.5, -0.5])
    #expect(try samples(WAVBytes(bits: 32, data: [0, 0, 0, 0x40])) == [0.5])
    #expect(try samples(WAVBytes(tag: 3, bits: 32, data: [0, 0, 0, 0x3F])) == [0.5])
    #expect(try samples(WAVBytes(tag: 3, bits: 64, data: [0, 0, 0, 0, 0, 0, 0xE0, 0xBF])) == [-0.5])
  }

  @Test func extensibleFormatsAreRead() throws {
    #expect(try samples(WAVBytes(tag: 0xFFFE, subformat: [1, 0] + Self.guidTail)) == [0.5, -0.5])
    let float = WAVBytes(tag: 0xFFFE, bits: 32, subformat: [3, 0] + Self.guidTail, data: [0, 0, 0, 0x3F])
    #expect(try samples(float) == [0.5])
    var other = Self.guidTail
    other[5] = 1
    #expect(code(WAVBytes(tag: 0xFFFE, subformat: [1, 0] + other).bytes) == .unsupported)
    #expect(code(WAVBytes(tag: 0xFFFE).bytes) == .unsupported)
  }

  @Test(arguments: 1...32) func everyNumberOfChannelsIsRead(_ channels: Int) throws {
    // Channel c of frame f is (c + f) · 256.
    let data = (0..<3).flatMap { frame in (0..<channels).flatMap { WAVBytes.u16(($0 + frame) * 256) } }
    let wav = WAVBytes(channels: channels, data: data)
    for channel in 0..<channels {
      #expect(try samples(wav, .channel(channel)) == (0..<3).map { Float(channel + $0) / 128 })
    }
    let mean = try samples(wav)
    for frame in 0..<3 { #expect(abs(mean[frame] - (Float(channels - 1) / 2 + Float(frame)) / 128) < 1e-6) }
  }

  @Test(arguments: [1, 8_000, 44_100, 768_000]) func everySampleRateIsKept(_ rate: Int) throws {
    #expect(try WAVReader(bytes: WAVBytes(rate: rate).bytes).sampleRate.hertz == rate)
  }

  @Test func unknownChunksAreSkippedWithTheirPadding() throws {
    let odd = Array("LIST".utf8) + WAVBytes.u32(3) + [1, 2, 3, 0]
    let even = Array("bext".utf8) + WAVBytes.u32(2) + [1, 2]
    #expect(try samples(WAVBytes(before: odd + even)) == [0.5, -0.5])
    #expect(try samples(WAVBytes(after: Array("LIST".utf8) + WAVBytes.u32(4) + [1, 2, 3, 4])) == [0.5, -0.5])
  }

  @Test(arguments: [0, 0xFFFF_FFFF, 0x7FFF_F000, 0x8000_0000])
  func aDataSizeFromAPipeMeansUpToTheEnd(_ size: Int) throws {
    let wav = WAVBytes(dataSize: size, data: [0, 0x40, 0, 0xC0, 7])
    let reader = try WAVReader(bytes: wav.bytes)
    #expect(reader.frameCount == nil)
    #expect(try readAll(reader) == [0.5, -0.5])
  }

  @Test func rf64TakesItsSizeFromDs64() throws {
    let sizes =
      WAVBytes.u32(0) + WAVBytes.u32(0) + WAVBytes.u32(4) + WAVBytes.u32(0) + WAVBytes.u32(2) + WAVBytes.u32(0)
    let ds64 = Array("ds64".utf8) + WAVBytes.u32(28) + sizes + WAVBytes.u32(0)
    let wav = WAVBytes(riff: "RF64", before: ds64, dataSize: 0xFFFF_FFFF, after: [9, 9, 9, 9])
    let reader = try WAVReader(bytes: wav.bytes)
    #expect(reader.frameCount == 2)
    #expect(try readAll(reader) == [0.5, -0.5])
  }

  @Test func whatIsWrittenIsReadBack() throws {
    let noise = Signal.noise(count: 9_999, amplitude: 0.9)
    let float = try WAVWriter.encode(noise.span, sampleRate: SampleRate(hertz: 22_050), encoding: .float32)
    let reader = try WAVReader(bytes: float)
    #expect(reader.sampleRate.hertz == 22_050 && reader.format == .float32 && reader.frameCount == 9_999)
    #expect(try readAll(reader) == noise)
    let short = try readAll(WAVReader(bytes: WAVWriter.encode(noise.span)))
    #expect(zip(short, noise).allSatisfy { abs($0 - $1) <= 0x1p-16 } && short.count == noise.count)
  }

  @Test func aFileGetsItsSizesAndAPipeSaysUpToTheEnd() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.wav"
      let writer = try WAVWriter(path: path)
      for block in [[Float](repeating: 0.5, count: 5), [-0.5]] { try writer.append(block.span) }
      try writer.finish()
      try writer.finish()
      let reader = try WAVReader(path: path)
      #expect(reader.frameCount == 6)
      #expect(try readAll(reader, block: 4) == [0.5, 0.5, 0.5, 0.5, 0.5, -0.5])
    }
    let pipe = try Pipe()
    let writer = try WAVWriter(descriptor: pipe.writer, name: "pipe")
    let block: [Float] = [0.25, -0.25]
    try writer.append(block.span)
    try writer.finish()
    let reader = try WAVReader(descriptor: pipe.reader, name: "pipe")
    #expect(reader.frameCount == nil)
    #expect(try readAll(reader) == block)
  }

  @Test func everythingWrongHasAnErrorOfItsKind() {
    #expect(code([]) == .unknownFormat)
    #expect(code(Array("RIFF".utf8)) == .unknownFormat)
    #expect(code(WAVBytes(riff: "RIFX").bytes) == .unsupported)
    #expect(code(WAVBytes(riff: "FORM").bytes) == .unknownFormat)
    #expect(code(WAVBytes(wave: "AVI ").bytes) == .unknownFormat)
    #expect(code(WAVBytes(tag: 85).bytes) == .unsupported)
    #expect(code(WAVBytes(channels: 0).bytes) == .unsupported)
    #expect(code(WAVBytes(channels: 33).bytes) == .unsupported)
    #expect(code(WAVBytes(rate: 0).bytes) == .unsupported)
    #expect(code(WAVBytes(rate: 768_001).bytes) == .unsupported)
    #expect(code(WAVBytes(bits: 12).bytes) == .unsupported)
    #expect(code(WAVBytes(tag: 3, bits: 16).bytes) == .unsupported)
    #expect(code(WAVBytes(blockAlign: 3).bytes) == .corrupt)
    #expect(code(WAVBytes(formatSize: 15).bytes) == .corrupt)
    #expect(code(WAVBytes(formatSize: 5_000).bytes) == .corrupt)
    #expect(code(WAVBytes(dataSize: 6).bytes) == .truncated)
    #expect(code(WAVBytes(dataSize: 0, data: []).bytes) == .empty)
    #expect(code(WAVBytes(dataSize: 0, data: [1]).bytes) == .empty)
    #expect(code(WAVBytes(dataSize: 1).bytes) == .empty)
    let format = Array("fmt ".utf8) + WAVBytes.u32(16) + [1, 0, 1, 0, 64, 31, 0, 0, 128, 62, 0, 0, 2, 0, 16, 0]
    #expect(code(WAVBytes(before: format).bytes) == .corrupt)
    #expect(code(WAVBytes(before: Array("data".utf8) + WAVBytes.u32(0)).bytes) == .corrupt)
    #expect(code(WAVBytes(before: Array("LIST".utf8) + WAVBytes.u32(5_000)).bytes) == .corrupt)
    #expect(code(WAVBytes(before: Array("LIST".utf8) + WAVBytes.u32(0xFFFF_FFFF)).bytes) == .corrupt)
  }

  @Test func aWrongChannelIsRefusedWithTheRange() {
    let error = #expect(throws: AudioFileError.self) {
      try WAVReader(bytes: WAVBytes(channels: 2).bytes, selection: .channel(2))
    }
    #expect(error?.remedy == "Choose a channel from 0 to 1.")
  }

  @Test func everyTruncationIsAnErrorOrDeliversWhatCame() throws {
    let whole = WAVBytes(before: Array("LIST".utf8) + WAVBytes.u32(3) + [1, 2, 3, 0], data: [UInt8](1...200)).bytes
    for count in 0..<whole.count { #expect(code(Array(whole[..<count])) != nil, "cut at \(count)") }
    #expect(code(whole) == nil)
  }

  @Test func truncatedDataIsDeliveredBeforeTheError() throws {
    let reader = try WAVReader(bytes: WAVBytes(dataSize: 6).bytes)
    var block = [Float](repeating: 0, count: 10)
    var span = block.mutableSpan
    #expect(try reader.read(into: &span) == 2)
    #expect(block[..<2] == [0.5, -0.5])
    #expect(throws: AudioFileError.self) { try readAll(reader) }
  }

  @Test func mutatedFilesNeverTrap() {
    var generator = SeededGenerator(seed: 11)
    let seeds = [
      WAVBytes(data: [UInt8](0...99)).bytes,
      WAVBytes(tag: 0xFFFE, channels: 3, bits: 24, subformat: [1, 0] + Self.guidTail, data: [UInt8](0...89)).bytes,
      WAVBytes(tag: 3, bits: 64, before: Array("LIST".utf8) + WAVBytes.u32(2) + [1, 2], data: [UInt8](0...79)).bytes,
    ]
    var refused = 0
    for turn in 0..<6_000 {
      var bytes = seeds[turn % seeds.count]
      for _ in 0..<Int.random(in: 1...4, using: &generator) { bytes.mutate(using: &generator) }
      do {
        let all = try SpeechReader(bytes: bytes).readAll(limit: .seconds(60))
        #expect(all.allSatisfy { $0.isFinite })
      } catch { refused += 1 }
    }
    #expect(refused > 1_000 && refused < 6_000)
  }
}
