import Synchronization
import Testing
import Tools

@testable import Inference

@Suite struct FallbackLanguageModelTests {
  /// Gives the same events to everybody, then the error, if any.
  private final class FixedModel: LanguageModel {
    let name: String
    let events: [GenerationEvent]
    let error: InferenceError?
    let asked = Atomic<Int>(0)

    init(_ name: String, _ events: [GenerationEvent], _ error: InferenceError.Code? = nil) {
      self.name = name
      self.events = events
      self.error = error.map { InferenceError($0, "no", remedy: "") }
    }

    func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
      asked.wrappingAdd(1, ordering: .relaxed)
      return AsyncThrowingStream { continuation in
        for event in events { continuation.yield(event) }
        continuation.finish(throwing: error)
      }
    }
  }

  private let request = GenerationRequest(messages: [.user("?")], tools: [], maximumTokens: 1)
  private let answer: [GenerationEvent] = [.begun(generation: 7), .text("two"), .finished(.stop)]

  private func events(_ model: FallbackLanguageModel) async throws -> [GenerationEvent] {
    var events: [GenerationEvent] = []
    for try await event in model.generate(request) { events.append(event) }
    return events
  }

  @Test func theSecondAnswersWhereTheFirstFailsBeforeItSaysAnything() async throws {
    let reports = Mutex<[String]>([])
    let model = FallbackLanguageModel(
      FixedModel("one", [.begun(generation: 1)], .serverFailed), fallback: FixedModel("two", answer)
    ) { report in reports.withLock { $0.append("\(report.failed) \(report.answering) \(report.error)") } }
    #expect(try await events(model) == answer)
    #expect(reports.withLock { $0 } == ["one two no. "])
  }

  @Test func theFirstAnswersWhereItCan() async throws {
    let second = FixedModel("two", [])
    let model = FallbackLanguageModel(FixedModel("one", answer), fallback: second) { _ in Issue.record("no failure") }
    #expect(try await events(model) == answer)
    #expect(second.asked.load(ordering: .relaxed) == 0)
  }

  @Test func anAnswerThatHasBegunIsNotBegunAgain() async throws {
    let model = FallbackLanguageModel(
      FixedModel("one", [.begun(generation: 1), .text("a")], .serverAway), fallback: FixedModel("two", answer)
    ) { _ in Issue.record("nothing falls back") }
    var found: [GenerationEvent] = []
    await #expect(throws: InferenceError.self) {
      for try await event in model.generate(request) { found.append(event) }
    }
    #expect(found == [.begun(generation: 1), .text("a")])
  }

  @Test(arguments: [InferenceError.Code.cancelled, .requestInvalid])
  func whatTheSecondCannotDoBetterIsNotAskedOfIt(code: InferenceError.Code) async throws {
    let second = FixedModel("two", answer)
    let model = FallbackLanguageModel(FixedModel("one", [], code), fallback: second) { _ in }
    await #expect(throws: InferenceError.self) { try await events(model) }
    #expect(second.asked.load(ordering: .relaxed) == 0)
  }

  @Test func aFirstThatIsAwayIsLeftAloneForAWhile() async throws {
    let now = Mutex(ContinuousClock.now)
    let first = FixedModel("one", [], .serverAway)
    let model = FallbackLanguageModel(
      first, fallback: FixedModel("two", answer), pause: .seconds(30), now: { now.withLock { $0 } }, report: { _ in })
    for _ in 0..<3 { #expect(try await events(model) == answer) }
    #expect(first.asked.load(ordering: .relaxed) == 1)
    now.withLock { $0 = $0.advanced(by: .seconds(30)) }
    #expect(try await events(model) == answer)
    #expect(first.asked.load(ordering: .relaxed) == 2)
  }

  @Test func aSecondThatFailsTooEndsTheStreamWithItsError() async throws {
    let model = FallbackLanguageModel(
      FixedModel("one", [], .serverAway), fallback: FixedModel("two", [], .outOfMemory)
    ) { _ in }
    let error = await #expect(throws: InferenceError.self) { try await events(model) }
    #expect(error?.code == .outOfMemory)
  }
}
