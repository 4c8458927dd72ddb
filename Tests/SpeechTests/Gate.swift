import Glibc
import TestSupport

@testable import Speech

/// Lets a thread of the test's own through so many times, and tells when one waits.
final class Gate: Sendable {
  private let state = Monitor((allowed: 0, waiting: 0))

  /// Waits for permission.
  func pass() {
    state.withLock { $0.waiting += 1 }
    state.wakeAll()
    state.wait { $0.allowed > 0 }
    state.withLock { state in
      state.waiting -= 1
      if state.allowed != .max { state.allowed -= 1 }
    }
  }

  /// Lets `count` passes through; `.max` opens for good.
  func open(_ count: Int = .max) {
    state.withLock { $0.allowed = count == .max ? .max : $0.allowed + count }
    state.wakeAll()
  }

  /// Returns once a thread waits.
  func waitUntilReached() { state.wait { $0.waiting > 0 && $0.allowed == 0 } }
}

/// What a pipeline has reported, to be waited for.
final class ReportLog: Sendable {
  private let state = Monitor<[SpeechReport]>([])

  func add(_ report: SpeechReport) {
    state.withLock { $0.append(report) }
    state.wakeAll()
  }

  var reports: [SpeechReport] { state.withLock { $0 } }

  /// Returns once a report like that has come; false after a minute, which only a broken pipeline needs.
  func wait(for isWanted: @escaping (SpeechReport) -> Bool) -> Bool {
    state.wait(for: .seconds(60)) { $0.contains(where: isWanted) }
    return reports.contains(where: isWanted)
  }
}

/// Asks again and again, with pauses, until it is so; false after a minute.
func eventually(_ isSo: () -> Bool) -> Bool {
  for _ in 0..<60_000 {
    if isSo() { return true }
    usleep(1_000)
  }
  return false
}
