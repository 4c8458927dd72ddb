import Synchronization

/// Which utterance is open and which are still wanted; shared by the listen thread and the engine's thread.
final class UtteranceLedger: Sendable {
  private struct Shared {
    var current = UtteranceID(number: 0)
    var isOpen = false
    /// The last utterance whose results nobody wants.
    var cancelled = UtteranceID(number: 0)
    /// The words so far, as each of the engine's models hears them; never empty.
    var partial = [""]
  }

  private let shared = Mutex(Shared())

  /// Listen thread.
  func begin() -> UtteranceID {
    shared.withLock {
      if $0.isOpen { $0.cancelled = $0.current }
      $0.current = $0.current.next
      $0.isOpen = true
      $0.partial = [""]
      return $0.current
    }
  }

  /// The open utterance, or nil.
  var open: UtteranceID? { shared.withLock { $0.isOpen ? $0.current : nil } }

  /// Ends the open utterance and names it; nil when none is open.
  func close() -> UtteranceID? {
    shared.withLock {
      guard $0.isOpen else { return nil }
      $0.isOpen = false
      return $0.current
    }
  }

  /// Nothing of this or an earlier utterance is wanted any more.
  func cancel() {
    shared.withLock {
      $0.cancelled = $0.current
      $0.isOpen = false
      $0.partial = [""]
    }
  }

  func isWanted(_ id: UtteranceID) -> Bool { shared.withLock { id > $0.cancelled } }

  var partialText: String { shared.withLock { $0.partial[0] } }
  var partialReadings: [String] { shared.withLock { $0.partial } }

  /// Engine's thread: words of an older utterance change nothing.
  /// - Parameter readings: one or more.
  func setPartial(_ readings: [String], of id: UtteranceID) {
    shared.withLock { if id == $0.current, id > $0.cancelled { $0.partial = readings } }
  }
}
