/// One word to wake on: its network and how sure that must be.
public struct WakeWord: Sendable {
  /// What people say, as the manifest has it: `Hey Jarvis`.
  public var phrase: String
  /// Its mean probability must be above this. Above 0, below 1.
  public var cutoff: Float
  /// What its makers recommend for it: where the probability is above this, the word is over.
  public var makersCutoff: Float
  /// Over how many answers of the network the mean goes. 1...50
  public var windowSize: Int
  /// Which pipeline a wake by this word starts; what that means is the caller's business.
  public var pipeline: String
  /// The model's name in messages, and its bytes.
  let name: String
  let model: [UInt8]

  /// Loads a microWakeWord model by its manifest, the `.json` file that lies beside it.
  ///
  /// - Parameter sensitivity: 0...1; 0.5 takes the manifest's cutoff as it is, see ``cutoff(_:sensitivity:)``.
  public init(manifest path: String, sensitivity: Float = 0.5, pipeline: String = "") throws(WakeWordError) {
    let bytes = try WakeWordFile.read(path, limit: WakeWordManifest.maximumBytes)
    let manifest = try WakeWordManifest(parsing: bytes, name: path)
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let modelPath = folder + manifest.model
    let model = try WakeWordFile.read(modelPath, limit: WakeWordNetwork.maximumBytes)
    self.init(manifest: manifest, model: model, name: modelPath, sensitivity: sensitivity, pipeline: pipeline)
  }

  public init(
    manifest: WakeWordManifest, model: [UInt8], name: String, sensitivity: Float = 0.5, pipeline: String = ""
  ) {
    phrase = manifest.phrase
    makersCutoff = manifest.cutoff
    cutoff = Self.cutoff(manifest.cutoff, sensitivity: sensitivity)
    windowSize = manifest.windowSize
    self.pipeline = pipeline
    self.name = name
    self.model = model
  }

  /// The cutoff for a sensitivity: at 0.5 the manifest's; towards 1 down to half of it, towards 0 up to 0.995. Between
  /// them along straight lines.
  public static func cutoff(_ cutoff: Float, sensitivity: Float) -> Float {
    let s = max(0, min(1, sensitivity))
    if s >= 0.5 { return cutoff * (1.5 - s) }
    return cutoff + max(0, 0.995 - cutoff) * (1 - 2 * s)
  }
}
