import Assistant
import Audio
import Synchronization
import Testing
import Transcription
import TurnDetection

/// A microphone with windows as loud as the pattern says: # speech, m a murmur, . silence.
private final class Windows: AudioSource {
  let name = "windows"
  let ring = SampleRing(minimumCapacity: 4096)
  private let levels: [Float]
  private let next = Atomic(0)

  init(_ pattern: String) { levels = pattern.map { $0 == "#" ? 0.1 : $0 == "m" ? 0.005 : 0.0001 } }

  var hasEnded: Bool { next.load(ordering: .relaxed) >= levels.count }
  var counters: AudioSourceCounters { AudioSourceCounters() }
  func start() throws {}
  func stop() {}
  func waitForSamples(_ count: Int, timeout: Duration) {
    guard !hasEnded else { return }
    let index = next.add(1, ordering: .relaxed).oldValue
    ring.write([Float](repeating: levels[index], count: 512).span)
  }
}

/// Speech wherever it is not quiet.
private final class ByLevel: VoiceActivityDetector {
  let windowLength = 512
  func speechProbability(of window: Span<Float>) -> Float { window[0] > 0.001 ? 0.95 : 0.02 }
  func reset() {}
}

/// Hears one text, at once.
private final class Text: Recogniser {
  let name = "text"
  private let transcript: Transcript
  private let other: [String]
  init(_ text: String, _ rejection: Transcript.Rejection? = nil, other: String? = nil) {
    self.other = [other].compactMap(\.self)
    transcript = Transcript(utterance: UtteranceID(number: 1), text: text, engine: "text", rejection: rejection)
  }
  var state: RecogniserState { .ready }
  var partialText: String { transcript.text }
  var partialReadings: [String] { [transcript.text] + other }
  func begin() -> UtteranceID { UtteranceID(number: 1) }
  func accept(_ samples: Span<Float>) {}
  func settle(_ completion: @escaping @Sendable (Transcript) -> Void) { completion(transcript) }
  func finish(_ completion: @escaping @Sendable (Transcript) -> Void) { completion(transcript) }
  func cancel() {}
}

/// The reply's echo, of which this much is left in every window.
private struct Echo: OwnVoiceRemoving {
  var residual: Float
  func remove(from window: inout [Float], at time: SampleTime) -> OwnVoice {
    OwnVoice(isAudible: true, residual: residual)
  }
}

/// Speaks all the time until it is interrupted.
private final class Speaker: Listener {
  private let told = Mutex<[String]>([])
  private let now = Atomic(Attention.guarded.rawValue)
  var heard: [String] { told.withLock { $0 } }
  var attention: Attention { Attention(rawValue: now.load(ordering: .relaxed)) ?? .deaf }
  var isAwake: Bool { true }
  func waitUntilListening(timeout: Duration) {}
  func take(_ heard: Heard) {
    let word: String? =
      switch heard {
      case .overlapped: "overlapped"
      case .overlapDismissed: "dismissed"
      case .interrupted: "interrupted"
      case .speechStarted: "started"
      case .stopped: "stopped"
      case .transcript(let transcript, _, _): transcript.text
      case .discarded: "discarded"
      case .woke, .partial, .hushed, .supposed: nil
      }
    if heard.isInterruption { now.store(Attention.open.rawValue, ordering: .relaxed) }
    if let word { told.withLock { $0.append(word) } }
  }
}

extension Heard {
  fileprivate var isInterruption: Bool { if case .interrupted = self { true } else { false } }
}

@Suite struct OverlapTests {
  private func heard(
    _ pattern: String, _ recogniser: any Recogniser = Text("turn it off"), residual: Float = -60, hears: Bool = true
  ) throws -> [String] {
    let listener = Speaker()
    ListenLoop(source: Windows(pattern), manner: .live, listener: listener).run(
      with: ListenLoop.Ears(
        detector: ByLevel(), turns: try TurnDetector(TurnConfiguration()), recogniser: recogniser,
        ownVoice: hears ? Echo(residual: residual) : nil))
    return listener.heard
  }

  private func pattern(_ parts: (Character, Int)...) -> String {
    parts.map { String(repeating: $0, count: $1) }.joined() + String(repeating: ".", count: 40)
  }

