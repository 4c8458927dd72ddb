import Audio
import TestSupport
import Testing
import TurnDetection

@Suite struct TurnDetectorTests {
  /// Windows of 32 ms: `#` speech (0.9), `~` between the thresholds (0.4), `.` silence (0.1).
  private func play(_ timeline: String, on detector: inout TurnDetector, from start: Int = 0) -> [TurnEvent] {
    var events: [TurnEvent] = []
    for (i, symbol) in timeline.enumerated() {
      let probability: Float = symbol == "#" ? 0.9 : symbol == "~" ? 0.4 : 0.1
      events += detector.observe(probability, at: at(start + i))
    }
    return events
  }

  private func at(_ window: Int) -> SampleTime { SampleTime(frames: Int64(window) * 512) }

  /// Everything a whole number of windows: 2 of speech to begin, pause after 2, end after 6, complete after 3, unfinished after 10, pre-roll 3,
  /// at least 3 of speech, at most 40.
  private func configuration() -> TurnConfiguration {
    var configuration = TurnConfiguration()
    configuration.minimumSpeech = .milliseconds(64)
    configuration.pause = .milliseconds(64)
    configuration.hangover = .milliseconds(192)
    configuration.completeHangover = .milliseconds(96)
    configuration.unfinishedHangover = .milliseconds(320)
    configuration.preRoll = .milliseconds(96)
    configuration.minimumTurn = .milliseconds(96)
    configuration.maximumTurn = .milliseconds(1_280)
    return configuration
  }

  private func detector(_ change: (inout TurnConfiguration) -> Void = { _ in }) throws -> TurnDetector {
    var configuration = configuration()
    change(&configuration)
    return try TurnDetector(configuration)
  }

