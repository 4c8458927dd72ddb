import Assistant
import Audio
import Synchronization
import Testing
import Transcription
import TurnDetection

/// A second of silence, speech of so many windows of 32 ms, and silence.
private final class Speech: AudioSource, VoiceActivityDetector {
  let name = "speech"
  let windowLength = 512
  let ring = SampleRing(minimumCapacity: 4096)
  private let speech: Range<Int>
  private let left = Atomic<Int>(100)
  private let window = Atomic<Int>(0)

  init(windows: Int) { speech = 30..<30 + windows }

  var hasEnded: Bool { left.load(ordering: .acquiring) == 0 }
  var counters: AudioSourceCounters { AudioSourceCounters() }
  func start() throws {}
  func stop() {}
  func waitForSamples(_ count: Int, timeout: Duration) {
    while ring.availableToRead < count, !hasEnded {
      ring.write([Float](repeating: 0, count: windowLength).span)
      left.subtract(1, ordering: .releasing)
    }
  }
  func speechProbability(of window: Span<Float>) -> Float {
    speech.contains(self.window.add(1, ordering: .relaxed).oldValue) ? 0.95 : 0.02
  }
  func reset() {}
}

private final class Words: Recogniser {
  let name = "words"
  private let transcript: Transcript
  init(_ transcript: Transcript) { self.transcript = transcript }
  var state: RecogniserState { .ready }
  var partialText: String { "" }
  func begin() -> UtteranceID { UtteranceID(number: 1) }
  func accept(_ samples: Span<Float>) {}
  func settle(_ completion: @escaping @Sendable (Transcript) -> Void) {}
  func finish(_ completion: @escaping @Sendable (Transcript) -> Void) { completion(transcript) }
  func cancel() {}
}

private final class Nobody: Listener {
  let heard = Mutex<[Heard.Words]>([])
  var attention: Attention { .open }
  var isAwake: Bool { false }
  func waitUntilListening(timeout: Duration) {}
  func take(_ heard: Heard) {
    guard case .transcript(let transcript, let isCalled, _) = heard else { return }
    self.heard.withLock { $0.append(Heard.Words(text: transcript.text, isCalled: isCalled)) }
  }
}

/// The meter calls back the loop that it belongs to.
private final class Caller: Sendable {
  let loop = Mutex<ListenLoop?>(nil)
}

@Suite struct CalledByNameTests {
  /// What is understood where somebody speaks for `windows`, the name is heard in their tenth, and the recogniser hears this.
  private func understood(_ text: String, _ rejection: Transcript.Rejection? = nil, windows: Int) throws -> Heard.Words?
  {
    let source = Speech(windows: windows)
    let listener = Nobody()
    let caller = Caller()
    let loop = ListenLoop(source: source, manner: .recorded, listener: listener) { meter in
      if meter.time.frames == 40 * 512 { caller.loop.withLock { $0?.take(.name("okay nabu")) } }
    }
    caller.loop.withLock { $0 = loop }
    defer { caller.loop.withLock { $0 = nil } }
    var transcript = Transcript(utterance: UtteranceID(number: 1), text: text, engine: "words")
    transcript.rejection = rejection
    loop.run(
      with: ListenLoop.Ears(
        detector: source, turns: try TurnDetector(TurnConfiguration()), recogniser: Words(transcript),
        names: WakePhrases(["okay nabu"]), needsCall: true))
    let heard = listener.heard.withLock { $0 }
    #expect(heard.count == 1)
    return heard.first
  }

  @Test func theNameAloneIsACallWhateverTheRecogniserMakesOfIt() throws {
    let called = Heard.Words(text: "", isCalled: true)
    #expect(try understood("okay nabu", windows: 13) == called)
    #expect(try understood("", .nothingHeard, windows: 13) == called)
    #expect(try understood("a cave with two doors", .notAPhrase(agreement: 0), windows: 13) == called)
  }

  @Test func wordsBehindTheNameAreKept() throws {
    let asked = try understood("okay nabu why is the sky blue", .notAPhrase(agreement: 0), windows: 60)
    #expect(asked == Heard.Words(text: "why is the sky blue", isCalled: true))
    // Short, and the recogniser stands by it.
    #expect(try understood("okay nabu stop", windows: 15) == Heard.Words(text: "stop", isCalled: true))
    #expect(try understood("", .nothingHeard, windows: 60) == Heard.Words(text: "", isCalled: true))
  }
}
