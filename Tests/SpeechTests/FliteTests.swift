import Audio
import Speech
import TestSupport
import Testing

/// Keeps what a synthesiser delivers, and stops it after so many samples.
func samples(of text: String, from synthesiser: any Synthesiser, limit: Int = .max) throws -> [Float] {
  var kept: [Float] = []
  try synthesiser.synthesise(text) { samples in
    for index in samples.indices { kept.append(samples[index]) }
    return kept.count < limit
  }
  return kept
}

struct FliteTests {
  @Test(arguments: FliteVoice.allCases)
  func everyVoiceSpeaks(voice: FliteVoice) throws {
    let flite = try FliteSynthesiser(voice: voice)
    let spoken = try samples(of: "The kitchen light is on.", from: flite)
    // A second to three, with a level that can be heard and no sample outside of -1...1.
    #expect((16_000...48_000).contains(spoken.count))
    #expect(spoken.contains { abs($0) > 0.1 })
    #expect(spoken.allSatisfy { abs($0) <= 1 })
  }

  @Test func samplesComeInChunksBeforeTheEnd() throws {
    var chunks: [Int] = []
    try FliteSynthesiser(voice: .kal16).synthesise("The kitchen light is on.") { samples in
      chunks.append(samples.count)
      return true
    }
    #expect(chunks.count > 10)
    #expect(chunks.allSatisfy { $0 <= 2_048 })
  }

  @Test(arguments: FliteVoice.allCases)
  func refusingAChunkEndsTheCall(voice: FliteVoice) throws {
    var calls = 0
    try FliteSynthesiser(voice: voice).synthesise("One sentence. And another one. And a third.") { _ in
      calls += 1
      return calls < 3
    }
    #expect(calls == 3)
  }

  @Test func aStoppedVoiceSpeaksTheNextTextFromItsStart() throws {
    let flite = try FliteSynthesiser(voice: .kal16)
    let whole = try samples(of: "Hello there.", from: flite)
    _ = try samples(of: "Something else.", from: flite, limit: 1)
    #expect(try samples(of: "Hello there.", from: flite) == whole)
  }

  @Test func twiceTheSpeedIsHalfTheTime() throws {
    let normal = try samples(of: "The kitchen light is on.", from: FliteSynthesiser(voice: .kal16))
    let quick = try samples(of: "The kitchen light is on.", from: FliteSynthesiser(voice: .kal16, speed: 2))
    #expect((0.4...0.6).contains(Double(quick.count) / Double(normal.count)))
  }

  @Test func theSpeedOfOneVoiceObjectDoesNotStayForAnother() throws {
    let before = try samples(of: "Yes.", from: FliteSynthesiser(voice: .kal16))
    _ = try samples(of: "Yes.", from: FliteSynthesiser(voice: .kal16, speed: 2))
    #expect(try samples(of: "Yes.", from: FliteSynthesiser(voice: .kal16)) == before)
  }

  @Test(arguments: ["", " ", ".", "!!!", "-", "'", "\0", "\u{1}\u{2}", "👋", "\u{FFFD}", "你好", "---...---"])
  func nothingToPronounceIsSilence(text: String) throws {
    #expect(try samples(of: text, from: FliteSynthesiser(voice: .kal16)).isEmpty)
  }

  @Test func anUnknownNameIsRefusedWithTheKnownOnes() {
    let error = #expect(throws: SpeechError.self) { try FliteSynthesiser(named: "../slt") }
    #expect(error?.code == .voiceUnknown)
    #expect(error?.remedy.contains("slt, rms, awb, kal16") == true)
  }

  @Test(arguments: [0.1, 2.5, .nan, .infinity, -1])
  func aSpeedOutOfRangeIsRefused(speed: Double) {
    #expect(throws: SpeechError.self) { try FliteSynthesiser(voice: .kal16, speed: speed) }
  }

  @Test func aHundredKilobytesAreRefused() throws {
    let flite = try FliteSynthesiser(voice: .kal16)
    let error = #expect(throws: SpeechError.self) {
      try flite.synthesise(String(repeating: "word ", count: 20_000)) { _ in true }
    }
    #expect(error?.code == .textTooLong)
  }

  @Test func aLongTextIsSpokenPieceByPiece() throws {
    let flite = try FliteSynthesiser(voice: .kal16)
    let text = String(repeating: "a", count: FliteSynthesiser.maximumTextBytes)
    #expect(try samples(of: text, from: flite, limit: 16_000).count >= 16_000)
  }

  @Test func anyTextIsSpokenOrSilent() throws {
    let flite = try FliteSynthesiser(voice: .kal16)
    var random = SeededGenerator(seed: 3)
    for _ in 0..<300 {
      var bytes = Array("Dr. O'Neil's 3.5 well-known, e.g. $4 (x) é? 12345678901234567890!".utf8)
      for _ in 0..<Int.random(in: 1...12, using: &random) { bytes.mutate(using: &random) }
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(try samples(of: text, from: flite, limit: 1_000_000).allSatisfy { abs($0) <= 1 })
    }
  }

  @Test func manyThreadsShareFlite() throws {
    let flite = try FliteSynthesiser(voice: .kal16)
    let alone = try samples(of: "Hello there.", from: flite)
    let results = SharedCounter()
    let threads = (0..<4).map { _ in
      JoinableThread {
        for _ in 0..<10 where (try? samples(of: "Hello there.", from: flite)) == alone { results.add() }
      }
    }
    for thread in threads { thread.join() }
    #expect(results.value == 40)
  }
}
