import Inference
import Synchronization
import Tools
import TurnDetection

/// An answer that a model begins before it is known whether the person has finished. What it writes waits here: it becomes
/// the turn's answer, or is thrown away unheard. Nothing is done by it before the turn is over.
///
/// ```
///   speech ▇▇▇▇▇▇▁▁▁▁▁▁▁▁▁▁▁▁  the turn ends with the same words: its events are the answer's
///                │ ▲
///                │ └ speech goes on, or the words become others: discarded
///                └ a pause: begun
/// ```
final class Draft: Sendable {
  /// What it answers.
  let words: String
  /// What the model writes, from its beginning on. Iterated once; who stops iterating cancels it.
  let events: AsyncThrowingStream<GenerationEvent, any Error>
  // Ends with the answer, with `discard()`, or with whoever iterates `events`.
  private let task: Task<Void, Never>
  private let progress = Progress()

  private final class Progress: Sendable {
    struct State {
      var firstWritten: ContinuousClock.Instant?
      var completeness: Completeness?
      var tell: (@Sendable (Completeness) -> Void)?
    }
    let state = Mutex(State())

    func finish(_ completeness: Completeness) {
      state.withLock { state in
        state.completeness = completeness
        return state.tell
      }?(completeness)
    }
  }

  /// When the model wrote the first word, or the beginning of a call; nil: it has not yet.
  var firstWritten: ContinuousClock.Instant? { progress.state.withLock { $0.firstWritten } }

  init(of words: String, by model: any LanguageModel, request: GenerationRequest) {
    self.words = words
    // Bounded by the request's tokens.
    let (events, continuation) = AsyncThrowingStream<GenerationEvent, any Error>.makeStream()
    let answer = model.generate(request)
    let task = Task { [progress] in
      var calls: [ToolCall] = []
      do {
        for try await event in answer {
          if event.isWritten { progress.state.withLock { $0.firstWritten = $0.firstWritten ?? .now } }
          if case .toolCall(let call) = event { calls.append(call) }
          if case .finished(let reason) = event, reason != .cancelled {
            progress.finish(Self.completeness(of: calls))
          }
          continuation.yield(event)
        }
        continuation.finish()
      } catch {
        continuation.finish(throwing: error)
      }
    }
    continuation.onTermination = { end in if case .cancelled = end { task.cancel() } }
    self.events = events
    self.task = task
  }

  func discard() { task.cancel() }

  /// Tells what the finished answer says of the words: now, or from the draft's own task. Whoever asked before is told
  /// nothing more.
  func whenKnown(_ tell: @escaping @Sendable (Completeness) -> Void) {
    let known = progress.state.withLock { state in
      state.tell = tell
      return state.completeness
    }
    if let known { tell(known) }
  }

  /// A call that the model is at least this sure of is taken for all that was wanted. On the development sets of the
  /// model in the box, seven of eight calls are above it.
  static let sure = 0.8

  /// How finished the words are, by what a model makes of them.
  static func completeness(of calls: [ToolCall]) -> Completeness {
    if calls.isEmpty { return .unknown }
    return calls.allSatisfy { $0.confidence ?? 0 >= sure } ? .complete : .mayGoOn
  }
}

/// What drafts say about whether the turn is over: written by the session, read by the listen thread.
final class Foresight: Sendable {
  private let newest = Mutex<(pause: Int, completeness: Completeness)?>(nil)

  /// What the words up to a pause are. A later pause's stays.
  func tell(_ completeness: Completeness, at pause: Int) {
    newest.withLock { newest in
      if newest.map({ $0.pause <= pause }) ?? true { newest = (pause, completeness) }
    }
  }

  func completeness(at pause: Int) -> Completeness? {
    newest.withLock { $0.flatMap { $0.pause == pause ? $0.completeness : nil } }
  }
}

extension GenerationEvent {
  /// Whether a model has written something: a word, or the beginning of a call.
  var isWritten: Bool {
    switch self {
    case .text, .toolCallBegun, .toolCall: true
    case .begun, .usage, .finished: false
    }
  }
}
