import Assistant
import Audio
import Synchronization
import Testing
import Transcription
import TurnDetection

/// Brings 20 ms at each wait, as a sound card does, and ends after so many.
private final class Periods: AudioSource {
  static let length = 320
  let name = "periods"
  let ring = SampleRing(minimumCapacity: 4096)
  private let left: Atomic<Int>
  private let waits = Mutex<[Int]>([])

  init(_ count: Int) { left = Atomic(count) }

  /// How many samples were asked for at each wait.
  var askedFor: [Int] { waits.withLock { $0 } }
  var hasEnded: Bool { left.load(ordering: .acquiring) == 0 }
  var counters: AudioSourceCounters { AudioSourceCounters() }
  func start() throws {}
  func stop() {}

  func waitForSamples(_ count: Int, timeout: Duration) {
    waits.withLock { $0.append(count) }
    while ring.availableToRead < count, !hasEnded {
      ring.write([Float](repeating: 0, count: Self.length).span)
      left.subtract(1, ordering: .releasing)
    }
  }
}

private final class Silence: VoiceActivityDetector {
  let windowLength = 512
  func speechProbability(of window: Span<Float>) -> Float { 0 }
  func reset() {}
}

private final class NoWords: Recogniser {
  let name = "none"
  var state: RecogniserState { .ready }
  var partialText: String { "" }
  func begin() -> UtteranceID { UtteranceID(number: 1) }
  func accept(_ samples: Span<Float>) {}
  func settle(_ completion: @escaping @Sendable (Transcript) -> Void) {}
  func finish(_ completion: @escaping @Sendable (Transcript) -> Void) {}
  func cancel() {}
}

private struct Audience: Listener {
  var attention: Attention { .open }
  var isAwake: Bool { true }
  func waitUntilListening(timeout: Duration) {}
  func take(_ heard: Heard) {}
}

/// Speech in the windows that are marked with #.
private final class Pattern: VoiceActivityDetector {
  let windowLength = 512
  private let windows: [Float]
  private let place = Mutex(0)
  init(_ pattern: String) { windows = pattern.map { $0 == "#" ? 0.95 : 0.02 } }
  func speechProbability(of window: Span<Float>) -> Float {
    let place = place.withLock { place in
      defer { place += 1 }
      return place
    }
    return place < windows.count ? windows[place] : 0
  }
  func reset() {}
}

/// Hears these texts, one at each pause, from another thread and late.
private final class SlowWords: Recogniser {
  let name = "slow"
  private let texts: Mutex<[String]>
  init(_ texts: [String]) { self.texts = Mutex(texts) }
  var state: RecogniserState { .ready }
  var partialText: String { "" }
  func begin() -> UtteranceID { UtteranceID(number: 1) }
  func accept(_ samples: Span<Float>) {}
  func settle(_ completion: @escaping @Sendable (Transcript) -> Void) {
    let text = texts.withLock { $0.isEmpty ? "" : $0.removeFirst() }
    Task.detached {
      try? await Task.sleep(for: .milliseconds(20))
      completion(Transcript(utterance: UtteranceID(number: 1), text: text, engine: "slow"))
    }
  }
  func finish(_ completion: @escaping @Sendable (Transcript) -> Void) {}
  func cancel() {}
}

/// Hears these texts, one at each pause, at once.
private final class Words: Recogniser {
  let name = "words"
  private let texts: Mutex<[String]>
  init(_ texts: [String]) { self.texts = Mutex(texts) }
  var state: RecogniserState { .ready }
  var partialText: String { "" }
  func begin() -> UtteranceID { UtteranceID(number: 1) }
  func accept(_ samples: Span<Float>) {}
  func settle(_ completion: @escaping @Sendable (Transcript) -> Void) {
    let text = texts.withLock { $0.isEmpty ? "" : $0.removeFirst() }
    completion(Transcript(utterance: UtteranceID(number: 1), text: text, engine: "words"))
  }
  func finish(_ completion: @escaping @Sendable (Transcript) -> Void) {}
  func cancel() {}
}

/// Says the same of every turn, and keeps how long they were, in samples.
private final class Ear: TurnEndJudge {
  private let probability: Float?
  private let lengths = Mutex<[Int]>([])
  var asked: [Int] { lengths.withLock { $0 } }
  init(_ probability: Float?) { self.probability = probability }
  func judge(_ samples: [Float], completion: @escaping @Sendable (Float?) -> Void) {
    lengths.withLock { $0.append(samples.count) }
    completion(probability)
  }
}

private struct TextJudge: SentenceJudge {
  func completeness(of transcript: Transcript) -> Completeness { Completeness(rawValue: transcript.text) ?? .unknown }
}