  @Test func whoSpeaksLongEnoughInterrupts() throws {
    let heard = try heard(pattern((".", 10), ("#", 30)))
    #expect(heard == ["overlapped", "interrupted", "started", "stopped", "turn it off"])
  }

  @Test func wordsMakeAnInterruptionSureSoonerThanLength() throws {
    // 13 windows of 32 ms are 416 ms, one of which opens the gate; 23 are 736 ms.
    let unclear = Transcript.Rejection.notAPhrase(agreement: 0.2)
    #expect(try heard(pattern((".", 10), ("#", 13)), Text("turn off", unclear)).contains("interrupted"))
    #expect(try !heard(pattern((".", 10), ("#", 11)), Text("turn off", unclear)).contains("interrupted"))
    // One word needs 416 ms behind the gate.
    #expect(try heard(pattern((".", 10), ("#", 16)), Text("off", unclear)).contains("interrupted"))
    #expect(try !heard(pattern((".", 10), ("#", 12)), Text("off", unclear)).contains("interrupted"))
    // And 480 ms where the recogniser's models hear different ones; another one's "really" may be all it is.
    #expect(try heard(pattern((".", 10), ("#", 17)), Text("turn", unclear, other: "our")).contains("interrupted"))
    #expect(try !heard(pattern((".", 10), ("#", 14)), Text("turn", unclear, other: "our")).contains("interrupted"))
    #expect(try !heard(pattern((".", 10), ("#", 20)), Text("turn", unclear, other: "really")).contains("interrupted"))
    #expect(try heard(pattern((".", 10), ("#", 23)), Text("", .nothingHeard)).contains("interrupted"))
    #expect(try !heard(pattern((".", 10), ("#", 20)), Text("", .nothingHeard)).contains("interrupted"))
  }

  @Test func aSingleLoudWindowOpensNoGate() throws {
    let ticks = String(repeating: "#......", count: 20)
    #expect(try heard(ticks) == [])
  }

  @Test(arguments: ["mhm", "Uh-huh.", "okay", "I see", ""]) func whoOnlyListensDoesNotInterrupt(words: String) throws {
    #expect(try heard(pattern((".", 10), ("#", 14)), Text(words)) == ["overlapped", "dismissed"])
  }

  @Test func aVoiceThatIsTrailingOffIsAwaited() throws {
    let unclear = Transcript.Rejection.notAPhrase(agreement: 0.2)
    // From the tenth window on it is 26 dB quieter, and then over; or goes on.
    #expect(
      try heard(pattern((".", 10), ("#", 10), ("m", 8)), Text("turn off", unclear)) == ["overlapped", "dismissed"])
    #expect(
      try heard(pattern((".", 10), ("#", 10), ("m", 8), ("#", 6)), Text("turn off", unclear)).contains("interrupted"))
  }

  @Test func aShortWordThatMeansSomethingInterrupts() throws {
    let heard = try heard(pattern((".", 10), ("#", 7)), Text("stop"))
    #expect(heard == ["overlapped", "interrupted", "started", "stopped", "stop"])
  }

  @Test func aClapIsNotEvenNoticed() throws {
    #expect(try heard(pattern((".", 10), ("#", 2))) == [])
  }

  @Test func whatIsLeftOfItsOwnVoiceIsNobody() throws {
    // A murmur of -46 dBFS, and as much may be left of the reply.
    #expect(try heard(pattern((".", 10), ("m", 60)), residual: -45) == [])
    #expect(try heard(pattern((".", 10), ("m", 60)), residual: -60).contains("interrupted"))
    #expect(try heard(pattern((".", 10), ("#", 30)), residual: -45).contains("interrupted"))
  }

  @Test func eachPauseForNothingMakesTheNextOneLessLikely() throws {
    // Three coughs of this length pause the reply; a fourth would have to be longer.
    let cough: (Character, Int) = ("#", 6)
    let coughs = pattern((".", 10), cough, (".", 30), cough, (".", 30), cough, (".", 30), cough)
    let heard = try heard(coughs, Text("", .nothingHeard))
    #expect(heard == Array(repeating: ["overlapped", "dismissed"], count: 3).flatMap(\.self))
  }

  @Test func withoutACancellerNothingIsHeardWhileItSpeaks() throws {
    #expect(try heard(pattern((".", 10), ("#", 60)), hears: false) == [])
  }
}
