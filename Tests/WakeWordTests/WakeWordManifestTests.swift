import TestSupport
import Testing
import WakeWord

@Suite struct WakeWordManifestTests {
  private static let good = """
    {"type": "micro", "wake_word": "Hey Jarvis", "model": "hey_jarvis.tflite", "version": 2, "trained_languages": ["en"],
     "micro": {"probability_cutoff": 0.97, "feature_step_size": 10, "sliding_window_size": 5, "tensor_arena_size": 22860}}
    """

  @Test func aManifestSaysPhraseModelCutoffAndWindow() throws {
    let manifest = try WakeWordManifest(parsing: Array(Self.good.utf8))
    #expect(manifest.phrase == "Hey Jarvis" && manifest.model == "hey_jarvis.tflite")
    #expect(manifest.cutoff == 0.97 && manifest.windowSize == 5)
  }

  @Test(arguments: [
    ("\"micro\", ", "\"openwakeword\", ", "type"), ("Hey Jarvis", "", "wake_word"),
    ("\"hey_jarvis.tflite\"", "\"../../etc/passwd\"", "model"), ("\"hey_jarvis.tflite\"", "12", "model"),
    ("0.97", "1", "probability_cutoff"), ("0.97", "-0.5", "probability_cutoff"),
    ("0.97", "\"high\"", "probability_cutoff"), ("0.97", "0.9999999999", "probability_cutoff"),
    ("0.97", "1e-300", "probability_cutoff"),
    ("\"sliding_window_size\": 5", "\"sliding_window_size\": 0", "sliding_window_size"),
    ("\"sliding_window_size\": 5", "\"sliding_window_size\": 1e9", "sliding_window_size"),
    ("\"feature_step_size\": 10", "\"feature_step_size\": 20", "feature_step_size"), ("{", "", "JSON"),
  ])
  func aWrongValueIsNamed(_ old: String, _ new: String, _ key: String) throws {
    let range = try #require(Self.good.firstRange(of: old))
    var text = Self.good
    text.replaceSubrange(range, with: new)
    let error = #expect(throws: WakeWordError.self) { try WakeWordManifest(parsing: Array(text.utf8)) }
    #expect(error?.code == .corrupt)
    #expect(error?.description.contains(key) == true, "\(error?.description ?? "no error")")
  }

  @Test func anyBytesAreRefusedOrRead() {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<2_000 {
      var bytes = Array(Self.good.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      guard let manifest = try? WakeWordManifest(parsing: bytes) else { continue }
      #expect(manifest.cutoff > 0 && manifest.cutoff < 1 && (1...50).contains(manifest.windowSize))
      #expect(!manifest.model.contains("/"))
    }
  }

  @Test func sensitivityMovesTheCutoff() {
    #expect(WakeWord.cutoff(0.9, sensitivity: 0.5) == 0.9)
    #expect(abs(WakeWord.cutoff(0.9, sensitivity: 1) - 0.45) < 1e-6)
    #expect(abs(WakeWord.cutoff(0.9, sensitivity: 0) - 0.995) < 1e-6)
    let steps = stride(from: Float(0), through: 1, by: 0.05).map { WakeWord.cutoff(0.97, sensitivity: $0) }
    #expect(zip(steps, steps.dropFirst()).allSatisfy { $0 > $1 })
  }
}
