import Audio
import Glibc
import TestSupport
import Testing

@Suite struct OpusTests {
  private func encoded(_ seconds: Double = 1.5, hertz: Double = 440) throws -> [UInt8] {
    let samples = Signal.sine(hertz, count: Int(seconds * 16_000), amplitude: 0.3)
    return try OpusWriter.encode(samples.span, tags: [("TITLE", "a turn"), ("DATE", "2026-11-22")])
  }

  private func code(_ bytes: [UInt8]) -> AudioFileError.Code? {
    do {
      _ = try SpeechReader(bytes: bytes, name: "test.opus").readAll()
      return nil
    } catch {
      #expect(error.description.hasPrefix("could not read test.opus: "))
      return error.code
    }
  }

  @Test func aToneSurvivesWithItsLengthLevelAndPlace() throws {
    let back = try SpeechReader(bytes: encoded()).readAll()
    #expect(back.count == 24_000)
    let middle = back[8_000..<20_000]
    #expect(abs(20 * log10(Signal.amplitude(of: 440, in: middle, rate: 16_000) / 0.3)) < 1)
    // In phase with the original: the codec's and the resampler's delays are taken off.
    let original = Signal.sine(440, count: 24_000, amplitude: 0.3)
    let product = zip(middle, original[8_000..<20_000]).reduce(Float(0)) { $0 + $1.0 * $1.1 }
    let energy = original[8_000..<20_000].reduce(Float(0)) { $0 + $1 * $1 }
    #expect(product / energy > 0.95)
  }

  @Test func speechTakesAboutTheBitRateItSays() throws {
    var speaker = SpeechLikeSignal(seed: 4)
    let samples = speaker.speech(seconds: 4)
    let bytes = try OpusWriter.encode(samples.span)
    #expect((6_000...20_000).contains(bytes.count), "\(bytes.count) bytes for 4 s at 24 kbit/s")
  }

  @Test func tagsAreInTheFile() throws {
    let text = String(decoding: try encoded(), as: UTF8.self)
    #expect(text.contains("TITLE=a turn") && text.contains("DATE=2026-11-22"))
  }

  @Test(arguments: ["", "A=B", "\u{7}", "ü"]) func aTagNameThatIsNotAllowedIsRefused(_ name: String) {
    #expect(throws: AudioFileError.self) { try OpusWriter.encode([Float]().span, tags: [(name, "x")]) }
  }

  @Test func filesAndPipesCarryTheSameBytesAsMemory() throws {
    let samples = Signal.sine(300, count: 16_000)
    try withTemporaryFolder { folder in
      let path = folder + "/a.opus"
      let writer = try OpusWriter(path: path)
      try writer.append(samples.span)
      try writer.finish()
      try writer.finish()
      let fromFile = try SpeechReader(path: path).readAll()
      let fromMemory = try SpeechReader(bytes: OpusWriter.encode(samples.span)).readAll()
      #expect(fromFile == fromMemory && fromFile.count == 16_000)
    }
  }

  @Test func samplesThatAreNotNumbersAreWrittenAsSilence() throws {
    let bytes = try OpusWriter.encode([Float](repeating: .nan, count: 16_000).span)
    let back = try SpeechReader(bytes: bytes).readAll()
    #expect(back.count == 16_000)
    #expect(AudioLevel(of: back.span).peak < -60)
  }

  @Test func headersThatAreCutOrDamagedAreErrors() throws {
    let whole = try encoded()
    #expect(code(whole) == nil)
    for count in [4, 10, 27, 28, 40, 60, 100] { #expect(code(Array(whole[..<count])) != nil, "cut at \(count)") }
    var damaged = whole
    damaged[30] ^= 0xFF
    #expect(code(damaged) != nil)
    #expect(code(Array("OggS".utf8)) != nil)
  }

  @Test func aDamagedPageInTheMiddleIsAnError() throws {
    var bytes = try encoded(4)
    bytes[bytes.count / 2] ^= 0x55
    #expect(code(bytes) == .corrupt)
  }

  @Test func oneChannelOfMonoIsTakenAndTheSecondRefused() throws {
    let bytes = try encoded()
    #expect(try SpeechReader(bytes: bytes, selection: .channel(0)).readAll().count == 24_000)
    let error = #expect(throws: AudioFileError.self) {
      try SpeechReader(bytes: bytes, selection: .channel(1)).readAll()
    }
    #expect(error?.code == .unsupported)
  }

  @Test func mutatedFilesNeverTrap() throws {
    var generator = SeededGenerator(seed: 12)
    let whole = try encoded(0.3)
    var refused = 0
    for _ in 0..<2_000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &generator) { bytes.mutate(using: &generator) }
      do { _ = try SpeechReader(bytes: bytes).readAll(limit: .seconds(60)) } catch { refused += 1 }
    }
    #expect(refused > 1_000)
  }
}
