import Testing

@testable import Inference

@Suite struct XXHash64Tests {
  /// Published test values of XXH64, seed 0.
  @Test(
    arguments: [
      ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B), ("abc", 0x44BC_2CF5_AD77_0999),
      ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
    ] as [(String, UInt64)]) func knownTextsHaveTheirHashes(_ text: String, _ wanted: UInt64)
  {
    var hash = XXHash64()
    hash.update(text.utf8)
    #expect(hash.value == wanted)
  }

  @Test func piecesDoNotMatter() {
    let bytes = (0..<200).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var whole = XXHash64()
    whole.update(bytes)
    for size in 1...70 {
      var pieces = XXHash64()
      for begin in stride(from: 0, to: bytes.count, by: size) {
        pieces.update(bytes[begin..<min(bytes.count, begin + size)])
      }
      #expect(pieces.value == whole.value)
    }
  }
}
