internal import CLinux

/// What the owner of a model decides about how it is computed.
public struct TransformerOptions: Hashable, Sendable {
  /// Tokens that keys and values are kept for, 1 to what the model was made for. Phi's long RoPE factors are taken
  /// where this is above the model's original context.
  public var context: Int
  /// How keys and values are kept.
  public var keyValueType: KeyValueType
  /// Compute threads, 1 to 256.
  public var threads: Int
  /// Tokens that one pass computes together, 1 to 512.
  public var batch: Int
  /// Layers with a sliding window keep this many positions beyond window and batch, so that ``Transformer/truncate(to:)``
  /// can go back further without computing everything again.
  public var rewind: Int
  /// Added to the compute threads' nice value, 0 to 19. Audio threads are real-time threads and come first anyway.
  public var niceness: Int
  /// Where packed weights are kept, which make a model several times as fast and round activations to 8 bits; made at the
  /// first start. Nil: weights are taken as they lie in the file, and activations are not rounded.
  public var packFolder: String?

  public init(
    context: Int = 4096, keyValueType: KeyValueType = .f16, threads: Int = TransformerOptions.availableThreads,
    batch: Int = 128, rewind: Int = 0, niceness: Int = 0, packFolder: String? = nil
  ) {
    self.context = context
    self.keyValueType = keyValueType
    self.threads = threads
    self.batch = batch
    self.rewind = rewind
    self.niceness = niceness
    self.packFolder = packFolder
  }

  /// CPUs that this process may run on, without the small ones of a chip that has two kinds: the fast ones would wait for them.
  public static var availableThreads: Int {
    min(Int(clx_fast_cpu_count()), threadRange.upperBound)
  }

  static let threadRange = 1...256
  static let batchRange = 1...512

  /// Refuses what is outside the ranges above, for a model made for `longest` tokens.
  func validate(longest: Int) throws(InferenceError) {
    let checks: [(String, Int, ClosedRange<Int>)] = [
      ("context", context, 1...longest), ("number of threads", threads, Self.threadRange),
      ("batch", batch, Self.batchRange), ("rewind", rewind, 0...longest), ("niceness", niceness, 0...19),
    ]
    for (name, value, range) in checks where !range.contains(value) {
      throw InferenceError(
        .requestInvalid,
        "could not set the model's \(name) to \(value): allowed are \(range.lowerBound) to \(range.upperBound)",
        remedy: "Choose a value in that range.")
    }
  }
}
