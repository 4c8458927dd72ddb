import Glibc
import Synchronization
import UnixSignals

/// Control-C for commands that have something to stop: it stops that, and ends the command where there is nothing.
final class Interrupts: Sendable {
  private let action = Mutex<(@Sendable () -> Void)?>(nil)

  /// Takes the signal over for the rest of the process.
  init() {
    Task { [self] in
      for await _ in await UnixSignalsSequence(trapping: .sigint) {
        guard let stop = action.withLock({ $0 }) else { Glibc.exit(130) }
        stop()
      }
    }
  }

  /// What the next Control-C does; nil: end the command.
  func onInterrupt(_ action: (@Sendable () -> Void)?) { self.action.withLock { $0 = action } }
}
