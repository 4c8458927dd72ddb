import Assistant
import Configuration
import Dispatch
import SoundCards

/// Turns what plays beside the assistant down while it listens and speaks. The mixer may block, so it has a queue.
final class MusicDucking: Sendable {
  private let ducking: Ducking
  private let queue = DispatchQueue(label: "ducking", qos: .userInitiated)
  private let report: @Sendable (SoundCardError) -> Void

  /// Nil where the configuration has none. What a crash has left turned down is turned up.
  /// - Parameter report: told of what goes wrong; on the queue.
  init?(_ configuration: Configuration.Audio, report: @escaping @Sendable (SoundCardError) -> Void) {
    guard let duck = configuration.duck else { return nil }
    ducking = Ducking(
      device: duck.device, control: duck.control, decibels: Double(duck.decibels),
      file: Recognisers.cacheFolder() + "/ducked-volume")
    self.report = report
    run { ducking throws(SoundCardError) in
      try ducking.restore()
      try ducking.check()
    }
  }

  func take(_ event: SessionEvent) {
    guard case .stateChanged(let state) = event else { return }
    let isQuiet = state == SessionState.asleep.name || state == SessionState.muted.name
    run { ducking throws(SoundCardError) in if isQuiet { try ducking.restore() } else { try ducking.lower() } }
  }

  /// Turns it up, and returns when that is done.
  func end() {
    run { ducking throws(SoundCardError) in try ducking.restore() }
    queue.sync {}
  }

  private func run(_ body: @escaping @Sendable (Ducking) throws(SoundCardError) -> Void) {
    queue.async { [ducking, report] in
      do throws(SoundCardError) { try body(ducking) } catch { report(error) }
    }
  }
}
