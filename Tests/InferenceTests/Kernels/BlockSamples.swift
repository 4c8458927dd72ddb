import Inference
import TestSupport

/// Blocks of every type, the same as make_golden.py makes.
enum BlockSamples {
  /// Random bytes, and for the sixteen-bit types all of their patterns.
  static func random(_ type: TensorType) -> [UInt8] {
    if type.blockBytes == 2 { return (0..<65_536).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] } }
    return bytes(seed: 1, count: 1_024 * type.blockBytes)
  }

  /// Block n is filled with the byte n; its scales are 1 and a little more.
  static func filled(_ type: TensorType) -> [UInt8] {
    var blocks = (0..<256).flatMap { [UInt8](repeating: UInt8($0), count: type.blockBytes) }
    for (n, at) in halves(type).enumerated() {
      for block in 0..<256 { put(UInt16(0x3C00 + n), into: &blocks, block * type.blockBytes + at) }
    }
    return blocks
  }

  /// Random bytes whose scales are zeros, subnormal, the largest, infinite, NaN, in all pairs.
  static func specialScales(_ type: TensorType) -> [UInt8] {
    let special: [UInt16] = [
      0x0000, 0x8000, 0x0001, 0x03FF, 0x8001, 0x83FF, 0x0400, 0x7BFF, 0xFBFF, 0x7C00, 0xFC00, 0x7E00, 0x3C00,
    ]
    var blocks = bytes(seed: 2, count: 169 * type.blockBytes)
    for (n, at) in halves(type).enumerated() {
      for block in 0..<169 {
        put(special[block / (n == 0 ? 1 : 13) % 13], into: &blocks, block * type.blockBytes + at)
      }
    }
    return blocks
  }

  /// Random blocks of finite weights around 1: scales from 2^-7 to 2^-5.
  static func finite(_ type: TensorType, blocks count: Int, seed: UInt64) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    if type == .f32 || type == .bf16 {
      return (0..<count).flatMap { _ in
        let bits = generator.sample().bitPattern
        return (type == .f32 ? 0..<4 : 2..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt32($0))) }
      }
    }
    var blocks = bytes(seed: seed, count: count * type.blockBytes)
    let fields = type == .f16 ? [0] : halves(type)
    for block in 0..<count {
      for at in fields {
        let bits = UInt16(0x2000) + UInt16.random(in: 0..<0x0800, using: &generator)
        put(
          type == .f16 ? bits | UInt16.random(in: 0...1, using: &generator) << 15 : bits, into: &blocks,
          block * type.blockBytes + at)
      }
      if type == .mxfp4 { blocks[block * type.blockBytes] = UInt8.random(in: 124...128, using: &generator) }
    }
    return blocks
  }

  static func bytes(seed: UInt64, count: Int) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 8)
    while bytes.count < count {
      let next = generator.next()
      for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: next >> (8 * UInt64(shift)))) }
    }
    return Array(bytes[..<count])
  }

  /// Offsets of the half-precision numbers in a block.
  private static func halves(_ type: TensorType) -> [Int] {
    switch type {
    case .q4_0, .q5_0, .q8_0, .iq4_nl, .iq4_xs: [0]
    case .q4_1, .q5_1, .q4_K, .q5_K: [0, 2]
    case .q2_K: [80, 82]
    case .q3_K: [108]
    case .q6_K: [208]
    case .f32, .f16, .bf16, .mxfp4: []
    }
  }

  private static func put(_ half: UInt16, into bytes: inout [UInt8], _ at: Int) {
    bytes[at] = UInt8(half & 255)
    bytes[at + 1] = UInt8(half >> 8)
  }
}
