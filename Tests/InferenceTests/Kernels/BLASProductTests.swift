import Inference
import TestSupport
import Testing

/// The door to both ways of multiplying, on both sides of where it changes.
@Suite struct BLASProductTests {
  @Test(arguments: TensorType.allCases, [1, 31, 32, 45])
  func bothWaysGiveTheProductOfTheDequantisedWeights(type: TensorType, tokens: Int) throws {
    // More than one panel of columns, and rows that are neither all nor a whole panel.
    let columns = type.blockElements == 1 ? 529 : 768
    let (rows, all) = (3..<270, 271)
    let rowBlocks = columns / type.blockElements
    let rowBytes = rowBlocks * type.blockBytes
    let bytes = BlockSamples.finite(type, blocks: rowBlocks * all, seed: 21)
    let weights = KernelVariants.dequantise(bytes, type: type.rawValue, count: columns * all).floats
    var generator = SeededGenerator(seed: 22)
    let xStride = columns + 1
    let x = (0..<xStride * tokens).map { _ in generator.sample() }
    let yStride = all + 2
    var y = [Float](repeating: .nan, count: yStride * tokens)
    unsafe bytes.withUnsafeBytes { w in
      unsafe x.withUnsafeBufferPointer { x in
        unsafe y.withUnsafeMutableBufferPointer { y in
          unsafe MatrixProduct.multiply(
            type, weights: w.baseAddress!, rowBytes: rowBytes, columns: columns, rows: rows, x: x.baseAddress!,
            xStride: xStride, tokens: tokens, y: y.baseAddress!, yStride: yStride)
        }
      }
    }
    for token in 0..<tokens {
      for row in 0..<yStride {
        let result = y[token * yStride + row]
        guard rows.contains(row) else {
          if !result.isNaN { Issue.record("row \(row) was not asked for") }
          continue
        }
        // Everything is written; some rows and tokens and the edges of the panels are computed again.
        if result.isNaN { Issue.record("row \(row) of token \(token) is missing") }
        guard token % 15 == 0 || token == tokens - 1, [3, 100, 258, 259, 269].contains(row) else { continue }
        var exact = 0.0
        var magnitude = 0.0
        for k in 0..<columns {
          let term = Double(weights[row * columns + k]) * Double(x[token * xStride + k])
          exact += term
          magnitude += abs(term)
        }
        // Sums of any order stay within columns roundings.
        #expect(abs(Double(result) - exact) <= Double(columns) * 0x1p-24 * magnitude)
      }
    }
  }

  /// Floats that do not lie at multiples of four cannot be given to OpenBLAS.
  @Test func floatsAtAnyByteAreMultiplied() throws {
    let columns = 32
    let bytes = [0xFF] + BlockSamples.finite(.f32, blocks: columns * 2, seed: 1)
    let x = [Float](repeating: 1, count: columns * 40)
    var y = [Float](repeating: .nan, count: 2 * 40)
    unsafe bytes.withUnsafeBytes { w in
      unsafe x.withUnsafeBufferPointer { x in
        unsafe y.withUnsafeMutableBufferPointer { y in
          unsafe MatrixProduct.multiply(
            .f32, weights: w.baseAddress! + 1, rowBytes: columns * 4, columns: columns, rows: 0..<2, x: x.baseAddress!,
            xStride: columns, tokens: 40, y: y.baseAddress!, yStride: 2)
        }
      }
    }
    let weights = KernelVariants.dequantise(Array(bytes[1...]), type: 0, count: columns * 2).floats
    for row in 0..<2 {
      let sum = weights[row * columns..<(row + 1) * columns].reduce(0.0) { $0 + Double($1) }
      for token in 0..<40 { #expect(abs(Double(y[token * 2 + row]) - sum) < 1e-5) }
    }
  }
}