/// Keeps the turns that ended, and takes words that may be all for a whole sentence.
private final class Turns: Listener {
  let foresight: Completeness?
  init(foresight: Completeness? = nil) { self.foresight = foresight }
  func foresight(at pause: Int) -> Completeness? { foresight }
  private let turns = Mutex<[Turn]>([])
  var ended: [Turn] { turns.withLock { $0 } }
  var attention: Attention { .open }
  var isAwake: Bool { true }
  func waitUntilListening(timeout: Duration) {}
  func take(_ heard: Heard) {
    if case .stopped(let turn, _, _) = heard { turns.withLock { $0.append(turn) } }
  }
}

@Suite struct ListenLoopTests {
  /// 20 windows of speech, then a pause of 12 (384 ms), 8 of speech, and silence.
  private func turns(
    hearing texts: [String], judge: (any SentenceJudge)?, foresight: Completeness? = nil,
    ear: (any TurnEndJudge)? = nil, manner: ListenLoop.Manner = .recorded
  ) throws -> [Turn] {
    let pattern =
      String(repeating: ".", count: 10) + String(repeating: "#", count: 20)
      + String(repeating: ".", count: 12) + String(repeating: "#", count: 8)
    let source = Periods(200)
    let listener = Turns(foresight: foresight)
    let loop = ListenLoop(source: source, manner: manner, listener: listener)
    loop.run(
      with: ListenLoop.Ears(
        detector: Pattern(pattern), turns: try TurnDetector(TurnConfiguration()),
        recogniser: manner == .live ? Words(texts) : SlowWords(texts), judge: judge, turnEnd: ear))
    return listener.ended
  }

  /// Silence after the last speech, in windows of 32 ms.
  private func silence(after turn: Turn) -> Int { (turn.end - turn.lastSpeech) / 512 }

  @Test func silenceAloneWaitsTheSameEachTime() throws {
    let turns = try turns(hearing: ["complete", "complete"], judge: nil)
    #expect(turns.map(silence) == [16])
  }

  @Test func aCompleteSentenceEndsSoonerAndAnUnfinishedOneLater() throws {
    // The pause in the middle is shorter than the usual silence: a complete sentence ends there all the same.
    #expect(try turns(hearing: ["complete", "complete"], judge: TextJudge()).map(silence) == [5, 5])
    #expect(try turns(hearing: ["unfinished", "complete"], judge: TextJudge()).map(silence) == [5])
    #expect(try turns(hearing: ["unfinished", "unknown"], judge: TextJudge()).map(silence) == [16])
    #expect(try turns(hearing: ["unknown", "unfinished"], judge: TextJudge()).map(silence) == [44])
  }

  @Test func whatAListenerMakesOfTheWordsEndsATurnSooner() throws {
    func silences(_ texts: [String], _ foresight: Completeness?, _ manner: ListenLoop.Manner = .live) throws -> [Int] {
      try turns(hearing: texts, judge: TextJudge(), foresight: foresight, manner: manner).map(silence)
    }
    #expect(try silences(["unknown", "unknown"], nil) == [16])
    #expect(try silences(["unknown", "unknown"], .complete) == [5, 5])
    // What is not over by its words is not over.
    #expect(try silences(["unfinished", "unknown"], .complete) == [5])
    // A file does not wait for anybody's opinion.
    #expect(try silences(["unknown", "unknown"], .complete, .recorded) == [16])
  }

  @Test func aModelThatHearsTheVoiceIsAskedOnceAPauseAndHasASay() throws {
    func silences(_ texts: [String], _ ear: Ear, _ judge: (any SentenceJudge)? = TextJudge()) throws -> [Int] {
      try turns(hearing: texts, judge: judge, ear: ear, manner: .live).map(silence)
    }
    let sure = Ear(0.95)
    // It is asked at 200 ms, and its answer is looked at with the next window.
    #expect(try silences(["unknown", "unknown"], sure) == [8, 8])
    #expect(sure.asked.count == 2)
    #expect(try silences(["unknown", "unknown"], Ear(0.6)) == [11, 11])
    #expect(try silences(["unknown", "unknown"], Ear(0.3)) == [16])
    #expect(try silences(["unknown", "unknown"], Ear(0.02)) == [44])
    #expect(try silences(["unknown", "unknown"], Ear(nil)) == [16])
    #expect(try silences(["complete", "complete"], Ear(0.02)) == [5, 5])
    #expect(try silences(["", ""], sure, nil) == [8, 8])
  }

  @Test func waitsOnceForEachWindowHoweverShortThePeriodsAre() throws {
    let source = Periods(160)
    let windows = Mutex(0)
    let loop = ListenLoop(source: source, manner: .live, listener: Audience()) { _ in windows.withLock { $0 += 1 } }
    loop.run(
      with: ListenLoop.Ears(
        detector: Silence(), turns: try TurnDetector(TurnConfiguration()), recogniser: NoWords()))
    #expect(windows.withLock { $0 } == 160 * Periods.length / 512)
    // A wait that ends before there is a window would keep a core busy with looking.
    #expect(source.askedFor.allSatisfy { $0 == 512 })
    #expect(source.askedFor.count <= 101)
  }
}
