import CKernels
import Inference
import TestSupport
import Testing

@Suite struct MatrixProductTests {
  /// A matrix of finite random blocks, its rows apart by more than they are long, and what it is in floats.
  private struct Weights {
    var type: TensorType
    var columns: Int
    var rows: Int
    var rowBytes: Int
    var bytes: [UInt8] = []
    var floats: [Float] = []

    init(_ type: TensorType, columns: Int, rows: Int, seed: UInt64) {
      (self.type, self.columns, self.rows) = (type, columns, rows)
      let used = columns / type.blockElements * type.blockBytes
      // Rows of floats stay aligned to floats, all others may begin at any byte.
      rowBytes = used + (type == .f32 ? 4 : 3)
      for row in 0..<rows {
        let blocks = BlockSamples.finite(type, blocks: columns / type.blockElements, seed: seed &+ UInt64(row))
        bytes += blocks + [UInt8](repeating: 0xFF, count: rowBytes - used)
        floats += KernelVariants.dequantise(blocks, type: type.rawValue, count: columns).floats
      }
    }
  }

  private struct Product {
    var status: Int32
    /// `[tokens × stride]`, NaN where nothing was written.
    var y: [Float]
    var stride: Int
  }

  private func multiply(_ weights: Weights, rows: Range<Int>, _ x: [Float], xStride: Int, tokens: Int) -> Product {
    let stride = weights.rows + 5
    var y = [Float](repeating: .nan, count: stride * max(1, tokens))
    let status = unsafe weights.bytes.withUnsafeBytes { w in
      unsafe x.withUnsafeBufferPointer { x in
        unsafe y.withUnsafeMutableBufferPointer { y in
          unsafe ckernels_matmul(
            Int32(weights.type.rawValue), w.baseAddress!, weights.rowBytes, weights.columns, rows.lowerBound,
            rows.upperBound, x.baseAddress!, xStride, tokens, y.baseAddress!, stride)
        }
      }
    }
    return Product(status: status, y: y, stride: stride)
  }

  private func inputs(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in generator.sample() }
  }

  /// Every number that was asked for is near the double-precision product, and nothing else was written.
  private func check(_ weights: Weights, rows: Range<Int>, tokens: Int, _ label: String) {
    let xStride = weights.columns + 3
    let x = inputs(xStride * tokens, seed: 77)
    let product = multiply(weights, rows: rows, x, xStride: xStride, tokens: tokens)
    #expect(product.status == 0)
    for token in 0..<tokens {
      for row in 0..<product.stride {
        let y = product.y[token * product.stride + row]
        guard rows.contains(row) else {
          #expect(y.isNaN, "\(label): row \(row) was not asked for")
          continue
        }
        var exact = 0.0
        var magnitude = 0.0
        for k in 0..<weights.columns {
          let term = Double(weights.floats[row * weights.columns + k]) * Double(x[token * xStride + k])
          exact += term
          magnitude += abs(term)
        }
        // The bound that ckernels.h states.
        let bound = Double(weights.columns / 4 + 16) * 0x1p-24 * magnitude
        #expect(abs(Double(y) - exact) <= bound, "\(label): row \(row), token \(token): \(y) instead of \(exact)")
      }
    }
  }

  @Test(arguments: KernelVariants.names, TensorType.allCases)
  func productsAreThoseOfTheDequantisedWeights(variant: String, type: TensorType) throws {
    let weights = Weights(type, columns: type.blockElements == 1 ? 53 : 3 * type.blockElements, rows: 7, seed: 5)
    try KernelVariants.with(variant) {
      for tokens in 1...9 { check(weights, rows: 0..<7, tokens: tokens, "\(tokens) tokens") }
      for rows in [0..<1, 1..<6, 3..<3, 6..<7, 2..<7] { check(weights, rows: rows, tokens: 2, "\(rows)") }
    }
  }

  /// 2,304 columns are more than two panels.
  @Test(arguments: KernelVariants.names, TensorType.allCases)
  func longRowsAreSummedOverAllPanels(variant: String, type: TensorType) throws {
    let weights = Weights(type, columns: 2_304 + (type.blockElements == 1 ? 1 : 0), rows: 5, seed: 6)
    try KernelVariants.with(variant) { check(weights, rows: 0..<5, tokens: 4, type.name) }
  }

  @Test(arguments: KernelVariants.names) func everyLengthOfAFloatRowIsSummedToItsEnd(variant: String) throws {
    try KernelVariants.with(variant) {
      for type in [TensorType.f32, .f16, .bf16] {
        for columns in 1...40 {
          check(Weights(type, columns: columns, rows: 5, seed: 8), rows: 0..<5, tokens: 3, "\(columns)")
        }
      }
    }
  }

  @Test(arguments: KernelVariants.names, TensorType.allCases)
  func aNumberDoesNotDependOnHowTheWorkIsSplit(variant: String, type: TensorType) throws {
    let weights = Weights(type, columns: type.blockElements == 1 ? 1_100 : 1_280, rows: 9, seed: 9)
    let x = inputs(weights.columns * 8, seed: 3)
    try KernelVariants.with(variant) {
      let whole = multiply(weights, rows: 0..<9, x, xStride: weights.columns, tokens: 8)
      for rows in [0..<1, 1..<5, 4..<9, 2..<4] {
        for token in 0..<8 {
          let part = multiply(
            weights, rows: rows, Array(x[(token * weights.columns)...]), xStride: weights.columns, tokens: 1)
          for row in rows { #expect(part.y[row] == whole.y[token * whole.stride + row]) }
        }
      }
    }
  }

  @Test(arguments: KernelVariants.names) func typesAndColumnsThatAreNotThereAreRefused(variant: String) throws {
    try KernelVariants.with(variant) {
      var weights = Weights(.q4_0, columns: 64, rows: 2, seed: 1)
      let x = inputs(65, seed: 1)
      weights.columns = 65
      let broken = multiply(weights, rows: 0..<2, x, xStride: 65, tokens: 1)
      #expect(broken.status == -1 && broken.y.allSatisfy(\.isNaN))
      let status = unsafe weights.bytes.withUnsafeBytes { w in
        unsafe x.withUnsafeBufferPointer { x in
          var y: Float = .nan
          return unsafe ckernels_matmul(9, w.baseAddress!, 36, 32, 0, 1, x.baseAddress!, 32, 1, &y, 1)
        }
      }
      #expect(status == -1)
    }
  }

  @Test(arguments: KernelVariants.names) func infinitiesReachOnlyTheirOwnRowAndToken(variant: String) throws {
    try KernelVariants.with(variant) {
      let weights = Weights(.q8_0, columns: 64, rows: 5, seed: 2)
      var x = inputs(64 * 3, seed: 4)
      x[64 + 7] = .infinity
      let product = multiply(weights, rows: 0..<5, x, xStride: 64, tokens: 3)
      for token in 0..<3 {
        for row in 0..<5 { #expect(product.y[token * product.stride + row].isFinite == (token != 1)) }
      }
    }
  }
}
