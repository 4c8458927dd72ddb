import Audio
import Glibc
import TestSupport
import Testing
import WakeWord

@Suite struct WakeWordDetectorTests {
  /// Where `make setup` puts the models.
  private static let folder: String = {
    if let share = unsafe getenv("EARSHOT_SHARE") { return unsafe String(cString: share) + "/wake/" }
    return #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/.prefix/share/earshot/wake/"
  }()

  private static func word(_ name: String, sensitivity: Float = 0.5) throws -> WakeWord {
    try WakeWord(manifest: folder + name + ".json", sensitivity: sensitivity)
  }

  private static func heyJarvis() throws -> [Float] { try GoldenSignals.heyJarvis().map { Float($0) / 32_768 } }

  /// All wakes in `samples`, handed over in pieces of `size`.
  private func wakes(_ detector: WakeWordDetector, _ samples: [Float], from start: Int = 0, size: Int = 512) -> [Wake] {
    var wakes: [Wake] = []
    var at = 0
    while at < samples.count {
      let end = min(samples.count, at + size)
      let time = SampleTime(frames: Int64(start + at))
      if let wake = detector.hear(samples.span.extracting(at..<end), at: time) { wakes.append(wake) }
      at = end
    }
    return wakes
  }

  /// A word whose window is one answer, so that its score is the network's answer.
  private func answers(of name: String, to samples: [Float]) throws -> [Int] {
    var word = try Self.word(name)
    (word.windowSize, word.cutoff) = (1, 0.9999)
    let detector = try WakeWordDetector(words: [word], hearsLowered: false)
    var answers: [Int] = []
    // The first vector comes after 480 samples, then one each 160; three make an answer.
    var end = 800
    _ = detector.hear(samples.span.extracting(0..<320), at: .zero)
    var start = 320
    while end <= samples.count {
      _ = detector.hear(samples.span.extracting(start..<end), at: SampleTime(frames: Int64(start)))
      answers.append(Int((detector.score(of: 0) * 256).rounded()))
      start = end
      end += 480
    }
    return answers
  }

  @Test func answersEqualTheReferences() throws {
    let samples = try Self.heyJarvis()
    let golden = try GoldenSignals.answers()
    #expect(golden.count == 4)
    for (model, expected) in golden {
      let ours = try answers(of: model, to: samples)
      #expect(ours == expected, "\(model) differs")
    }
    #expect(golden.contains { $0.answers.contains(255) } && golden.allSatisfy { $0.answers.contains(0) })
  }

  @Test func aWordWakesOnceAndTheOthersStayQuiet() throws {
    let names = ["hey_jarvis", "okay_nabu", "alexa", "hey_mycroft"]
    let detector = try WakeWordDetector(words: try names.map { try Self.word($0) })
    let samples = try Self.heyJarvis()
    let wakes = wakes(detector, samples)
    #expect(wakes.count == 1)
    let wake = try #require(wakes.first)
    #expect(wake.word == 0 && wake.phrase == "Hey Jarvis" && wake.score > 0.97)
    // Within 200 ms around the word's end.
    let wordEnd = samples.count - 16_000
    #expect(abs(Int(wake.position.frames) - wordEnd) < 3_200)
  }

  /// A voice whose frequencies are all multiplied with `factor`, and which speaks as much faster.
  private func raised(_ samples: [Float], by factor: Double) -> [Float] {
    (0..<Int(Double(samples.count - 1) / factor)).map { index in
      let place = Double(index) * factor
      let part = Float(place - place.rounded(.down))
      return samples[Int(place)] * (1 - part) + samples[Int(place) + 1] * part
    }
  }

  @Test func aHighVoiceIsHeardByTheLoweredEarOnly() throws {
    let high = raised(try Self.heyJarvis(), by: 1.2)
    func count(_ hearsLowered: Bool) throws -> Int {
      wakes(try WakeWordDetector(words: [try Self.word("hey_jarvis")], hearsLowered: hearsLowered), high).count
    }
    #expect(try count(false) == 0)
    #expect(try count(true) == 1)
  }

  @Test(arguments: [1, 160, 333, 8_000])
  func piecesOfAnySizeGiveTheSameWake(_ size: Int) throws {
    let samples = try Self.heyJarvis()
    let reference = wakes(try WakeWordDetector(words: [try Self.word("hey_jarvis")]), samples)
    #expect(wakes(try WakeWordDetector(words: [try Self.word("hey_jarvis")]), samples, size: size) == reference)
  }

