import Glibc
import Synchronization
import Transcription
import TurnDetection

/// What a judge says of the words up to the newest pause. Asked on the listen thread, answered from the recogniser's.
final class Opinion: Sendable {
  private struct State {
    var pause = 0
    var isAsked = false
    var answer: Answer?
  }

  struct Answer {
    var completeness: Completeness
    /// The words it was judged by.
    var transcript: Transcript
  }

  private let judge: (any SentenceJudge)?
  private let isWaitedFor: Bool
  private let state = Mutex(State())

  /// Whoever waits for an engine that never answers goes on without.
  private static let patience = Duration.seconds(5)

  init(of judge: (any SentenceJudge)?, isWaitedFor: Bool) {
    self.judge = judge
    self.isWaitedFor = isWaitedFor
  }

  /// Asks the recogniser for the words so far. Late answers to an earlier question count for nothing.
  func ask(_ recogniser: any Recogniser) {
    let pause = state.withLock { state in
      state.pause += 1
      state.answer = nil
      state.isAsked = true
      return state.pause
    }
    recogniser.settle { [weak self, judge] transcript in
      guard let self else { return }
      let completeness = judge?.completeness(of: transcript) ?? .unknown
      state.withLock { state in
        if state.pause == pause, state.isAsked {
          state.answer = Answer(completeness: completeness, transcript: transcript)
        }
      }
    }
  }

  /// Speech goes on, or the turn is over: nobody wants to know any more.
  func drop() {
    state.withLock { state in
      state.pause += 1
      state.isAsked = false
      state.answer = nil
    }
  }

  /// The answer, once.
  func take() -> Answer? {
    if isWaitedFor, judge != nil { waitForAnswer() }
    return state.withLock { state in
      defer { if state.answer != nil { (state.answer, state.isAsked) = (nil, false) } }
      return state.answer
    }
  }

  private func waitForAnswer() {
    let clock = ContinuousClock()
    let deadline = clock.now + Self.patience
    while state.withLock({ $0.isAsked && $0.answer == nil }) {
      guard clock.now < deadline else { return state.withLock { $0.isAsked = false } }
      usleep(500)
    }
  }
}
