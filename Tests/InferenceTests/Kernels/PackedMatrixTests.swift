import CKernels
import Inference
import TestSupport
import Testing

/// The packed kernels of every variant that this processor runs, against the double-precision product of the weights and
/// the activations as they are rounded.
@Suite struct PackedMatrixTests {
  static let types: [TensorType] = [.q4_K, .q5_K, .q6_K, .q4_0, .q8_0, .iq4_nl, .iq4_xs]

  /// A matrix of finite random blocks: as it lies in a file, packed, and in floats.
  private struct Weights {
    let type: TensorType
    let columns: Int
    let rows: Int
    let packed: [UInt8]
    let floats: [Float]

    /// With the variant in use.
    init(_ type: TensorType, columns: Int, rows: Int, seed: UInt64) {
      self.init(
        type, columns: columns, rows: rows,
        blocks: BlockSamples.finite(type, blocks: columns / type.blockElements * rows, seed: seed))
    }

    init(_ type: TensorType, columns: Int, rows: Int, blocks: [UInt8]) {
      (self.type, self.columns, self.rows) = (type, columns, rows)
      floats = KernelVariants.dequantise(blocks, type: type.rawValue, count: columns * rows).floats
      let height = ckernels_packed_rows()
      let groupBytes = ckernels_packed_group_bytes(Int32(type.rawValue), columns)
      let rowBytes = columns / type.blockElements * type.blockBytes
      let groups = (rows + height - 1) / height
      var packed = [UInt8](repeating: 0xEE, count: groups * groupBytes)
      for group in 0..<groups {
        unsafe blocks.withUnsafeBytes { source in
          unsafe packed.withUnsafeMutableBytes { out in
            unsafe ckernels_pack(
              Int32(type.rawValue), source.baseAddress! + group * height * rowBytes, rowBytes, columns,
              min(height, rows - group * height), out.baseAddress! + group * groupBytes)
          }
        }
      }
      self.packed = packed
    }

    /// y of the groups, `[tokens × stride]`, NaN where nothing was written.
    func multiply(_ x: [Float], tokens: Int, groups: Range<Int>, stride: Int) -> [Float] {
      var activations = [UInt8](repeating: 0xEE, count: ckernels_activation_bytes(columns, tokens))
      var y = [Float](repeating: .nan, count: stride * tokens)
      unsafe x.withUnsafeBufferPointer { x in
        unsafe activations.withUnsafeMutableBytes { bytes in
          for token in 0..<tokens {
            unsafe ckernels_quantise(x.baseAddress! + token * columns, columns, token, tokens, bytes.baseAddress!)
          }
          unsafe packed.withUnsafeBytes { packed in
            unsafe y.withUnsafeMutableBufferPointer { y in
              unsafe ckernels_packed_matmul(
                Int32(type.rawValue), packed.baseAddress!, columns, rows, groups.lowerBound, groups.upperBound,
                bytes.baseAddress!, tokens, y.baseAddress!, stride)
            }
          }
        }
      }
      return y
    }

    var groups: Range<Int> { 0..<(rows + ckernels_packed_rows() - 1) / ckernels_packed_rows() }
  }

  private static func with(_ name: String, _ body: () -> Void) throws {
    let before = try #require(unsafe ckernels_packed_variant(0).map { unsafe String(cString: $0) })
    try #require(unsafe ckernels_packed_select(name) == 0)
    defer { unsafe _ = ckernels_packed_select(before) }
    body()
  }

  static let variants: [String] = {
    var names: [String] = []
    while let name = unsafe ckernels_packed_variant(names.count) { names.append(unsafe String(cString: name)) }
    return names
  }()

  /// x as the kernels round it: to 127ths of the largest magnitude of each 32.
  private func rounded(_ x: [Float]) -> [Double] {
    stride(from: 0, to: x.count, by: 32).flatMap { begin -> [Double] in
      let slice = x[begin..<begin + 32]
      let most = slice.reduce(0) { max($0, abs($1)) }
      guard most > 0 else { return [Double](repeating: 0, count: 32) }
      return slice.map { Double(($0 * (127 / most)).rounded(.toNearestOrEven)) * Double(most / 127) }
    }
  }

  private func inputs(_ count: Int) -> [Float] {
    var generator = SeededGenerator(seed: 31)
    // A few far above the others, as models have them.
    return (0..<count).map { generator.sample() * ($0 % 97 == 0 ? 30 : 1) }
  }

