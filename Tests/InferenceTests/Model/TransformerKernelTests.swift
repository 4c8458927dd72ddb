import CKernels
import Glibc
import TestSupport
import Testing

/// The kernels between matrix products, in every variant, against plain double arithmetic.
@Suite struct TransformerKernelTests {
  /// Not a multiple of any vector's width.
  static let lengths = [1, 2, 7, 8, 15, 16, 17, 33, 64, 100, 257]

  static func samples(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in generator.sample() * 3 }
  }

  @Test(arguments: lengths) func theNormDividesByTheRootMeanSquare(_ count: Int) throws {
    for variant in KernelVariants.names {
      try KernelVariants.with(variant) {
        let x = Self.samples(count, seed: 1)
        let weight = Self.samples(count, seed: 2)
        var y = [Float](repeating: .nan, count: count)
        unsafe ckernels_rms_norm(x, weight, 1e-5, &y, count)
        let mean = x.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(count)
        for i in 0..<count {
          let wanted = Double(x[i]) / (mean + 1e-5).squareRoot() * Double(weight[i])
          #expect(abs(Double(y[i]) - wanted) <= 4e-7 * abs(wanted))
        }
      }
    }
  }

  @Test func activationsHoldOverTheWholeRange() throws {
    for variant in KernelVariants.names {
      try KernelVariants.with(variant) {
        let x: [Float] = stride(from: -100, through: 100, by: 0.37).map { $0 } + [0, -0.0, 1e-20, 3e4, -3e4]
        var silu = x
        var gelu = x
        let ones = [Float](repeating: 1, count: x.count)
        unsafe ckernels_silu_multiply(&silu, ones, x.count)
        unsafe ckernels_gelu_multiply(&gelu, ones, x.count)
        for i in x.indices {
          let v = Double(x[i])
          let s = v / (1 + exp(-v))
          let g = 0.5 * v * (1 + tanh((2 / Double.pi).squareRoot() * (v + 0.044715 * v * v * v)))
          #expect(abs(Double(silu[i]) - s) <= 1e-6 * abs(s) + 1e-30, "silu(\(v)) = \(silu[i]), not \(s)")
          // 1 + tanh cancels where it is near 0: in the reference above, not in the kernel.
          #expect(abs(Double(gelu[i]) - g) <= 2e-6 * abs(g) + 1e-14 * abs(v), "gelu(\(v)) = \(gelu[i]), not \(g)")
        }
      }
    }
  }

  @Test(arguments: [1, 5, 32, 48], [0, 1] as [Int32]) func rotationTurnsPairs(_ pairs: Int, _ adjacent: Int32) {
    let x = Self.samples(2 * pairs, seed: 3)
    let angles = (0..<pairs).map { Double($0) * 0.7 }
    var y = x
    unsafe ckernels_rotate(&y, angles.map { Float(cos($0)) }, angles.map { Float(sin($0)) }, pairs, adjacent)
    for p in 0..<pairs {
      let (i, j) = adjacent == 1 ? (2 * p, 2 * p + 1) : (p, p + pairs)
      let (a, b) = (Double(x[i]), Double(x[j]))
      #expect(abs(Double(y[i]) - (a * cos(angles[p]) - b * sin(angles[p]))) < 2e-6)
      #expect(abs(Double(y[j]) - (a * sin(angles[p]) + b * cos(angles[p]))) < 2e-6)
    }
  }

  @Test func halvesAreRoundedToNearestEven() throws {
    for variant in KernelVariants.names {
      try KernelVariants.with(variant) {
        var values: [Float] = [
          0, -0.0, 1, -1, 65504, 65519, 65520, 1e9, -1e9, 0x1p-24, 0x1p-25, 0x1.8p-25, 6e-8, 1e-7, .infinity,
        ]
        values += [0x1p-14, 0x1.ffcp-15, 0x1.ffep-15, 2048, 2049, 2050, 2051, 0x1.002p0, 0x1.006p0] as [Float]
        values += Self.samples(1000, seed: 4)
        for count in [values.count, 1] {
          for begin in stride(from: 0, to: values.count - count + 1, by: 1) {
            var rows = [UInt16](repeating: 0xAAAA, count: count)
            unsafe ckernels_kv_store(Int32(ckernels_kv_f16), Array(values[begin..<begin + count]), &rows, count)
            #expect(rows == values[begin..<begin + count].map { Float16($0).bitPattern })
          }
        }
      }
    }
  }

  @Test func q8BlocksHaveALargestOf127() throws {
    for variant in KernelVariants.names {
      try KernelVariants.with(variant) {
        for (scale, values) in [(1, Self.samples(96, seed: 5)), (0, [Float](repeating: 0, count: 32))] {
          var rows = [UInt8](repeating: 0xAA, count: values.count / 32 * 34)
          unsafe ckernels_kv_store(Int32(ckernels_kv_q8_0), values, &rows, values.count)
          for block in 0..<values.count / 32 {
            let largest = values[block * 32..<block * 32 + 32].map(abs).max()!
            let quants = rows[block * 34 + 2..<block * 34 + 34].map { Int(Int8(bitPattern: $0)) }
            let half = Float16(bitPattern: UInt16(rows[block * 34]) | UInt16(rows[block * 34 + 1]) << 8)
            #expect(half == Float16(largest / 127))
            #expect(quants.map(abs).max() == 127 * scale)
            for i in 0..<32 { #expect(abs(Float(quants[i]) * Float(half) - values[block * 32 + i]) <= largest / 127) }
          }
        }
      }
    }
  }

  @Test func whatIsNoNumberDoesNotTrap() throws {
    for variant in KernelVariants.names {
      try KernelVariants.with(variant) {
        let values: [Float] = [.nan, .infinity, -.infinity, 1] + Self.samples(28, seed: 6)
        var rows = [UInt8](repeating: 0, count: 128)
        for kind in [ckernels_kv_f16, ckernels_kv_q8_0, ckernels_kv_f32] {
          unsafe ckernels_kv_store(Int32(kind), values, &rows, 32)
          var scores = [Float](repeating: 0, count: 1)
          var out = [Float](repeating: 0, count: 32)
          unsafe rows.withUnsafeBytes { rows in
            var head = unsafe ckernels_kv_head(
              kind: Int32(kind), keys: rows.baseAddress!, key_row_bytes: 128, values: rows.baseAddress!,
              value_row_bytes: 128,
              capacity: 1)
            unsafe ckernels_attend(&head, 0, 1, values, 1, 32, 32, &scores, &out)
          }
        }
      }
    }
  }

  struct Shape: Sendable {
    var kind: Int32
    var heads, keyLength, valueLength, capacity, first, count: Int
  }

  static let shapes: [Shape] = [
    Shape(kind: 0, heads: 1, keyLength: 1, valueLength: 1, capacity: 1, first: 0, count: 1),
    Shape(kind: 0, heads: 3, keyLength: 40, valueLength: 24, capacity: 50, first: 0, count: 33),
    Shape(kind: 0, heads: 8, keyLength: 129, valueLength: 65, capacity: 20, first: 13, count: 20),
    Shape(kind: 0, heads: 2, keyLength: 1024, valueLength: 1024, capacity: 9, first: 8, count: 5),
    Shape(kind: 1, heads: 4, keyLength: 64, valueLength: 96, capacity: 70, first: 60, count: 65),
    Shape(kind: 2, heads: 4, keyLength: 20, valueLength: 36, capacity: 11, first: 9, count: 10),
    Shape(kind: 1, heads: 1, keyLength: 32, valueLength: 32, capacity: 3, first: 2, count: 2),
  ]

  @Test(arguments: shapes) func attentionIsTheSoftmaxOverTheRing(_ shape: Shape) throws {
    for variant in KernelVariants.names {
      try KernelVariants.with(variant) {
        let (kl, vl) = (shape.keyLength, shape.valueLength)
        func bytes(_ length: Int) -> Int { [2 * length, length / 32 * 34, 4 * length][Int(shape.kind)] }
        var keys = [UInt8](repeating: 0, count: shape.capacity * bytes(kl))
        var values = [UInt8](repeating: 0, count: shape.capacity * bytes(vl))
        for slot in 0..<shape.capacity {
          unsafe keys.withUnsafeMutableBytes {
            unsafe ckernels_kv_store(
              shape.kind, Self.samples(kl, seed: UInt64(slot)), $0.baseAddress! + slot * bytes(kl), kl)
          }
          unsafe values.withUnsafeMutableBytes {
            unsafe ckernels_kv_store(
              shape.kind, Self.samples(vl, seed: UInt64(slot + 1000)), $0.baseAddress! + slot * bytes(vl), vl)
          }
        }
        func row(_ rows: [UInt8], _ slot: Int, _ length: Int) -> [Double] {
          let at = slot * bytes(length)
          func half(_ at: Int) -> Double { Double(Float16(bitPattern: UInt16(rows[at]) | UInt16(rows[at + 1]) << 8)) }
          if shape.kind == 2 {
            return unsafe rows.withUnsafeBytes { rows in
              (0..<length).map { Double(unsafe rows.loadUnaligned(fromByteOffset: at + 4 * $0, as: Float.self)) }
            }
          }
          return (0..<length).map { i in
            shape.kind == 0
              ? half(at + 2 * i)
              : half(at + i / 32 * 34) * Double(Int8(bitPattern: rows[at + i / 32 * 34 + 2 + i % 32]))
          }
        }
        let q = Self.samples(shape.heads * kl, seed: 99).map { $0 / Float(kl) }
        var scores = [Float](repeating: .nan, count: shape.heads * shape.count)
        var out = [Float](repeating: .nan, count: shape.heads * vl)
        unsafe keys.withUnsafeBytes { keys in
          unsafe values.withUnsafeBytes { values in
            var head = unsafe ckernels_kv_head(
              kind: shape.kind, keys: keys.baseAddress!, key_row_bytes: bytes(kl), values: values.baseAddress!,
              value_row_bytes: bytes(vl), capacity: shape.capacity)
            unsafe ckernels_attend(&head, shape.first, shape.count, q, shape.heads, kl, vl, &scores, &out)
          }
        }
        let slots = (0..<shape.count).map { (shape.first + $0) % shape.capacity }
        for head in 0..<shape.heads {
          let dots = slots.map { slot in
            zip(row(keys, slot, kl), q[head * kl..<(head + 1) * kl]).reduce(0.0) { $0 + $1.0 * Double($1.1) }
          }
          let largest = dots.max()!
          let weights = dots.map { exp($0 - largest) }
          let sum = weights.reduce(0, +)
          var wanted = [Double](repeating: 0, count: vl)
          for (weight, slot) in zip(weights, slots) {
            for (i, value) in row(values, slot, vl).enumerated() { wanted[i] += weight / sum * value }
          }
          for i in 0..<vl { #expect(abs(Double(out[head * vl + i]) - wanted[i]) < 3e-6) }
        }
      }
    }
  }
}
