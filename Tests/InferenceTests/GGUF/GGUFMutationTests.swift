import Glibc
import Inference
import TestModels
import TestSupport
import Testing

/// Damaged files: refused with a reason or read to their end, never a trap. `EARSHOT_MUTATIONS` asks for more of them.
@Suite struct GGUFMutationTests {
  private static let count = unsafe getenv("EARSHOT_MUTATIONS").flatMap { unsafe Int(String(cString: $0)) } ?? 4_000

  /// Small, so that most changes hit a length, a count, a type or an offset.
  private var seeds: [[UInt8]] {
    var metadata = GGUFWriter()
    metadata.add("a", .string("text"))
    metadata.add("b", .strings(["x", "", "yz"]))
    metadata.add("c", .bools([true, false]))
    metadata.add("d", .uint64s([1, .max]))
    metadata.add("e", .float32(1))
    metadata.add("general.alignment", .uint32(8))
    metadata.add("split.count", .uint16(1))
    var tensors = GGUFWriter()
    tensors.alignment = 8
    tensors.add("general.alignment", .uint32(8))
    tensors.add("f", [4, 2], [Float](repeating: 1, count: 8))
    tensors.add("q", [32, 2, 1, 1], .q4_0, [UInt8](repeating: 0x11, count: 36))
    tensors.add("k", [256], .q6_K, [UInt8](repeating: 0x22, count: 210))
    var both = metadata
    both.tensors = tensors.tensors
    both.alignment = 8
    return [metadata.encoded(), tensors.encoded(), both.encoded()]
  }

  @Test func damagedFilesAreRefusedOrRead() throws {
    var generator = SeededGenerator(seed: 3)
    let foreign = try GoldenFile.bytes("everything.gguf")
    for (index, seed) in (seeds + [foreign]).enumerated() {
      GGUFFuzzing.fuzz(seed.span)
      for _ in 0..<Self.count / (index == 3 ? 8 : 4) {
        var bytes = seed
        for _ in 0..<Int.random(in: 1...4, using: &generator) { bytes.mutate(using: &generator) }
        GGUFFuzzing.fuzz(bytes.span)
      }
    }
  }

  /// Every byte of the header is set to what lengths and counts break on.
  @Test func everyByteMayHaveAnyExtreme() {
    for seed in seeds {
      for at in seed.indices {
        for value in [0, 1, 2, 8, 9, 0x7F, 0x80, 0xFF] as [UInt8] {
          var bytes = seed
          bytes[at] = value
          GGUFFuzzing.fuzz(bytes.span)
        }
      }
    }
  }

  @Test func textThatIsNoModelIsRefused() {
    var generator = SeededGenerator(seed: 4)
    for length in 0..<200 {
      let noise = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
      GGUFFuzzing.fuzz(noise.span)
      GGUFFuzzing.fuzz((Array("GGUF".utf8) + [3, 0, 0, 0] + noise).span)
    }
  }
}
