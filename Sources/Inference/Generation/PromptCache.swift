import Glibc
import OperatingSystem

/// Brings a prompt into the model and evaluates no token twice: what the cache still has is kept, and what depends on
/// system text and tools alone is kept on disk between starts.
///
/// Belongs to one owner, like the ``Transformer`` it drives.
final class PromptCache {
  /// A prefix with fewer tokens is evaluated sooner than a file is read.
  static let minimumSnapshot = 32
  /// Older snapshots than these many go: tools change seldom, and each takes tens of megabytes.
  static let maximumSnapshots = 4

  /// Tokens that are read at once while somebody speaks: hardly slower than many at once (docs/model-speed.md), and a third
  /// of a second of a 7B on two cores.
  static let step = ForwardPass.short

  private let transformer: Transformer
  private let folder: String?
  private let report: (InferenceError) -> Void

  /// - Parameter report: told of a snapshot that is damaged or cannot be written; the answer does not suffer.
  init(_ transformer: Transformer, folder: String?, report: @escaping (InferenceError) -> Void) {
    self.transformer = transformer
    self.folder = folder
    self.report = report
  }

  /// Evaluates what of the prompt is not there yet; afterwards the last token's logits are there.
  /// - Returns: how many of its tokens were there.
  /// - Throws: as ``Transformer/evaluate(_:cancellation:)``. After `cancelled`, what was evaluated is kept.
  func load(_ prompt: ChatPrompt, cancellation: CancellationFlag) throws(InferenceError) -> Int {
    if transformer.hasLogits, transformer.tokens == prompt.tokens { return prompt.tokens.count }
    // Without evaluating the last token there are no logits.
    let reusable = prompt.tokens.dropLast()
    var kept = transformer.truncate(to: shared(with: reusable))
    let stable = Array(prompt.tokens.prefix(min(prompt.stableCount, reusable.count)))
    if kept < stable.count, stable.count >= Self.minimumSnapshot, let folder {
      let path = folder + "/" + transformer.snapshotName(for: stable) + ".kv"
      if restore(stable, from: path) {
        kept = stable.count
      } else {
        // A damaged snapshot may have taken what was kept along.
        kept = min(kept, transformer.position)
        try transformer.evaluate(Array(stable[kept...]), cancellation: cancellation)
        save(stable.count, to: path, in: folder)
        try transformer.evaluate(Array(prompt.tokens[stable.count...]), cancellation: cancellation)
        return kept
      }
    }
    try transformer.evaluate(Array(prompt.tokens[kept...]), cancellation: cancellation)
    return kept
  }

  /// Evaluates what every continuation of `tokens` will need, as far as it is not there yet, a step at a time, so that an
  /// answer that is asked for gets the model within two layers and little that was evaluated is lost.
  /// - Parameter stable: how many of the tokens depend on system text and tools alone.
  func read(_ tokens: [TokenID], stable: Int, cancellation: CancellationFlag) throws(InferenceError) {
    if shared(with: tokens[...]) < stable {
      let beginning = Array(tokens[..<min(stable + 1, tokens.count)])
      _ = try load(ChatPrompt(tokens: beginning, stableCount: stable), cancellation: cancellation)
    }
    let there = shared(with: tokens[...])
    // What stands behind them may still be of use.
    if there == tokens.count { return }
    var read = transformer.truncate(to: there)
    while read < tokens.count, !cancellation.isCancelled {
      let end = min(read + Self.step, tokens.count)
      try transformer.evaluate(Array(tokens[read..<end]), cancellation: cancellation)
      read = end
    }
  }

  /// How many tokens at the beginning are evaluated already.
  private func shared(with tokens: ArraySlice<TokenID>) -> Int {
    zip(transformer.tokens, tokens).prefix { $0 == $1 }.count
  }

  private func restore(_ tokens: [TokenID], from path: String) -> Bool {
    guard unsafe access(path, F_OK) == 0 else { return false }
    do {
      try transformer.restoreSnapshot(of: tokens, from: path)
      return true
    } catch {
      report(error)
      unsafe unlink(path)
      return false
    }
  }

  private func save(_ count: Int, to path: String, in folder: String) {
    do {
      for end in folder.indices where folder[end] == "/" && end > folder.startIndex {
        unsafe _ = mkdir(String(folder[..<end]), 0o755)
      }
      unsafe _ = mkdir(folder, 0o700)
      try transformer.saveSnapshot(of: count, to: path)
      removeOldest(in: folder)
    } catch {
      report(error)
    }
  }

  private func removeOldest(in folder: String) {
    guard case .success(let names) = namesInFolder(folder, limit: 1000) else { return }
    let files = names.filter { $0.hasSuffix(".kv") }.map { name -> (path: String, time: Int) in
      var status = stat()
      let path = folder + "/" + name
      guard unsafe stat(path, &status) == 0 else { return (path, 0) }
      return (path, status.st_mtim.tv_sec)
    }
    for file in files.sorted(by: { $0.time > $1.time }).dropFirst(Self.maximumSnapshots) { unsafe unlink(file.path) }
  }
}
