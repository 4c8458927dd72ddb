import Tools

/// What the JSON file beside a microWakeWord model says.
///
/// ```
///   {"type": "micro", "wake_word": "Hey Jarvis", "model": "hey_jarvis.tflite", "version": 2,
///    "micro": {"probability_cutoff": 0.97, "sliding_window_size": 5, "feature_step_size": 10, …}}
/// ```
/// Source: esphome.io/components/micro_wake_word, manifest version 2. Keys that are not named here mean nothing to us:
/// memory is taken as the model needs it.
public struct WakeWordManifest: Hashable, Sendable {
  /// What people say. 1...100 bytes.
  public var phrase: String
  /// The model's file, beside the manifest.
  public var model: String
  /// The mean probability above which the word counts as said. Above 0, below 1.
  public var cutoff: Float
  /// Over how many answers of the network the mean goes. 1...50; one answer each 30 ms in the models there are.
  public var windowSize: Int

  /// Reads a manifest; total on any bytes.
  public init(parsing bytes: [UInt8], name: String = "the wake word's manifest") throws(WakeWordError) {
    func fail(_ reason: String) -> WakeWordError {
      WakeWordError(.corrupt, "load \(name)", reason, remedy: "Name a microWakeWord model's .json file, version 2.")
    }
    let json: JSONValue
    do {
      json = try JSONValue(parsing: bytes, limits: JSONLimits(maximumBytes: Self.maximumBytes, maximumDepth: 8))
    } catch {
      throw fail("it is no JSON: \(error)")
    }
    guard json["type"]?.stringValue == "micro" else { throw fail("its \"type\" is not \"micro\"") }
    guard let phrase = json["wake_word"]?.stringValue, (1...100).contains(phrase.utf8.count) else {
      throw fail("its \"wake_word\" is not a text of 1 to 100 bytes")
    }
    guard let model = json["model"]?.stringValue, (1...255).contains(model.utf8.count), !model.utf8.contains(0x2F)
    else {
      throw fail("its \"model\" is not the name of a file beside it")
    }
    // As it is compared: 0.99999999 is 1 in single precision, and nothing would ever wake.
    guard let cutoff = json["micro"]?["probability_cutoff"]?.doubleValue.map({ Float($0) }), cutoff > 0, cutoff < 1
    else {
      throw fail("its \"micro\": \"probability_cutoff\" is not a number between 0 and 1")
    }
    guard let size = json["micro"]?["sliding_window_size"]?.integerValue, (1...50).contains(size) else {
      throw fail("its \"micro\": \"sliding_window_size\" is not a whole number in 1...50")
    }
    // Older models were trained on features each 20 ms.
    guard json["micro"]?["feature_step_size"]?.integerValue == 10 else {
      throw fail("its \"micro\": \"feature_step_size\" is not 10 (ms)")
    }
    (self.phrase, self.model, self.cutoff, windowSize) = (phrase, model, cutoff, Int(size))
  }

  static let maximumBytes = 16_384
}