  private func check(_ type: TensorType, columns: Int, rows: Int, tokens: Int) {
    let weights = Weights(type, columns: columns, rows: rows, seed: 5)
    let x = inputs(columns * tokens)
    let exact = rounded(x)
    let stride = rows + 3
    let y = weights.multiply(x, tokens: tokens, groups: weights.groups, stride: stride)
    for token in 0..<tokens {
      for row in 0..<stride {
        let result = y[token * stride + row]
        guard row < rows else {
          if !result.isNaN { Issue.record("row \(row) of \(rows) was written") }
          continue
        }
        var sum = 0.0
        var magnitude = 0.0
        for k in 0..<columns {
          let term = Double(weights.floats[row * columns + k]) * exact[token * columns + k]
          sum += term
          magnitude += abs(term)
        }
        // Whole numbers are exact; what is rounded are a few floats for each slice. Offsets are taken away at the end, and are up to
        // eight times as large as what is left.
        if !(abs(Double(result) - sum) <= Double(columns / 32 + 8) * 0x1p-21 * magnitude) {
          Issue.record("\(columns) columns, \(tokens) tokens, row \(row), token \(token): \(result) instead of \(sum)")
        }
      }
    }
  }

  /// All numbers of tokens and rows around the tiles' edges, and of blocks.
  @Test(arguments: variants, types) func productsAreThoseOfTheRoundedActivations(variant: String, type: TensorType)
    throws
  {
    try Self.with(variant) {
      let small = type.blockElements
      for tokens in [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 13] { check(type, columns: 3 * small, rows: 21, tokens: tokens) }
      for rows in [1, 4, 15, 16, 17, 33] { check(type, columns: small, rows: rows, tokens: 2) }
      for rows in [1, 15, 40] { check(type, columns: small, rows: rows, tokens: 9) }
      // Blocks of eight slices that are not full.
      for columns in [32, 256, 288, 320, 544] where columns % small == 0 {
        for tokens in [1, 6, 9] { check(type, columns: columns, rows: 9, tokens: tokens) }
      }
    }
  }

  /// What the rounding of activations costs against the exact product, for each path; the report has a line for each.
  @Test(arguments: variants) func everyPathsErrorIsReported(variant: String) throws {
    try Self.with(variant) {
      for type in Self.types {
        let errors = [1, 4, 64].map { error(type, columns: 1_024, rows: 40, tokens: $0) }
        // 127ths of the largest of each 32, which some of these inputs make thirty times as large as the others.
        #expect(errors.allSatisfy { $0 < 0.03 })
        let figures = errors.map { "\(Double(Int($0 * 1e6)) / 1e6)" }
        let path = "\(variant), \(type), 1, 4 and 64 tokens"
        print("relative RMS error against float64, \(path): " + figures.joined(separator: ", "))
      }
    }
  }

  /// Relative RMS error of the products against those of the inputs as they are.
  private func error(_ type: TensorType, columns: Int, rows: Int, tokens: Int) -> Double {
    let weights = Weights(type, columns: columns, rows: rows, seed: 5)
    let x = inputs(columns * tokens)
    let y = weights.multiply(x, tokens: tokens, groups: weights.groups, stride: rows)
    var wrong = 0.0
    var all = 0.0
    for token in 0..<tokens {
      for row in 0..<rows {
        var sum = 0.0
        for k in 0..<columns { sum += Double(weights.floats[row * columns + k]) * Double(x[token * columns + k]) }
        wrong += (Double(y[token * rows + row]) - sum) * (Double(y[token * rows + row]) - sum)
        all += sum * sum
      }
    }
    return (wrong / all).squareRoot()
  }

  /// More tokens than are taken at a time, and more columns than stay in the cache.
  @Test(arguments: variants, types) func manyTokensAreTakenInParts(variant: String, type: TensorType) throws {
    try Self.with(variant) {
      check(type, columns: 512, rows: 5, tokens: 131)
      check(type, columns: 2_048, rows: 3, tokens: 128)
    }
  }

