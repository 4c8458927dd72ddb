import WakeWord

extension FuzzTarget {
  static let wakeWord: [FuzzTarget] = [FuzzTarget("wake-word", wakeWordManifest)]

  /// What is taken lies within the bounds that a detector needs, and names a file beside the manifest.
  private static func wakeWordManifest(_ bytes: [UInt8]) {
    guard let manifest = try? WakeWordManifest(parsing: bytes) else { return }
    require((1...100).contains(manifest.phrase.utf8.count), "a phrase is short")
    require(!manifest.model.contains("/"), "a model lies beside its manifest")
    require((1...50).contains(manifest.windowSize), "a window is bounded")
    for sensitivity: Float in [0, 0.25, 0.5, 1] {
      let cutoff = WakeWord.cutoff(manifest.cutoff, sensitivity: sensitivity)
      require(cutoff >= 0 && cutoff < 1, "\(manifest.cutoff) at \(sensitivity) is a cutoff of \(cutoff)")
    }
  }
}