  @Test func aSentenceIsOneTurnWithItsPreRoll() throws {
    var detector = try detector()
    let events = play(".....#####......", on: &detector)
    #expect(
      events == [
        .speechStarted(at: at(5), turnStart: at(2)),
        .speechPaused(at: at(10)),
        .turnEnded(Turn(start: at(2), end: at(16), lastSpeech: at(10), reason: .silence)),
      ])
    #expect(!detector.isInTurn)
  }

  @Test func silenceAloneSaysNothing() throws {
    var detector = try detector()
    #expect(play(String(repeating: ".", count: 200), on: &detector).isEmpty)
  }

  @Test func aClickIsNoSpeech() throws {
    var detector = try detector()
    #expect(play("..#...#..#....", on: &detector).isEmpty)
  }

  @Test func aShortPauseDoesNotEndTheTurn() throws {
    var detector = try detector()
    let events = play("...####.....###......", on: &detector)
    #expect(
      events == [
        .speechStarted(at: at(3), turnStart: at(0)),
        .speechPaused(at: at(7)),
        .speechResumed(at: at(12)),
        .speechPaused(at: at(15)),
        .turnEnded(Turn(start: at(0), end: at(21), lastSpeech: at(15), reason: .silence)),
      ])
  }

  @Test func betweenTheThresholdsNothingChanges() throws {
    var detector = try detector()
    // Speech stays speech, silence stays silence.
    #expect(
      play("...##~~~~~~~~~~......", on: &detector) == [
        .speechStarted(at: at(3), turnStart: at(0)),
        .speechPaused(at: at(15)),
        .turnEnded(Turn(start: at(0), end: at(21), lastSpeech: at(15), reason: .silence)),
      ])
    #expect(
      play("...####.~~~~~", on: &detector, from: 21).last
        == .turnEnded(Turn(start: at(21), end: at(34), lastSpeech: at(28), reason: .silence)))
    // It never begins a turn.
    #expect(play("~~~~~~~~~~~~", on: &detector, from: 34).isEmpty)
  }

  @Test func tooShortATurnIsDiscarded() throws {
    var detector = try detector()
    #expect(
      play("...##......", on: &detector) == [
        .speechStarted(at: at(3), turnStart: at(0)),
        .speechPaused(at: at(5)),
        .discarded(start: at(0), end: at(11)),
      ])
  }

  @Test func aTurnIsCutAtTheLimitAndTheNextContinuesWithoutAHole() throws {
    var detector = try detector()
    let events = play("..." + String(repeating: "#", count: 60) + "......", on: &detector)
    #expect(
      events == [
        .speechStarted(at: at(3), turnStart: at(0)),
        .turnEnded(Turn(start: at(0), end: at(40), lastSpeech: at(40), reason: .limit)),
        .speechStarted(at: at(40), turnStart: at(40)),
        .speechPaused(at: at(63)),
        .turnEnded(Turn(start: at(40), end: at(69), lastSpeech: at(63), reason: .silence)),
      ])
  }

  @Test func aCompleteSentenceEndsAfterTheShorterSilence() throws {
    var detector = try detector()
    #expect(play("...####.", on: &detector).count == 1)
    #expect(detector.judge(.complete).isEmpty)
    #expect(
      play("..", on: &detector, from: 8) == [
        .speechPaused(at: at(7)),
        .turnEnded(Turn(start: at(0), end: at(10), lastSpeech: at(7), reason: .complete)),
      ])
  }

  @Test func completionAfterEnoughSilenceEndsAtOnce() throws {
    var detector = try detector()
    _ = play("...####....", on: &detector)
    #expect(
      detector.judge(.complete) == [.turnEnded(Turn(start: at(0), end: at(11), lastSpeech: at(7), reason: .complete))])
    #expect(detector.judge(.complete).isEmpty)
  }

  @Test func speechAfterASilenceTakesCompletionBack() throws {
    var detector = try detector()
    _ = play("...####.", on: &detector)
    _ = detector.judge(.complete)
    #expect(play("####.....", on: &detector, from: 8) == [.speechPaused(at: at(12))])
  }

  @Test func aJudgementCanBeChanged() throws {
    var detector = try detector()
    _ = play("...####.", on: &detector)
    #expect(detector.judge(.complete).isEmpty)
    #expect(detector.judge(.unknown).isEmpty)
    #expect(play("....", on: &detector, from: 8) == [.speechPaused(at: at(7))])
  }

  @Test func anUnfinishedSentenceIsWaitedForAndNotForEver() throws {
    var detector = try detector()
    _ = play("...####.", on: &detector)
    _ = detector.judge(.unfinished)
    #expect(play("........", on: &detector, from: 8) == [.speechPaused(at: at(7))])
    #expect(
      play(".", on: &detector, from: 16) == [
        .turnEnded(Turn(start: at(0), end: at(17), lastSpeech: at(7), reason: .silence))
      ])
  }

  @Test func whatMayGoOnWaitsHalfAsLongAgain() throws {
    var detector = try detector()
    _ = play("...####.", on: &detector)
    _ = detector.judge(.mayGoOn)
    // Complete after 3 windows, usual after 6: half way is 4.5.
    #expect(play("...", on: &detector, from: 8) == [.speechPaused(at: at(7))])
    #expect(
      play(".", on: &detector, from: 11) == [
        .turnEnded(Turn(start: at(0), end: at(12), lastSpeech: at(7), reason: .silence))
      ])
  }

  @Test func theEndOfTheStreamEndsATurn() throws {
    var detector = try detector()
    #expect(detector.finish().isEmpty)
    _ = play("...####", on: &detector)
    #expect(
      detector.finish() == [.turnEnded(Turn(start: at(0), end: at(7), lastSpeech: at(7), reason: .silence))])
    #expect(detector.finish().isEmpty)
  }

  @Test func resetForgetsTheTurnAndItsPreRoll() throws {
    var detector = try detector()
    _ = play("...####", on: &detector)
    detector.reset()
    #expect(!detector.isInTurn && detector.silence == 0)
    #expect(play("##", on: &detector, from: 7) == [.speechStarted(at: at(7), turnStart: at(7))])
  }

  @Test func aGapInTheStreamIsSilence() throws {
    var detector = try detector()
    _ = play("...####", on: &detector)
    let events = detector.observe(0.9, at: at(20))
    #expect(
      events == [
        .speechPaused(at: at(7)),
        .turnEnded(Turn(start: at(0), end: at(20), lastSpeech: at(7), reason: .silence)),
      ])
  }

  @Test func aGapBeyondTheLimitEndsByItsSilence() throws {
    var detector = try detector()
    _ = play("...####", on: &detector)
    let events = detector.observe(0.9, at: at(1_000))
    #expect(events.last == .turnEnded(Turn(start: at(0), end: at(40), lastSpeech: at(7), reason: .silence)))
  }

  @Test func aProbabilityThatIsNoNumberIsSilence() throws {
    var detector = try detector()
    for i in 0..<10 { #expect(detector.observe(.nan, at: at(i)).isEmpty) }
    _ = play("####", on: &detector, from: 10)
    for i in 14..<19 { _ = detector.observe(.nan, at: at(i)) }
    #expect(detector.silence == 5 * 512)
  }

  @Test func windowsOutOfOrderAreOurOwnFault() async {
    await #expect(processExitsWith: .failure) {
      var detector = try TurnDetector()
      _ = detector.observe(0, at: SampleTime(frames: 512))
      _ = detector.observe(0, at: SampleTime(frames: 512))
    }
  }

  @Test func speechIsReportedWhileItLasts() throws {
    var detector = try detector()
    _ = play("...#", on: &detector)
    #expect(!detector.isSpeaking)
    _ = play("#", on: &detector, from: 4)
    #expect(detector.isSpeaking)
    _ = play(".", on: &detector, from: 5)
    #expect(!detector.isSpeaking && detector.isInTurn && detector.silence == 512)
  }

  @Test(arguments: 0..<200 as Range<UInt64>) func randomProbabilitiesKeepTheRules(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var configuration = TurnConfiguration()
    func some(_ range: ClosedRange<Int>) -> Duration { .milliseconds(Int.random(in: range, using: &generator)) }
    configuration.onsetThreshold = Float.random(in: 0.3...0.7, using: &generator)
    configuration.offsetThreshold = configuration.onsetThreshold * Float.random(in: 0.3...1, using: &generator)
    configuration.minimumSpeech = some(0...300)
    configuration.pause = some(32...300)
    configuration.hangover = configuration.pause + some(32...700)
    configuration.completeHangover = min(configuration.hangover, some(0...400))
    configuration.unfinishedHangover = configuration.hangover + some(0...1_000)
    configuration.preRoll = some(0...600)
    configuration.minimumTurn = some(0...500)
    configuration.maximumTurn = some(1_000...5_000)
    var detector = try TurnDetector(configuration)
    let limit = SampleRate.speech.frames(in: configuration.maximumTurn)

    enum Phase { case outside, speaking, paused }
    var phase = Phase.outside
    var (turnStart, latest, lastEnd) = (SampleTime.zero, SampleTime.zero, SampleTime.zero)
    var time = SampleTime.zero
    var turns = 0
    func check(_ events: [TurnEvent]) {
      for event in events {
        switch event {
        case .speechStarted(let at, let start):
          #expect(phase == .outside && start <= at && start >= lastEnd && at <= time)
          #expect(at - start <= SampleRate.speech.frames(in: configuration.preRoll))
          (phase, turnStart, latest) = (.speaking, start, at)
        case .speechPaused(let at):
          #expect(phase == .speaking && at >= latest && at <= time)
          (phase, latest) = (.paused, at)
        case .speechResumed(let at):
          #expect(phase == .paused && at >= latest && at <= time)
          (phase, latest) = (.speaking, at)
        case .turnEnded(let turn):
          #expect(phase != .outside && turn.start == turnStart && turn.end - turn.start <= limit)
          #expect(turn.lastSpeech >= latest && turn.lastSpeech <= turn.end && turn.end <= time)
          #expect(turn.reason != .limit || turn.end - turn.start == limit)
          (phase, lastEnd, turns) = (.outside, turn.end, turns + 1)
        case .discarded(let start, let end):
          #expect(phase != .outside && start == turnStart && end >= latest && end - start <= limit && end <= time)
          (phase, lastEnd) = (.outside, end)
        }
      }
      #expect(detector.isInTurn == (phase != .outside))
    }
    // Probabilities that wander, so that speech and silence last.
    var level: Float = 0
    for _ in 0..<3_000 {
      if Int.random(in: 0..<12, using: &generator) == 0 { level = Float.random(in: 0...1, using: &generator) }
      let probability = level + generator.sample() * 0.2
      // Half a window more is never heard of.
      if Int.random(in: 0..<200, using: &generator) == 0 {
        time = time + Int.random(in: 1...40_000, using: &generator)
      }
      let start = time
      time = time + 512
      check(detector.observe(probability, at: start))
      switch Int.random(in: 0..<60, using: &generator) {
      case 0: check(detector.judge(.complete))
      case 1: check(detector.judge(.unfinished))
      case 2: check(detector.judge(.mayGoOn))
      case 3: check(detector.judge(.unknown))
      default: break
      }
    }
    check(detector.finish())
    #expect(phase == .outside && turns > 0)
  }
}

