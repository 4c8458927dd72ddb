import Audio
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing
import TurnDetection
import WorkerProcess

/// The real worker with the real model, where it was fetched.
@Suite(.serialized, .timeLimit(.minutes(2))) struct SmartTurnTests {
  static var hasModel: Bool { SpokenTurns.model != nil }

  static func ready(_ path: String? = SpokenTurns.model) throws -> SmartTurn {
    let judge = try SmartTurn(model: try #require(path))
    try judge.start()
    let state = judge.waitUntilStarted(limit: .seconds(60))
    if case .failed(let error) = state { throw error }
    try #require(state.isReady)
    return judge
  }

  static func probability(_ judge: SmartTurn, _ samples: [Float]) async -> Float? {
    await withCheckedContinuation { continuation in judge.judge(samples) { continuation.resume(returning: $0) } }
  }

  // One of the sentences of which it can tell although Flite says it, as the reference can; see docs/turns.md.
  @Test(.enabled(if: hasModel)) func aWholeSentenceIsOverAndItsFirstHalfIsNot() async throws {
    let judge = try Self.ready()
    defer { judge.stop() }
    let words = try SpokenTurns.words("could you turn on the light in the kitchen please")
    let whole = try #require(await Self.probability(judge, SpokenTurns.turn(words)))
    let half = try #require(await Self.probability(judge, SpokenTurns.turn(SpokenTurns.firstHalf(of: words))))
    #expect(whole > 0.5 && half < 0.5, "whole \(whole), half \(half)")
  }

  /// What pipecat-ai 1.14.0 computes with its `_whisper_features.py` and onnxruntime 1.32.0 of the fixture, of its first half
  /// and of nothing, on a processor with AVX2. The tolerance is for others: the weights are of eight bits, and sums of products
  /// are cut at sixteen by AVX2 and not by AVX-512 VNNI, where these answers are 0.058 and 0.901.
  @Test(.enabled(if: hasModel)) func answersAreTheReferences() async throws {
    let judge = try Self.ready()
    defer { judge.stop() }
    let speech = try SpeechReader(path: SileroGoldenSignal.fixture("turn_on_the_light.wav")).readAll()
    for (samples, golden) in [(speech, Float(0.1183)), (Array(speech[..<9_400]), 0.9605), ([0], 0.9875)] {
      let probability = try #require(await Self.probability(judge, samples))
      #expect(abs(probability - golden) < 0.1, "\(probability), not \(golden)")
    }
  }

  @Test(.enabled(if: hasModel)) func onlyTheLastEightSecondsCount() async throws {
    let judge = try Self.ready()
    defer { judge.stop() }
    let turn = Signal.noise(count: 128_000, amplitude: 0.2, seed: 4)
    let alone = await Self.probability(judge, turn)
    let after = await Self.probability(judge, Signal.noise(count: 50_000, amplitude: 0.9, seed: 5) + turn)
    #expect(alone != nil && alone == after)
  }

  @Test(.enabled(if: hasModel)) func whatCannotBeHeardIsBorne() async throws {
    let judge = try Self.ready()
    defer { judge.stop() }
    #expect(await Self.probability(judge, []) == nil)
    for samples in [[0], [.nan], [.infinity, -.infinity], [Float](repeating: 3e38, count: 4_000)] as [[Float]] {
      let probability = await Self.probability(judge, samples)
      #expect(probability.map { (0...1).contains($0) } == true)
    }
  }

  @Test(.enabled(if: hasModel)) func ofManyQuestionsTheLatestIsAnswered() async throws {
    let judge = try Self.ready()
    defer { judge.stop() }
    let samples = SpokenTurns.turn(try SpokenTurns.words("what time is it"))
    let expected = try #require(await Self.probability(judge, samples))
    let answers = await withTaskGroup(of: (Int, Float?).self) { group in
      // One after the other, though each returns before it is answered.
      for number in 0..<20 {
        group.addTask { (number, await Self.probability(judge, samples)) }
      }
      return await group.reduce(into: [Int: Float?]()) { $0[$1.0] = $1.1 }
    }
    #expect(answers.count == 20)
    let told = answers.values.compactMap { $0 }
    #expect(told.count >= 2 && told.allSatisfy { $0 == expected })
  }

  @Test(.enabled(if: hasModel)) func killedWorkerIsReplacedAndItsQuestionAnsweredWithNil() async throws {
    let troubles = Mutex<[WorkerError]>([])
    let judge = try SmartTurn(model: try #require(SpokenTurns.model)) { error in
      troubles.withLock { $0.append(error) }
    }
    try judge.start()
    defer { judge.stop() }
    try #require(judge.waitUntilStarted(limit: .seconds(60)).isReady)
    let first = try #require(judge.processID)
    kill(first, SIGSTOP)
    let answer = Task { await Self.probability(judge, [Float](repeating: 0.1, count: 16_000)) }
    // Until the question is on its way or waits; a stopped process answers neither.
    while !judge.isAsked { await Task.yield() }
    kill(first, SIGKILL)
    #expect(await answer.value == nil)
    while judge.processID == first { await Task.yield() }
    #expect(judge.waitUntilStarted(limit: .seconds(60)).isReady)
    #expect(await Self.probability(judge, [Float](repeating: 0.1, count: 16_000)) != nil)
    #expect(troubles.withLock { $0.count } == 1)
    #expect(troubles.withLock { $0.first?.description.contains("signal 9") } == true)
  }

  @Test(.enabled(if: hasModel)) func workerThatDoesNotAnswerIsReplaced() async throws {
    let judge = try SmartTurn(model: try #require(SpokenTurns.model), answerLimit: .milliseconds(50))
    try judge.start()
    defer { judge.stop() }
    try #require(judge.waitUntilStarted(limit: .seconds(60)).isReady)
    let first = try #require(judge.processID)
    kill(first, SIGSTOP)
    #expect(await Self.probability(judge, [0.5]) == nil)
    while judge.processID == first { await Task.yield() }
    #expect(judge.waitUntilStarted(limit: .seconds(60)).isReady)
  }

  @Test(.enabled(if: hasModel)) func stoppedJudgeLeavesNoProcessAndTellsNothing() async throws {
    let judge = try Self.ready()
    let pid = try #require(judge.processID)
    judge.stop()
    #expect(kill(pid, 0) == -1)
    #expect(await Self.probability(judge, [0.5]) == nil)
  }

  @Test func fileThatIsNotThereIsAnErrorBeforeAnythingStarts() {
    let error = #expect(throws: WorkerError.self) { try SmartTurn(model: "/nonexistent/smart-turn.onnx") }
    #expect(error?.code == .modelFolder && error?.errno == ENOENT)
    #expect(error?.description.contains("make setup") == true)
    #expect(throws: WorkerError.self) { try SmartTurn(model: "/tmp") }
    #expect(throws: WorkerError.self) { try SmartTurn(model: "/dev/null") }
  }

  /// Tries to load a file of these bytes; the error after the worker gave up, and how often the owner heard of it.
  private func load(_ bytes: [UInt8]) throws -> (state: WorkerState, said: Int) {
    try withTemporaryFolder { folder in
      let path = folder + "/model.onnx"
      try Data(bytes).write(to: URL(filePath: path))
      var limits = WorkerLimits()
      limits.firstPause = .milliseconds(1)
      let said = Mutex(0)
      let judge = try SmartTurn(model: path, limits: limits) { _ in said.withLock { $0 += 1 } }
      try judge.start()
      let state = judge.waitUntilStarted(limit: .seconds(60))
      judge.stop()
      return (state, said.withLock { $0 })
    }
  }

  @Test func fileThatIsNoModelIsRefusedInWords() throws {
    let (state, said) = try load(Array("this is a recipe for bread\n".utf8))
    guard case .failed(let error) = state else { return #expect(Bool(false), "\(state)") }
    #expect(error.code == .loadFailed)
    #expect(error.description.contains("not an ONNX file") && error.description.contains("smart-turn-v3.2-cpu.onnx"))
    #expect(said == 1)
  }

  @Test func anotherNetworkIsRefusedWithWhatItTakes() throws {
    let tones = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/sherpa/tones-offline/model.onnx")
    let (state, said) = try load(Array(Data(contentsOf: tones)))
    guard case .failed(let error) = state else { return #expect(Bool(false), "\(state)") }
    #expect(error.description.contains("audio_signal") && error.description.contains("input_features"))
    #expect(said == 1)
  }

  @Test(.enabled(if: hasModel)) func cutModelIsRefused() throws {
    let whole = Array(try Data(contentsOf: URL(filePath: try #require(SpokenTurns.model))))
    let (state, said) = try load(Array(whole[..<(whole.count / 2)]))
    guard case .failed(let error) = state else { return #expect(Bool(false), "\(state)") }
    #expect(error.code == .loadFailed && said == 1)
  }

  /// A file with damage inside: whatever comes of it, this process goes on, and an answer is a probability.
  @Test(.enabled(if: hasModel), arguments: 1...6 as ClosedRange<UInt64>)
  func damagedModelHarmsNobody(_ seed: UInt64) throws {
    var bytes = Array(try Data(contentsOf: URL(filePath: try #require(SpokenTurns.model))))
    var random = SeededGenerator(seed: seed)
    // Half of the damage near the ends, where the graph's structure is, half anywhere.
    for _ in 0..<40 {
      let range = Bool.random(using: &random) ? 0..<4_096 : 0..<bytes.count
      bytes[Int.random(in: range, using: &random)] = .random(in: 0...255, using: &random)
    }
    let (state, said) = try load(bytes)
    switch state {
    case .ready: #expect(said == 0)
    case .failed(let error): #expect(said == 1 && !error.reason.isEmpty)
    default: #expect(Bool(false), "\(state)")
    }
  }
}
