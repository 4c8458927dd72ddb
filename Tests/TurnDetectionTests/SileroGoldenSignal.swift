import Audio
import Foundation
import TestSupport

/// The audio of `Tests/Fixtures/audio/silero_golden.py`, the same to the bit, and what the package makes of it.
enum SileroGoldenSignal {
  static let windows = 5_625

  private static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

  static func fixture(_ name: String) -> String { tests.appending(path: "Fixtures/audio/" + name).path }

  /// The two trainings that the package carries, as `make setup` puts them into the local prefix.
  enum Weights: String, CaseIterable {
    case onnx, safetensors

    var path: String {
      let prefix =
        ProcessInfo.processInfo.environment["EARSHOT_PREFIX"]
        ?? tests.deletingLastPathComponent().appending(path: ".prefix").path
      return prefix + "/share/earshot/" + (self == .onnx ? "silero_vad_16k_op15.onnx" : "silero_vad_16k.safetensors")
    }

    static var available: [Weights] {
      let there = allCases.filter { FileManager.default.fileExists(atPath: $0.path) }
      // Without any the test must fail with the loader's message, not be skipped.
      return there.isEmpty ? [.onnx] : there
    }

    static var standard: Weights { available[0] }

    func probabilities() throws -> [Float] { try SileroGoldenSignal.probabilities("silero_golden_\(rawValue).f32") }
  }

  static func samples() throws -> [Float] {
    let speech = try SpeechReader(path: fixture("turn_on_the_light.wav")).readAll()
    let gains: [Float] = [1, 0.25, 0.5, 0.0625, 2, 0.125, 0.015625]
    let noises: [Float] = [0, 0x1p-10, 0x1p-7, 0x1p-12, 0x1p-5]
    let total = windows * 512
    var generator = SeededGenerator(seed: 2026)
    var output: [Float] = []
    output.reserveCapacity(total)
    var turn = 0
    while output.count < total {
      let (gain, noise) = (gains[turn % 7], noises[turn % 5])
      let count = min(speech.count + turn * 977 % 9_000, total - output.count)
      for i in 0..<count {
        let spoken = i < speech.count ? speech[i] * gain : 0
        output.append(spoken + generator.sample() * noise)
      }
      turn += 1
    }
    return output
  }

  private static func probabilities(_ name: String) throws -> [Float] {
    let data = try Data(contentsOf: URL(filePath: fixture(name)))
    var values: [Float] = []
    var bits: UInt32 = 0
    for (i, byte) in data.enumerated() {
      // Little endian: each byte enters at the top and is pushed down by those after it.
      bits = bits >> 8 | UInt32(byte) << 24
      if i % 4 == 3 { values.append(Float(bitPattern: bits)) }
    }
    return values
  }
}
