import Inference
import Synchronization

/// How far a model is loaded, as a bar.
final class LoadingBar: Sendable {
  private let latest = Mutex<LoadingProgress?>(nil)

  /// Called from any thread.
  func told(_ progress: LoadingProgress) {
    latest.withLock { known in
      // Threads may tell in another order than they counted.
      if case .packing(let before) = known, case .packing(let now) = progress, now < before { return }
      if case .checking(let before) = known, case .checking(let now) = progress, now < before { return }
      known = progress
    }
  }

  /// Nil while there is nothing to tell.
  var text: String? {
    guard let progress = latest.withLock({ $0 }) else { return nil }
    let width = 24
    let filled = Int(progress.part * Double(width))
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    let what =
      switch progress {
      case .packing: "packing the weights for this processor, once"
      case .checking: "reading the weights"
      }
    return "\(bar) \(Int(progress.part * 100)) %, \(what)"
  }
}
