import Synchronization

/// Two models as one: where the first fails before it has said anything, the second answers.
///
/// What a failed first model has begun is never mixed with what the second says: once text or a call came, an error of the
/// first ends the stream. A first model that is away is left alone for a while, so that not every turn waits for it.
public final class FallbackLanguageModel: LanguageModel {
  /// The first model failed with `error`; the second answers.
  public struct Fallback: Sendable {
    public let failed: String
    public let error: any Error
    public let answering: String
  }

  private let first: any LanguageModel
  private let second: any LanguageModel
  private let pause: Duration
  private let now: @Sendable () -> ContinuousClock.Instant
  private let report: @Sendable (Fallback) -> Void
  /// Until when the first model is not asked.
  private let pausedUntil = Mutex<ContinuousClock.Instant?>(nil)

  /// - Parameters:
  ///   - pause: how long the first model is not asked after it was away (`serverAway`).
  ///   - now: the time, for tests.
  ///   - report: called once for each time that the first model fails, before the second is asked.
  public init(
    _ first: any LanguageModel, fallback second: any LanguageModel, pause: Duration = .seconds(30),
    now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now },
    report: @escaping @Sendable (Fallback) -> Void
  ) {
    self.first = first
    self.second = second
    self.pause = pause
    self.now = now
    self.report = report
  }

  /// The first model's.
  public var name: String { first.name }

  public func prefill(_ request: GenerationRequest) { (isFirstAway ? second : first).prefill(request) }

  public var isAtHand: Bool { (isFirstAway ? second : first).isAtHand }

  public var isQuick: Bool { (isFirstAway ? second : first).isQuick }

  private var isFirstAway: Bool { pausedUntil.withLock { $0 }.map { now() < $0 } ?? false }

  public func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
    if isFirstAway { return second.generate(request) }
    let answer = first.generate(request)
    // Bounded by what the two models write; each bounds its own answer.
    return AsyncThrowingStream { (continuation: AsyncThrowingStream<GenerationEvent, any Error>.Continuation) in
      // Ended by the stream's end, whoever ends it.
      let task = Task {
        var waiting: [GenerationEvent] = []
        var hasBegun = false
        do {
          for try await event in answer {
            if case .begun = event, !hasBegun {
              waiting.append(event)
              continue
            }
            hasBegun = true
            for event in waiting { continuation.yield(event) }
            waiting = []
            continuation.yield(event)
          }
          continuation.finish()
        } catch {
          guard !hasBegun, !Task.isCancelled, noteFailure(error) else { return continuation.finish(throwing: error) }
          do {
            for try await event in second.generate(request) { continuation.yield(event) }
            continuation.finish()
          } catch {
            continuation.finish(throwing: error)
          }
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  /// - Returns: whether the second model may do better.
  private func noteFailure(_ error: any Error) -> Bool {
    let code = (error as? InferenceError)?.code
    if code == .cancelled || code == .requestInvalid { return false }
    if code == .serverAway { pausedUntil.withLock { $0 = now().advanced(by: pause) } }
    report(Fallback(failed: first.name, error: error, answering: second.name))
    return true
  }
}
