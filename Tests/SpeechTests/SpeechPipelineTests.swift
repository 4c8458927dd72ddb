import Audio
import Testing

@testable import Speech

/// Each test has a pipeline with its own threads; nothing here depends on how fast they are.
struct SpeechPipelineTests {
  private struct Setup {
    let synthesiser: ScriptedSynthesiser
    let sink: RecordingSink
    let log = ReportLog()
    let pipeline: SpeechPipeline

    init(
      _ synthesiser: ScriptedSynthesiser = ScriptedSynthesiser(), sink: RecordingSink = RecordingSink(),
      ahead: Duration = .seconds(20)
    )
      throws
    {
      self.synthesiser = synthesiser
      self.sink = sink
      var limits = SpeechPipeline.Limits()
      limits.fullSinkInterval = .milliseconds(1)
      limits.ahead = ahead
      let log = log
      pipeline = SpeechPipeline(synthesiser: synthesiser, sink: sink, limits: limits) { log.add($0) }
      try pipeline.start()
    }

    func isHeard(_ generation: SpeechGeneration) -> (SpeechReport) -> Bool {
      { if case .heard(generation) = $0 { true } else { false } }
    }
    func isAllQueued(_ generation: SpeechGeneration) -> (SpeechReport) -> Bool {
      { if case .allQueued(generation, _) = $0 { true } else { false } }
    }
  }

  private static func clause(_ text: String) -> Clause { Clause(text: text, spoken: text) }

  @Test func clausesReachTheSinkInOrderAndWhole() throws {
    let setup = try Setup()
    let reply = setup.pipeline.begin()
    for text in ["one", "three", "seven seven"] { setup.pipeline.speak(Self.clause(text), in: reply) }
    setup.pipeline.end(reply)
    #expect(setup.log.wait(for: setup.isAllQueued(reply)))
    #expect(setup.synthesiser.texts == ["one", "three", "seven seven"])
    #expect(setup.sink.queuedFrames == 1_900)
    let ranges = setup.log.reports.compactMap { if case .queued(reply, _, let frames) = $0 { frames } else { nil } }
    #expect(ranges == [0..<300, 300..<800, 800..<1_900])
  }

  @Test func eachClauseReportsItsFirstSampleBeforeItsLast() throws {
    let setup = try Setup()
    let reply = setup.pipeline.begin()
    setup.pipeline.speak(Self.clause("hello"), in: reply)
    setup.pipeline.end(reply)
    #expect(setup.log.wait(for: setup.isAllQueued(reply)))
    guard case .started(reply, 0, let started) = setup.log.reports.first else {
      Issue.record("the first report is \(String(describing: setup.log.reports.first))")
      return
    }
    #expect(started.firstFrame == 0)
    #expect(started.latency > .zero)
  }

  @Test func aReplyIsHeardWhenItsLastFrameIs() throws {
    let setup = try Setup()
    let reply = setup.pipeline.begin()
    setup.pipeline.speak(Self.clause("hello"), in: reply)
    setup.pipeline.end(reply)
    #expect(setup.log.wait(for: setup.isAllQueued(reply)))
    setup.sink.play(499)
    #expect(!setup.log.reports.contains(where: setup.isHeard(reply)))
    setup.sink.play(1)
    #expect(setup.log.wait(for: setup.isHeard(reply)))
  }

  @Test func aReplyWithoutClausesIsHeardAtOnce() throws {
    let setup = try Setup()
    let reply = setup.pipeline.begin()
    setup.pipeline.end(reply)
    #expect(setup.log.wait(for: setup.isHeard(reply)))
  }

  @Test func aSoundIsPlayedWhereNothingIsSaid() throws {
    let setup = try Setup()
    setup.pipeline.play([Float](repeating: 0.5, count: 50))
    #expect(eventually { setup.sink.queuedFrames == 50 })
    let reply = setup.pipeline.begin()
    setup.pipeline.speak(Self.clause("hello"), in: reply)
    // Not between two clauses of a reply.
    setup.pipeline.play([Float](repeating: 0.5, count: 50))
    setup.pipeline.end(reply)
    #expect(setup.log.wait(for: setup.isAllQueued(reply)))
    #expect(setup.sink.queuedFrames == 550)
    guard case .started(reply, 0, let started)? = setup.log.reports.first else {
      Issue.record("the first report is \(String(describing: setup.log.reports.first))")
      return
    }
    #expect(started.firstFrame == 50)
  }