@Suite struct TurnConfigurationTests {
  @Test func theDefaultIsValid() { #expect(TurnConfiguration().problems.isEmpty) }

  @Test func allProblemsAreNamedTogether() {
    var configuration = TurnConfiguration()
    configuration.onsetThreshold = .nan
    configuration.hangover = .milliseconds(10)
    configuration.maximumTurn = .seconds(500)
    #expect(configuration.problems.count >= 3)
    #expect(configuration.problems.contains { $0.contains("onset threshold") && $0.contains("0.05") })
    let error = #expect(throws: TurnDetectionError.self) { try TurnDetector(configuration) }
    #expect(error?.code == .invalidConfiguration)
    #expect(error?.description.contains("maximum turn") == true)
  }

  @Test func limitsAreConsistentWithEachOther() {
    var configuration = TurnConfiguration()
    configuration.offsetThreshold = 0.6
    #expect(configuration.problems.count == 1)
    configuration = TurnConfiguration()
    configuration.pause = .milliseconds(600)
    #expect(configuration.problems.count == 1)
    configuration = TurnConfiguration()
    configuration.completeHangover = .milliseconds(600)
    #expect(configuration.problems.count == 1)
    configuration = TurnConfiguration()
    configuration.unfinishedHangover = .milliseconds(400)
    #expect(configuration.problems.count == 1)
    configuration = TurnConfiguration()
    configuration.maximumTurn = .seconds(1)
    configuration.preRoll = .seconds(1)
    #expect(configuration.problems.count == 1)
  }
}
