import CKernels
import Inference
import Testing

@Suite struct DequantiseTests {
  /// Bits of floats; every NaN is one.
  private func bits(_ floats: [Float]) -> [UInt32] { floats.map { $0.isNaN ? 0x7FC0_0000 : $0.bitPattern } }

  private func floats(_ type: TensorType, _ blocks: [UInt8]) -> [UInt32] {
    let count = blocks.count / type.blockBytes * type.blockElements
    let (status, floats) = KernelVariants.dequantise(blocks, type: type.rawValue, count: count)
    #expect(status == 0)
    return bits(floats)
  }

  @Test(arguments: KernelVariants.names) func everyTypeIsEqualBitByBitToThePythonPackage(variant: String) throws {
    var checked: [String: Int] = [:]
    for line in try GoldenFile.lines("dequantise.txt") {
      let type = try #require(TensorType.allCases.first { $0.name == line[line[0] == "block" ? 1 : 0] })
      checked[type.name, default: 0] += 1
      if line[0] == "block" {
        let expected = GoldenFile.hex(line[3])
        let words = GoldenFile.words(expected)
        #expect(try KernelVariants.with(variant) { floats(type, GoldenFile.hex(line[2])) } == words, "\(type.name)")
        continue
      }
      let blocks =
        switch line[1] {
        case "random": BlockSamples.random(type)
        case "bytes": BlockSamples.filled(type)
        default: BlockSamples.specialScales(type)
        }
      #expect(blocks.count == Int(line[2])! * type.blockBytes)
      let fingerprint = try KernelVariants.with(variant) { GoldenFile.fingerprint(floats(type, blocks)) }
      #expect(fingerprint == UInt64(line[3], radix: 16), "\(type.name) \(line[1])")
    }
    #expect(checked == Dictionary(uniqueKeysWithValues: TensorType.allCases.map { ($0.name, 4) }))
  }

  @Test(arguments: KernelVariants.names) func unknownTypesAndBrokenBlocksWriteNothing(variant: String) throws {
    try KernelVariants.with(variant) {
      let blocks = [UInt8](repeating: 0, count: 4_096)
      let known = Set(TensorType.allCases.map(\.rawValue))
      for type in 0...300 as ClosedRange<UInt32> where !known.contains(type) {
        let (status, floats) = KernelVariants.dequantise(blocks, type: type, count: 256)
        #expect(status == -1 && floats.allSatisfy(\.isNaN), "\(type)")
      }
      #expect(KernelVariants.dequantise(blocks, type: UInt32(bitPattern: -1), count: 32).status == -1)
      for type in TensorType.allCases where type.blockElements > 1 {
        let (status, floats) = KernelVariants.dequantise(blocks, type: type.rawValue, count: type.blockElements + 1)
        #expect(status == -1 && floats.allSatisfy(\.isNaN), "\(type.name)")
      }
    }
  }

  @Test func everyHalfBecomesTheSameFloatAsSwiftMakes() {
    for bits in 0...UInt16.max {
      let half = Float16(bitPattern: bits)
      let float = ckernels_half_to_float(bits)
      #expect(half.isNaN ? float.isNaN : float.bitPattern == Float(half).bitPattern)
    }
  }

  @Test func onlyVariantsOfThisProcessorCanBeSelected() {
    #expect(KernelVariants.names.last == "scalar")
    #expect(Set(KernelVariants.names).count == KernelVariants.names.count)
    #expect(unsafe ckernels_select("abacus") == -1)
  }
}
