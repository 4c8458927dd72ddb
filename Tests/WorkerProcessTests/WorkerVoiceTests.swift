import Glibc
import OperatingSystem
import Testing

@testable import WorkerProcess

/// The real worker with the real library and a tiny voice that says each phoneme as 256 samples.
@Suite(.timeLimit(.minutes(2))) struct WorkerVoiceTests {
  static func ready(_ folder: String) async throws -> WorkerVoice {
    let voice = try WorkerVoice(model: ModelFolder("\(fixtureFolder("sherpa"))/\(folder)").voice())
    try voice.start()
    let state = voice.waitUntilStarted(limit: .seconds(60))
    if case .failed(let error) = state { throw error }
    try #require(state.isReady)
    return voice
  }

  static func speak(
    _ voice: WorkerVoice, _ text: String, speaker: Int = 0, speed: Float = 1
  ) async -> (samples: [Float], last: WorkerVoiceEvent?) {
    let answer = Answer<WorkerVoiceEvent>()
    voice.speak(text, speaker: speaker, speed: speed) { event in
      answer.put(event)
      if case .samples = event {} else { answer.end() }
    }
    let events = await answer.all()
    var samples: [Float] = []
    for case .samples(let chunk, _) in events { samples += chunk }
    return (samples, events.last)
  }

  @Test func speaksWithTheModelsRateAndSpeakers() async throws {
    let voice = try await Self.ready("tones-voice")
    defer { voice.stop() }
    guard case .ready(let description) = voice.state else { return #expect(Bool(false)) }
    #expect(description.sampleRate == 16_000)
    #expect(description.speakers == 2)
    let (short, last) = await Self.speak(voice, "The light is on.")
    #expect(last == .finished)
    #expect(short.count > 4_000)
    #expect(short.contains { abs($0) > 0.2 })
    let (long, _) = await Self.speak(voice, "The light in the kitchen is on, and so is the fan. The door is open.")
    #expect(long.count > 2 * short.count)
  }

  @Test func wrongRequestsAreAnsweredAndTheVoiceGoesOn() async throws {
    let voice = try await Self.ready("tones-voice")
    defer { voice.stop() }
    for (text, speaker, speed) in [("hello", 2, Float(1)), ("hello", -1, 1), ("hello", 0, 0), ("hello", 0, .nan)] {
      let (samples, last) = await Self.speak(voice, text, speaker: speaker, speed: speed)
      guard case .failed(let error) = last else { return #expect(Bool(false), "\(speaker) \(speed)") }
      #expect(error.code == .requestFailed)
      #expect(samples.isEmpty)
    }
    let (_, tooLong) = await Self.speak(voice, String(repeating: "a", count: WorkerVoice.maximumTextBytes + 1))
    guard case .failed = tooLong else { return #expect(Bool(false)) }
    #expect(await Self.speak(voice, "Hello.").last == .finished)
    #expect(await Self.speak(voice, " … !? ").last == .finished)
  }

  /// Starts a text of several sentences and returns at its first samples, with the voice's thread held there.
  private func speakHeld(
    _ voice: WorkerVoice, _ events: Answer<WorkerVoiceEvent>, _ gate: OperatingSystem.Semaphore
  ) async throws -> UInt32 {
    let id = voice.speak(String(repeating: "One more sentence. ", count: 8)) { event in
      events.put(event)
      if case .samples = event { gate.wait() }
    }
    guard case .samples = await events.first() else {
      Issue.record("the first thing delivered was no sound")
      return id
    }
    return id
  }

  @Test func cancelledTextDeliversNothingMore() async throws {
    let voice = try await Self.ready("tones-voice")
    defer { voice.stop() }
    let events = Answer<WorkerVoiceEvent>()
    let gate = OperatingSystem.Semaphore()
    voice.cancel(try await speakHeld(voice, events, gate))
    gate.signal()
    // What follows is served, so the cancelled text is over.
    #expect(await Self.speak(voice, "Next.").last == .finished)
    events.end()
    #expect(await events.all() == [])
  }

  @Test func killedVoiceFailsItsTextAndComesBack() async throws {
    let voice = try await Self.ready("tones-voice")
    defer { voice.stop() }
    let first = try #require(voice.processID)
    let events = Answer<WorkerVoiceEvent>()
    let gate = OperatingSystem.Semaphore()
    // Held before the end of the text is read from the socket; the worker stops in the middle, or has just ended.
    _ = try await speakHeld(voice, events, gate)
    kill(first, SIGKILL)
    for _ in 0..<1_000 { gate.signal() }
    let end = await events.first { if case .samples = $0 { false } else { true } }
    if case .failed(let error)? = end {
      #expect(error.description.contains("signal 9"))
    } else {
      #expect(end == .finished)
    }
    while voice.processID == first { await Task.yield() }
    #expect(voice.waitUntilStarted(limit: .seconds(60)).isReady)
    #expect(await Self.speak(voice, "Here again.").last == .finished)
  }

  @Test func stoppedVoiceLeavesNoProcess() async throws {
    let voice = try await Self.ready("tones-voice")
    let pid = try #require(voice.processID)
    voice.stop()
    #expect(kill(pid, 0) == -1)
    #expect(voice.state == .stopped)
    guard case .failed(let error) = await Self.speak(voice, "Hello.").last else { return #expect(Bool(false)) }
    #expect(error.code == .notReady)
  }

  @Test func missingProgramIsAnErrorNotARestartForEver() async throws {
    var limits = WorkerLimits()
    limits.firstPause = .milliseconds(1)
    let model = try ModelFolder("\(fixtureFolder("sherpa"))/tones-voice").voice()
    let voice = try WorkerVoice(model: model, executable: "/nonexistent/earshot-worker", limits: limits)
    try voice.start()
    guard case .failed(let error) = voice.waitUntilStarted(limit: .seconds(60)) else { return #expect(Bool(false)) }
    #expect(error.code == .cannotSpawn)
    #expect(error.errno == ENOENT)
  }
}
