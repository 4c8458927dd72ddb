import Glibc
import Synchronization
import Testing
import WorkerProcess

@testable import Transcription

/// The real worker with the real library and tiny models that hear four tones as four words.
@Suite(.timeLimit(.minutes(2))) struct WorkerRecogniserTests {
  static let folders = ["tones-streaming", "tones-offline"]

  static func ready(_ folder: String) throws -> WorkerRecogniser {
    let recogniser = try WorkerRecogniser(model: ModelFolder(fixture("sherpa/\(folder)")).recogniser())
    try recogniser.start()
    let state = recogniser.waitUntilStarted(limit: .seconds(60))
    if case .failed(let error) = state { throw error }
    try #require(state.isReady)
    return recogniser
  }

  @Test(arguments: folders) func tonesBecomeWords(_ folder: String) async throws {
    let recogniser = try Self.ready(folder)
    defer { recogniser.stop() }
    for text in ["turn on the light", "light", "the light on"] {
      let transcript = try #require(await recogniser.hear(Tones.samples(text)))
      #expect(transcript.text == text)
      #expect(transcript.isAccepted)
      #expect(transcript.engine.hasPrefix("sherpa-onnx"))
    }
  }

  @Test(arguments: folders) func silenceIsNothingHeard(_ folder: String) async throws {
    let recogniser = try Self.ready(folder)
    defer { recogniser.stop() }
    #expect(await recogniser.hear([Float](repeating: 0, count: 16_000))?.rejection == .nothingHeard)
    #expect(await recogniser.hear([])?.rejection == .nothingHeard)
  }

  @Test(arguments: folders) func anUtteranceGoesOnAfterItWasSettled(_ folder: String) async throws {
    let recogniser = try Self.ready(folder)
    defer { recogniser.stop() }
    let answers = Answer<Transcript>()
    let id = recogniser.begin()
    recogniser.accept(all: Tones.samples("turn on"))
    recogniser.settle { answers.put($0) }
    recogniser.accept(all: Tones.samples("the light"))
    recogniser.finish {
      answers.put($0)
      answers.end()
    }
    let all = await answers.all()
    #expect(all.map(\.text) == ["turn on", "turn on the light"])
    #expect(all.allSatisfy { $0.utterance == id })
    #expect(all.first!.samples < all.last!.samples)
  }

  @Test func streamingModelGivesPartialWords() async throws {
    let recogniser = try Self.ready("tones-streaming")
    defer { recogniser.stop() }
    recogniser.begin()
    recogniser.accept(all: Tones.samples("turn on the"))
    while recogniser.partialText != "turn on the" { await Task.yield() }
    recogniser.cancel()
    #expect(recogniser.partialText == "")
  }

  @Test func cancelledUtteranceIsNeverAnswered() async throws {
    let recogniser = try Self.ready("tones-streaming")
    defer { recogniser.stop() }
    let cancelled = Atomic<Int>(0)
    recogniser.begin()
    recogniser.accept(all: Tones.samples("turn on the light"))
    recogniser.finish { _ in cancelled.add(1, ordering: .relaxed) }
    recogniser.cancel()
    #expect(await recogniser.hear(Tones.samples("light"))?.text == "light")
    #expect(cancelled.load(ordering: .relaxed) == 0)
  }

  @Test func finishedUtteranceIsAnsweredThoughTheNextHasBegun() async throws {
    let recogniser = try Self.ready("tones-offline")
    defer { recogniser.stop() }
    let first = Answer<Transcript>()
    recogniser.begin()
    recogniser.accept(all: Tones.samples("turn on"))
    recogniser.finish { first.put($0) }
    #expect(await recogniser.hear(Tones.samples("light"))?.text == "light")
    #expect(await first.first()?.text == "turn on")
  }

  @Test func killedWorkerFailsTheUtteranceAndComesBack() async throws {
    let recogniser = try Self.ready("tones-streaming")
    defer { recogniser.stop() }
    let pid = try #require(recogniser.processID)
    recogniser.begin()
    recogniser.accept(all: Tones.samples("turn on"))
    kill(pid, SIGKILL)
    let answer = Answer<Transcript>()
    recogniser.finish { answer.put($0) }
    guard case .engineFailed = await answer.first()?.rejection else { return #expect(Bool(false)) }
    while recogniser.processID == pid { await Task.yield() }
    #expect(recogniser.waitUntilStarted(limit: .seconds(60)).isReady)
    #expect(await recogniser.hear(Tones.samples("turn on"))?.text == "turn on")
  }

  @Test func unsupportedModelIsReportedInTheLibrarysWords() throws {
    var limits = WorkerLimits()
    limits.firstPause = .milliseconds(1)
    let model = try ModelFolder(fixture("sherpa/unsupported-nemo")).recogniser()
    let recogniser = try WorkerRecogniser(model: model, limits: limits)
    try recogniser.start()
    guard case .failed(let error) = recogniser.waitUntilStarted(limit: .seconds(60)) else {
      return #expect(Bool(false))
    }
    #expect(error.code == .loadFailed)
    #expect(error.description.contains("it last said"))
    #expect(!error.reason.hasSuffix("it last said: "))
    guard case .failed = recogniser.state else { return #expect(Bool(false)) }
  }

  @Test func spareEngineAnswersTheUtteranceInWhichTheWorkerDied() async throws {
    let first = try Self.ready("tones-streaming")
    let spare = try Self.ready("tones-offline")
    defer {
      first.stop()
      spare.stop()
    }
    let recogniser = FallbackRecogniser(first: first, spare: spare)
    #expect(recogniser.name == first.name)
    recogniser.begin()
    recogniser.accept(all: Tones.samples("turn on"))
    kill(try #require(first.processID), SIGKILL)
    recogniser.accept(all: Tones.samples("the light"))
    let answer = Answer<Transcript>()
    recogniser.finish { answer.put($0) }
    let transcript = try #require(await answer.first())
    #expect(transcript.text == "turn on the light")
    #expect(transcript.engine == spare.name)
  }

  @Test func spareEngineHearsAllWhileTheWorkerIsNotReady() async throws {
    let first = try WorkerRecogniser(model: ModelFolder(fixture("sherpa/tones-streaming")).recogniser())
    let spare = try Self.ready("tones-streaming")
    defer { spare.stop() }
    let recogniser = FallbackRecogniser(first: first, spare: spare)
    #expect(recogniser.state == .ready)
    #expect(await recogniser.hear(Tones.samples("light on"))?.text == "light on")
    recogniser.begin()
    recogniser.accept(all: Tones.samples("turn"))
    let settled = Answer<Transcript>()
    recogniser.settle { settled.put($0) }
    #expect(await settled.first()?.text == "turn")
    recogniser.cancel()
    recogniser.finish { _ in Issue.record("a cancelled utterance was answered") }
    #expect(await recogniser.hear(Tones.samples("on"))?.text == "on")
  }
}