  @Test func aWordThatIsKnownInItsMiddleEndsWhereItsMakersAreSure() throws {
    let samples = try Self.heyJarvis()
    let usual = try WakeWordDetector(words: [try Self.word("hey_jarvis")], hearsLowered: false)
    let eager = try WakeWordDetector(words: [try Self.word("hey_jarvis", sensitivity: 1)], hearsLowered: false)
    let late = try #require(wakes(usual, samples).first)
    let early = try #require(wakes(eager, samples).first)
    #expect(early.position < late.position)
    #expect(usual.wordEnd == late.position)
    // Known to the block of 10 ms.
    #expect(abs(Int(eager.wordEnd.frames - late.position.frames)) <= 160)
  }

  @Test func aSecondCallInTheRefractoryTimeIsNotHeard() throws {
    let samples = try Self.heyJarvis()
    let twice = Array(samples[16_000..<samples.count - 12_000]) + samples
    func count(_ refractory: Duration) throws -> Int {
      wakes(try WakeWordDetector(words: [try Self.word("hey_jarvis")], refractory: refractory), twice).count
    }
    #expect(try count(.milliseconds(500)) == 2)
    #expect(try count(.seconds(10)) == 1)
  }

  @Test func aGapBeginsANewStream() throws {
    let samples = try Self.heyJarvis()
    let detector = try WakeWordDetector(words: [try Self.word("hey_jarvis")])
    let middle = 24_000 + 8_000
    #expect(wakes(detector, Array(samples[..<middle])).isEmpty)
    // The second half, a minute later, is not the word's end.
    #expect(wakes(detector, Array(samples[middle...]), from: 960_000).isEmpty)
    let again = wakes(detector, samples, from: 1_920_000)
    #expect(again.count == 1 && again[0].position > SampleTime(frames: 1_920_000))
  }

  @Test func resetForgetsHalfAWord() throws {
    let samples = try Self.heyJarvis()
    let detector = try WakeWordDetector(words: [try Self.word("hey_jarvis")])
    let first = wakes(detector, samples)
    detector.reset()
    #expect(wakes(detector, samples) == first)
  }

  @Test func samplesThatAreNotFiniteAreSilence() throws {
    let detector = try WakeWordDetector(words: [try Self.word("hey_jarvis")])
    #expect(wakes(detector, [Float](repeating: .nan, count: 4_000) + [.infinity, -.infinity]).isEmpty)
    #expect(wakes(detector, try Self.heyJarvis(), from: 4_002).count == 1)
  }

  // TensorFlow Lite itself allocates and frees some 40 blocks while it computes an answer: one of an ear each third hop.
  @Test(.enabled(if: canCountAllocations)) func nothingIsAllocatedBetweenAnswers() throws {
    let detector = try WakeWordDetector(words: [try Self.word("hey_jarvis"), try Self.word("okay_nabu")])
    let samples = try Self.heyJarvis()
    _ = detector.hear(samples.span.extracting(0..<320), at: .zero)
    let counts = (2..<100).map { hop in
      let range = hop * 160..<(hop + 1) * 160
      return countAllocations {
        _ = detector.hear(samples.span.extracting(range), at: SampleTime(frames: Int64(range.lowerBound)))
      }
    }
    #expect(counts.allSatisfy { $0 == 0 || $0 > 20 }, "\(counts)")
    #expect(counts.count { $0 == 0 } > 25)
  }

  @Test func damagedModelsAreRefused() throws {
    let manifest = try WakeWordManifest(
      parsing: Array(
        """
        {"type": "micro", "wake_word": "x", "model": "x.tflite",
         "micro": {"probability_cutoff": 0.9, "feature_step_size": 10, "sliding_window_size": 5}}
        """.utf8))
    for bytes in [[], [0], [UInt8](repeating: 0, count: 1_000), [UInt8](repeating: 0xFF, count: 60_000)] {
      let word = WakeWord(manifest: manifest, model: bytes, name: "x.tflite")
      let error = #expect(throws: WakeWordError.self) { try WakeWordDetector(words: [word]) }
      #expect(error?.code == .corrupt)
    }
  }

  @Test func settingsOutsideTheirRangesAreRefused() throws {
    let word = try Self.word("alexa")
    func refused(_ words: [WakeWord], _ refractory: Duration = .seconds(1)) -> WakeWordError.Code? {
      do { _ = try WakeWordDetector(words: words, refractory: refractory) } catch { return error.code }
      return nil
    }
    #expect(refused([]) == .invalidConfiguration)
    #expect(refused([WakeWord](repeating: word, count: 9)) == .invalidConfiguration)
    #expect(refused([word], .milliseconds(10)) == .invalidConfiguration)
    #expect(refused([word]) == nil)
    let missing = #expect(throws: WakeWordError.self) { try Self.word("nobody") }
    #expect(missing?.code == .system)
  }
}
