import OperatingSystem
import Synchronization

/// Letters from any thread to one thread that waits for them.
final class Mailbox<Letter: Sendable>: Sendable {
  private let letters = Mutex<[Letter]>([])
  private let count = Semaphore()

  func put(_ letter: Letter) {
    letters.withLock { $0.append(letter) }
    count.signal()
  }

  /// Waits for the next letter. Receiving thread only.
  func take() -> Letter {
    count.wait()
    return letters.withLock { $0.removeFirst() }
  }
}