  @Test func aReplyOfOneSoundIsOverWhenItHasBeenHeard() throws {
    let setup = try Setup()
    let reply = setup.pipeline.begin()
    setup.pipeline.play([Float](repeating: 0.5, count: 100))
    setup.pipeline.end(reply)
    #expect(setup.log.wait(for: setup.isAllQueued(reply)))
    #expect(!setup.log.reports.contains(where: setup.isHeard(reply)))
    setup.sink.play()
    #expect(setup.log.wait(for: setup.isHeard(reply)))
    #expect(setup.sink.samples == [Float](repeating: 0.5, count: 100))
  }

  @Test func aFullSinkIsFilledAsItEmpties() throws {
    let setup = try Setup(sink: RecordingSink(capacity: 333))
    let reply = setup.pipeline.begin()
    setup.pipeline.speak(Self.clause("twenty characters ok"), in: reply)
    setup.pipeline.end(reply)
    #expect(eventually { setup.sink.queuedFrames == 333 })
    #expect(
      eventually {
        setup.sink.play(100)
        return setup.log.reports.contains(where: setup.isHeard(reply))
      })
    #expect(setup.sink.samples.count == 2_000)
  }

  @Test func theVoiceWorksNoFurtherAheadThanTheLimit() throws {
    let gate = Gate()
    // 100 ms ahead is 1,600 frames: ten chunks of 160, and the one that waits.
    let setup = try Setup(
      ScriptedSynthesiser(gate: gate), sink: RecordingSink(capacity: 0), ahead: .milliseconds(100))
    let reply = setup.pipeline.begin()
    setup.pipeline.speak(Self.clause("a clause of forty characters or so, it is"), in: reply)
    gate.open(11)
    // The eleventh chunk waits inside of the pipeline, so that the voice does not come back to the gate.
    #expect(eventually { setup.pipeline.pendingFrames == 1_600 })
    gate.open()
    #expect(setup.pipeline.pendingFrames == 1_600)
    setup.pipeline.cancel()
    #expect(eventually { setup.synthesiser.refusals == 1 })
  }

  @Test func cancellingStopsTheVoiceWithinOneChunk() throws {
    let gate = Gate()
    let setup = try Setup(ScriptedSynthesiser(gate: gate))
    let reply = setup.pipeline.begin()
    setup.pipeline.speak(Self.clause("a long clause that is cut off"), in: reply)
    setup.pipeline.speak(Self.clause("never said"), in: reply)
    gate.open(2)
    #expect(eventually { setup.sink.queuedFrames == 320 })
    gate.waitUntilReached()
    setup.pipeline.cancel()
    gate.open()
    #expect(eventually { setup.synthesiser.refusals == 1 })
    #expect(setup.sink.queuedFrames == 320)
    #expect(setup.synthesiser.texts.count == 1)
  }

  @Test func theNextReplyFollowsACancelledOneWithoutItsRest() throws {
    let gate = Gate()
    let setup = try Setup(ScriptedSynthesiser(gate: gate))
    let first = setup.pipeline.begin()
    setup.pipeline.speak(Self.clause("a long clause that is cut off"), in: first)
    gate.waitUntilReached()
    setup.pipeline.cancel()
    let second = setup.pipeline.begin()
    #expect(setup.pipeline.speak(Self.clause("stale"), in: first) == nil)
    #expect(setup.pipeline.speak(Self.clause("fresh"), in: second) == 0)
    setup.pipeline.end(second)
    gate.open()
    #expect(setup.log.wait(for: setup.isAllQueued(second)))
    #expect(setup.sink.queuedFrames == 500)
    #expect(Set(setup.sink.samples).count == 1)
  }

  @Test func interruptingFlushesAndSaysWhatWasHeard() throws {
    let setup = try Setup()
    let reply = setup.pipeline.begin()
    setup.pipeline.speak(Self.clause("It is warm."), in: reply)
    setup.pipeline.speak(Self.clause("The kitchen light is on."), in: reply)
    setup.pipeline.end(reply)
    #expect(setup.log.wait(for: setup.isAllQueued(reply)))
    // All of the first clause (1,100 frames) and half of the second (2,400).
    setup.sink.play(2_300)
    let cut = setup.pipeline.interrupt()
    #expect(cut.heardFrames == 2_300)
    #expect(cut.heardText == "It is warm. The kitchen")
    #expect(!cut.isComplete)
    #expect(setup.sink.flushes == 1)
    #expect(setup.sink.queuedFrames == 2_300)
  }

  @Test func interruptingAfterTheEndHasHeardEverything() throws {
    let setup = try Setup()
    let reply = setup.pipeline.begin()
    setup.pipeline.speak(Self.clause("It is warm."), in: reply)
    setup.pipeline.end(reply)
    #expect(setup.log.wait(for: setup.isAllQueued(reply)))
    setup.sink.play()
    let cut = setup.pipeline.interrupt()
    #expect(cut.heardText == "It is warm.")
    #expect(cut.isComplete)
  }

  @Test func aClauseThatFailsIsReportedAndTheNextIsSaid() throws {
    let setup = try Setup(ScriptedSynthesiser(failing: ["broken"]))
    let reply = setup.pipeline.begin()
    for text in ["broken", "fine"] { setup.pipeline.speak(Self.clause(text), in: reply) }
    setup.pipeline.end(reply)
    #expect(setup.log.wait(for: setup.isAllQueued(reply)))
    #expect(
      setup.log.reports.contains {
        if case .failed(reply, 0, let error) = $0 { error.code == .voiceFailed } else { false }
      })
    // What came of the broken one stays.
    #expect(setup.sink.queuedFrames == 160 + 400)
    setup.sink.play()
    #expect(setup.pipeline.heardText(upTo: 560) == "broken fine")
  }

  @Test func aClauseWithNothingToSayIsDone() throws {
    let setup = try Setup()
    let reply = setup.pipeline.begin()
    setup.pipeline.speak(Clause(text: "👋", spoken: ""), in: reply)
    setup.pipeline.end(reply)
    #expect(setup.log.wait(for: setup.isHeard(reply)))
    #expect(setup.synthesiser.texts.isEmpty)
  }

  @Test func anotherRateIsConverted() throws {
    let setup = try Setup(ScriptedSynthesiser(sampleRate: SampleRate(hertz: 22_050), framesPerCharacter: 441))
    let reply = setup.pipeline.begin()
    for _ in 0..<3 {
      setup.pipeline.speak(Self.clause("fifty fifty fifty fifty fifty fifty fifty fifty 50"), in: reply)
    }
    setup.pipeline.end(reply)
    #expect(setup.log.wait(for: setup.isAllQueued(reply)))
    // 50 characters are a second; the resampler may round each clause by a frame.
    #expect(abs(setup.sink.queuedFrames - 48_000) <= 3)
  }

  @Test func manyWaitingClausesAreRefused() throws {
    let gate = Gate()
    let setup = try Setup(ScriptedSynthesiser(gate: gate))
    let reply = setup.pipeline.begin()
    let taken = (0..<2_000).count { _ in setup.pipeline.speak(Self.clause("x"), in: reply) != nil }
    #expect((1_024...1_025).contains(taken))
    gate.open()
  }

  @Test func stoppingWhileSpeakingEndsTheThreads() throws {
    let setup = try Setup(sink: RecordingSink(capacity: 100))
    let reply = setup.pipeline.begin()
    setup.pipeline.speak(Self.clause("hello there"), in: reply)
    setup.pipeline.stop()
    #expect(setup.sink.queuedFrames <= 100)
  }

  @Test func fliteSpeaksThroughIt() throws {
    let sink = RecordingSink(sampleRate: SampleRate(hertz: 24_000))
    let log = ReportLog()
    let pipeline = SpeechPipeline(synthesiser: try FliteSynthesiser(voice: .kal16), sink: sink) { log.add($0) }
    try pipeline.start()
    let reply = pipeline.begin()
    for clause in ClauseSplitter.clauses(of: "**Done.** It is 21.5 °C, and the light is on.") {
      pipeline.speak(clause, in: reply)
    }
    pipeline.end(reply)
    #expect(log.wait { if case .allQueued(reply, _) = $0 { true } else { false } })
    #expect(sink.queuedFrames > 48_000)
    sink.play()
    #expect(pipeline.heardText(upTo: sink.heardFrames) == "Done. It is 21.5 °C, and the light is on.")
  }
}
