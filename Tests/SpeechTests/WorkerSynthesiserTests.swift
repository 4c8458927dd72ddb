import Audio
import Synchronization
import Testing
import WorkerProcess

@testable import Speech

/// A voice whose events are given by the test, delivered when a text is to be spoken.
private final class ScriptedVoice: StreamingVoice {
  let isReady: Bool
  private let events: [WorkerVoiceEvent]
  private let cancelled = SharedCounter()
  private let asked = SharedCounter()

  init(isReady: Bool = true, _ events: [WorkerVoiceEvent] = []) {
    self.isReady = isReady
    self.events = events
  }

  var cancellations: Int { cancelled.value }
  var requests: Int { asked.value }

  func speak(
    _ text: String, speaker: Int, speed: Float, deliver: @escaping @Sendable (WorkerVoiceEvent) -> Void
  ) -> UInt32 {
    asked.add()
    for event in events { deliver(event) }
    return 7
  }

  func cancel(_ id: UInt32) { if id == 7 { cancelled.add() } }
}

struct WorkerSynthesiserTests {
  private final class Errors: Sendable {
    private let state = Mutex<[SpeechError]>([])
    func add(_ error: SpeechError) { state.withLock { $0.append(error) } }
    var all: [SpeechError] { state.withLock { $0 } }
  }

  private static let failure = WorkerVoiceEvent.failed(
    WorkerError(.died, "speak a text", "the process ended", remedy: "Look at its log."))

  private func synthesiser(
    _ voice: ScriptedVoice, fallback: ScriptedSynthesiser = ScriptedSynthesiser(), errors: Errors = Errors(),
    rate: SampleRate = .speech, stallLimit: Duration = .seconds(30)
  ) -> WorkerSynthesiser {
    var configuration = WorkerSynthesiser.Configuration()
    configuration.sampleRate = rate
    configuration.stallLimit = stallLimit
    return WorkerSynthesiser(
      name: "piper", streaming: voice, fallback: fallback, configuration: configuration
    ) { errors.add($0) }
  }

  @Test func theWorkersSamplesAreDelivered() throws {
    let voice = ScriptedVoice([
      .samples([0.1, 0.2], sampleRate: 16_000), .samples([0.3], sampleRate: 16_000), .finished,
    ])
    let fallback = ScriptedSynthesiser()
    #expect(try samples(of: "hello", from: synthesiser(voice, fallback: fallback)) == [0.1, 0.2, 0.3])
    #expect(fallback.texts.isEmpty)
  }

  @Test func anotherRateIsConverted() throws {
    let voice = ScriptedVoice([
      .samples([Float](repeating: 0.5, count: 22_050), sampleRate: 22_050), .finished,
    ])
    let spoken = try samples(of: "hello", from: synthesiser(voice, rate: SampleRate(hertz: 24_000)))
    #expect(abs(spoken.count - 24_000) <= 1)
    #expect(abs(spoken[12_000] - 0.5) < 0.001)
  }

  @Test func theFallbackSpeaksWhileTheWorkerIsNotReady() throws {
    let (voice, fallback, errors) = (ScriptedVoice(isReady: false), ScriptedSynthesiser(), Errors())
    #expect(try samples(of: "hello", from: synthesiser(voice, fallback: fallback, errors: errors)).count == 500)
    #expect(fallback.texts == ["hello"])
    #expect(voice.requests == 0)
    #expect(errors.all.map(\.code) == [.voiceFailed])
  }

  @Test func theFallbackSpeaksTheClauseThatFailed() throws {
    let (fallback, errors) = (ScriptedSynthesiser(), Errors())
    let spoken = try samples(
      of: "hello", from: synthesiser(ScriptedVoice([Self.failure]), fallback: fallback, errors: errors))
    #expect(spoken.count == 500)
    #expect(errors.all.first?.message.contains("the process ended") == true)
  }

  @Test func theFallbackGoesOnWhereTheWorkerEnded() throws {
    let fallback = ScriptedSynthesiser()
    // A second of speech: fifteen characters, then the rest from the next word.
    let voice = ScriptedVoice([.samples([Float](repeating: 0, count: 16_000), sampleRate: 16_000), Self.failure])
    _ = try samples(of: "the kitchen light is on now", from: synthesiser(voice, fallback: fallback))
    #expect(fallback.texts == [" is on now"])
  }

  @Test func aSilentWorkerIsGivenUp() throws {
    let (voice, fallback) = (ScriptedVoice(), ScriptedSynthesiser())
    let spoken = try samples(of: "hello", from: synthesiser(voice, fallback: fallback, stallLimit: .milliseconds(30)))
    #expect(spoken.count == 500)
    #expect(voice.cancellations == 1)
  }

  @Test func stoppingCancelsAtTheWorkerAndLeavesTheFallbackSilent() throws {
    let fallback = ScriptedSynthesiser()
    let voice = ScriptedVoice([
      .samples([0.1], sampleRate: 16_000), .samples([0.2], sampleRate: 16_000), Self.failure,
    ])
    #expect(try samples(of: "hello", from: synthesiser(voice, fallback: fallback), limit: 1) == [0.1])
    #expect(voice.cancellations == 1)
    #expect(fallback.texts.isEmpty)
  }

  @Test func stoppingWhileTheWorkerIsSilentIsNoticed() throws {
    let (voice, fallback) = (ScriptedVoice(), ScriptedSynthesiser())
    var asked = 0
    try synthesiser(voice, fallback: fallback).synthesise("hello") { _ in
      asked += 1
      return false
    }
    #expect(asked == 1)
    #expect(voice.cancellations == 1)
    #expect(fallback.texts.isEmpty)
  }

  @Test(arguments: [0, -1, 1_000_000])
  func anImpossibleRateIsNotPlayed(rate: Int) throws {
    let (voice, fallback) = (ScriptedVoice([.samples([1], sampleRate: rate), .finished]), ScriptedSynthesiser())
    #expect(try samples(of: "hello", from: synthesiser(voice, fallback: fallback)).count == 500)
  }

  @Test func tooLongATextIsRefused() {
    let error = #expect(throws: SpeechError.self) {
      try synthesiser(ScriptedVoice()).synthesise(String(repeating: "a", count: 5_000)) { _ in true }
    }
    #expect(error?.code == .textTooLong)
  }
}
