import Glibc
import TestSupport

/// The signals of `Golden/make_golden.py`, which explains them, in whole-number arithmetic.
enum GoldenSignals {
  static let length = 16_000
  /// 98 windows of 30 ms each 10 ms, 40 values each.
  static let featureCount = (1 + (length - 480) / 160) * 40

  private struct Random {
    var generator: SeededGenerator
    init(_ seed: UInt64) { generator = SeededGenerator(seed: seed) }
    mutating func sample(_ bits: Int) -> Int { Int(generator.next() >> UInt64(64 - bits)) - 1 << (bits - 1) }
    mutating func bit() -> Int { Int(generator.next() >> 63) }
  }

  private static func hump(_ phase: Int) -> Int {
    let p = phase & 0x7FFF
    let value = (p * (32_768 - p)) >> 14
    return phase & 0x8000 != 0 ? -value : value
  }

  static let all: [(name: String, samples: [Int16])] = {
    var r = Random(1)
    let n = 0..<length
    // Divisions round down, as the script's do.
    func half(_ x: Int, _ by: Int) -> Int { Int((Double(x) / Double(by)).rounded(.down)) }
    func sound(_ name: String, _ sample: (Int) -> Int) -> (name: String, samples: [Int16]) {
      (name, n.map { Int16(sample($0)) })
    }
    return [
      sound("noise") { _ in r.sample(14) },
      sound("full noise") { _ in r.sample(16) },
      sound("tone of 440 Hz") { hump($0 * 1_802) },
      sound("rising tone") { half(hump(half($0 * $0 * 2, 5)) * 3, 2) },
      sound("like speech") { i in
        let part = i % 3_200
        let loud = part < 800 ? part : part < 2_400 ? 2_400 - part : 0
        let isVoiced = (i / 3_200) % 2 == 0
        let voice = half(hump(i * 490), 2) + half(hump(i * 2_990), 3) + half(hump(i * 4_460), 4)
        return half((isVoiced ? voice : r.sample(14)) * loud, 1_600)
      },
      sound("clipping") { max(-32_768, min(32_767, hump($0 * 1_300) * 5 + r.sample(12))) },
      sound("constant") { _ in 12_000 },
      sound("lowest value") { _ in -32_768 },
      sound("fastest square") { $0 & 1 == 1 ? 32_767 : -32_768 },
      sound("last bit") { _ in r.bit() },
      sound("silence, then noise, then silence") { (4_000..<9_000).contains($0) ? r.sample(15) : 0 },
      sound("clicks") { $0 % 3_001 == 0 ? 32_767 : 0 },
    ]
  }()

  /// Soft noise, "hey jarvis" by a synthetic voice, soft noise.
  static func heyJarvis() throws -> [Int16] {
    var r = Random(2)
    let before = (0..<24_000).map { _ in Int16(r.sample(5)) }
    let word = try integers("hey_jarvis.s16").map { Int16(bitPattern: $0) }
    return before + word + (0..<16_000).map { _ in Int16(r.sample(5)) }
  }

  /// Each model's name and the reference's answers to ``heyJarvis()``, in 1/256.
  static func answers() throws -> [(model: String, answers: [Int])] {
    let text = String(decoding: try bytes("probabilities.txt"), as: UTF8.self)
    return text.split(separator: "\n").map { line in
      let words = line.split(separator: " ")
      return (String(words[0]), words.dropFirst().compactMap { Int($0) })
    }
  }

  /// Little-endian 16-bit numbers.
  static func integers(_ file: String) throws -> [UInt16] {
    let bytes = try bytes(file)
    return stride(from: 0, to: bytes.count - 1, by: 2).map { UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 }
  }

  private static func bytes(_ file: String) throws -> [UInt8] {
    let path = #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/Golden/" + file
    guard let stream = unsafe fopen(path, "rb") else { throw TestSystemError(call: "fopen \(path)", errno: errno) }
    defer { unsafe fclose(stream) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = unsafe fread(&bytes, 1, bytes.count, stream)
    return Array(bytes[..<count])
  }
}
