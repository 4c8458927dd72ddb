import Testing

@testable import Configuration

/// Damaged files: whatever the bytes, the parser answers, and what it takes it can write and read again.
@Suite struct MutationTests {
  /// SplitMix64, Steele et al. 2014: the same sequence for the same seed everywhere.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
      return value ^ (value >> 31)
    }
  }

  private static let pieces =
    [
      "&a ", "*a", "? ", ": ", "- ", "\n", "\t", "[", "]", "{", "}", "\"", "'", "|\n", ">\n", "#", "!!int ", "<<: ",
      "---\n", "...\n",
      "null", "true", "-1", "99999999999999999999", "\u{0}", "\u{85}", "\u{2028}", "\u{FEFF}", "name: x\n", "    ",
      "%YAML 1.1\n",
    ].map { Array($0.utf8) } + [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80]]

  @Test(arguments: ExampleTests.examples)
  func damagedExampleIsAnsweredWithoutATrap(_ name: String) throws {
    let original = try Repository.bytes("configs/" + name)
    var generator = Generator(state: UInt64(original.count))
    for _ in 0..<40 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.insert(contentsOf: Self.pieces.randomElement(using: &generator)!, at: place)
        case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &generator)))
        default:
          let end = min(bytes.count, place + Int.random(in: 1...80, using: &generator))
          bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0..<bytes.count, using: &generator))
        }
        if bytes.isEmpty { bytes = [0x20] }
      }
      Configuration.fuzz(bytes)
    }
  }

  @Test func shortTextOfSyntaxIsAnsweredWithoutATrap() {
    var generator = Generator(state: 7)
    for _ in 0..<3000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 0...12, using: &generator) { bytes += Self.pieces.randomElement(using: &generator)! }
      Configuration.fuzz(bytes)
    }
  }

  @Test func fileCutAnywhereIsAnsweredWithoutATrap() throws {
    let original = try Repository.bytes("Tests/ConfigurationTests/Golden/broken.yaml")
    for end in stride(from: 0, to: original.count, by: 3) { Configuration.fuzz(Array(original[..<end])) }
  }
}
