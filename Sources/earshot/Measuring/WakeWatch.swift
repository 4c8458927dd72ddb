import Assistant
import Audio
import Synchronization
import Transcription

/// Listens as the daemon does, and counts who woke it and what it believed.
final class WakeWatch: Listener {
  /// A wake in which nobody called.
  struct Mistake {
    var phrase: String
    var position: SampleTime
    /// Whether what was said then was taken for a request: the recogniser had not to hear the name too, or did.
    var isBelieved: Bool
  }

  private struct State {
    var mistakes: [Mistake] = []
    var isAwake = false
    var isWaiting = false
  }
  private let state = Mutex(State())

  var mistakes: [Mistake] { state.withLock { $0.mistakes } }

  /// Sound is made faster than words are recognised.
  var attention: Attention { state.withLock { $0.isWaiting } ? .deaf : .open }
  var isAwake: Bool { state.withLock { $0.isAwake } }
  func waitUntilListening(timeout: Duration) { waiting(until: { attention == .open }, timeout: timeout) }

  func take(_ heard: Heard) {
    state.withLock { state in
      switch heard {
      case .woke(let phrase, _, let position):
        state.mistakes.append(Mistake(phrase: phrase, position: position, isBelieved: false))
        state.isAwake = true
      case .stopped: state.isWaiting = true
      case .discarded: state.isAwake = false
      case .transcript(let transcript, let isCalled, _):
        (state.isAwake, state.isWaiting) = (false, false)
        guard !state.mistakes.isEmpty, isCalled || transcript.rejection != .nothingHeard else { return }
        state.mistakes[state.mistakes.count - 1].isBelieved = true
      case .speechStarted, .partial, .hushed, .supposed, .overlapped, .overlapDismissed, .interrupted: break
      }
    }
  }
}
