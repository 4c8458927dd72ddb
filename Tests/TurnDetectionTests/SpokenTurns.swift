import Audio
import Foundation
import Speech
import TestSupport

/// Sentences of Flite as a microphone hears them, and the model that judges them.
enum SpokenTurns {
  private static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

  /// Where `make setup` puts the model, or nil where it is not there.
  static let model: String? = {
    let environment = ProcessInfo.processInfo.environment
    let share =
      environment["EARSHOT_SHARE"]
      ?? (environment["EARSHOT_PREFIX"] ?? tests.deletingLastPathComponent().appending(path: ".prefix").path)
      + "/share/earshot"
    let path = share + "/turns/smart-turn-v3.2-cpu.onnx"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }()

  /// The lines of `Tests/Fixtures/speech/NAME.txt`.
  static func sentences(_ name: String) throws -> [String] {
    try String(contentsOf: tests.appending(path: "Fixtures/speech/\(name).txt"), encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  /// The words of `text` without the silence around them, 16 kHz.
  static func words(_ text: String, _ voice: FliteVoice = .slt) throws -> [Float] {
    var samples: [Float] = []
    try FliteSynthesiser(voice: voice).synthesise(text) { chunk in
      for index in chunk.indices { samples.append(chunk[index]) }
      return true
    }
    let loud = { (sample: Float) in abs(sample) > 0.01 }
    guard let first = samples.firstIndex(where: loud), let last = samples.lastIndex(where: loud) else { return [] }
    return Array(samples[first...last])
  }

  /// `words` with a pause of `pause` samples after them, in a quiet room.
  static func turn(_ words: [Float], pause: Int = 3_200) -> [Float] {
    let noise = Signal.noise(count: words.count + pause, amplitude: 2e-4, seed: 3)
    return noise.indices.map { noise[$0] + ($0 < words.count ? words[$0] : 0) }
  }

  /// `words` up to the softest 20 ms between 40 and 60 % of them: somebody who stops to think.
  static func firstHalf(of words: [Float]) -> [Float] {
    let starts = stride(from: words.count * 2 / 5, to: words.count * 3 / 5, by: 160)
    func energy(_ start: Int) -> Float { words[start..<min(words.count, start + 320)].reduce(0) { $0 + $1 * $1 } }
    let softest = starts.min { energy($0) < energy($1) } ?? words.count / 2
    return Array(words[..<softest])
  }
}
