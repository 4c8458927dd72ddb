import Inference
import Synchronization

/// Says in quarters how far the packing of a model's weights is, which only the first start does and which takes as long as
/// writing the model's file again. What takes less than a second is not worth a word.
final class PackingNotice: Sendable {
  private let quarters = Atomic(-1)
  private let start = ContinuousClock.now
  private let say: @Sendable (String) -> Void

  init(_ say: @escaping @Sendable (String) -> Void) { self.say = say }

  /// Called from any thread.
  func told(_ progress: LoadingProgress) {
    guard case .packing(let part) = progress, .now - start > .seconds(1) else { return }
    let now = Int(part * 4)
    let before = quarters.load(ordering: .relaxed)
    guard now > before, quarters.compareExchange(expected: before, desired: now, ordering: .relaxed).exchanged else {
      return
    }
    say("packing the model's weights for this processor, once: \(25 * now) %")
  }
}