  @Test(arguments: variants, types) func aNumberDoesNotDependOnHowRowsAreDivided(variant: String, type: TensorType)
    throws
  {
    try Self.with(variant) {
      let weights = Weights(type, columns: 512, rows: 80, seed: 9)
      for tokens in [1, 6, 17] {
        let x = inputs(512 * tokens)
        let whole = weights.multiply(x, tokens: tokens, groups: weights.groups, stride: 80)
        let height = ckernels_packed_rows()
        for group in weights.groups {
          let part = weights.multiply(x, tokens: tokens, groups: group..<group + 1, stride: 80)
          for token in 0..<tokens {
            for row in 0..<80 {
              let number = part[token * 80 + row]
              let isAsked = row / height == group
              if isAsked ? number != whole[token * 80 + row] : !number.isNaN {
                Issue.record("row \(row) of group \(group), token \(token): \(number)")
              }
            }
          }
        }
      }
    }
  }

  @Test(arguments: variants, types) func whatIsNotFiniteReachesOnlyItsOwnToken(variant: String, type: TensorType) throws
  {
    try Self.with(variant) {
      let weights = Weights(type, columns: 256, rows: 19, seed: 2)
      for (tokens, bad) in [(1, 0), (3, 1), (4, 3), (9, 8), (12, 5)] {
        for value in [Float.infinity, -.infinity, .nan] {
          var x = inputs(256 * tokens)
          x[bad * 256 + 70] = value
          let y = weights.multiply(x, tokens: tokens, groups: weights.groups, stride: 19)
          for token in 0..<tokens {
            let row = y[token * 19..<(token + 1) * 19]
            #expect(token == bad ? row.allSatisfy(\.isNaN) : row.allSatisfy(\.isFinite), "token \(token) of \(tokens)")
          }
        }
      }
    }
  }

  @Test(arguments: variants) func zerosAndTheSmallestNumbersGiveZero(variant: String) throws {
    try Self.with(variant) {
      let weights = Weights(.q4_K, columns: 256, rows: 3, seed: 2)
      for value in [0, -0.0, Float.leastNonzeroMagnitude, 1e-38] {
        let y = weights.multiply([Float](repeating: value, count: 256), tokens: 1, groups: weights.groups, stride: 3)
        #expect(y.allSatisfy { $0 == 0 }, "\(value)")
      }
    }
  }

  /// The largest weights and activations: sums of sixteen bits must hold.
  @Test(arguments: variants, types) func theLargestSumsAreHeld(variant: String, type: TensorType) throws {
    try Self.with(variant) {
      for byte: UInt8 in [0x00, 0x7F, 0x80, 0xFF] {
        var blocks = [UInt8](repeating: byte, count: type.blockBytes * 2)
        for block in 0..<2 {
          // Scales of 1, so that nothing is rounded away.
          let halves = type == .q6_K ? [208] : type == .q4_K || type == .q5_K ? [0, 2] : [0]
          for at in halves {
            (blocks[block * type.blockBytes + at], blocks[block * type.blockBytes + at + 1]) = (0, 0x3C)
          }
        }
        let columns = type.blockElements
        let matrix = Weights(type, columns: columns, rows: 2, blocks: blocks)
        for (sign, tokens) in [(Float(1), 1), (-1, 1), (1, 9), (-1, 9)] {
          let x = [Float](repeating: 127 * sign, count: columns * tokens)
          let y = matrix.multiply(x, tokens: tokens, groups: matrix.groups, stride: 2)
          for row in 0..<2 {
            let weights = matrix.floats[row * columns..<(row + 1) * columns]
            let sum = weights.reduce(0.0) { $0 + Double($1) * 127 * Double(sign) }
            let magnitude = weights.reduce(0.0) { $0 + abs(Double($1)) * 127 }
            for t in 0..<tokens {
              #expect(
                abs(Double(y[2 * t + row]) - sum) <= 1e-5 * magnitude + 1e-3, "byte \(byte), token \(t) of \(tokens)")
            }
          }
        }
      }
    }
  }

  @Test func typesAndColumnsWithoutAPackedFormHaveNoBytes() {
    for type in TensorType.allCases where !Self.types.contains(type) {
      #expect(ckernels_packed_group_bytes(Int32(type.rawValue), 512) == 0)
    }
    #expect(ckernels_packed_group_bytes(Int32(TensorType.q4_K.rawValue), 128) == 0)
    #expect(ckernels_packed_group_bytes(Int32(TensorType.q4_K.rawValue), 0) == 0)
    #expect(unsafe ckernels_packed_select("none such") == -1)
  }
}
