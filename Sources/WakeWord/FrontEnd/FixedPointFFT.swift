import Glibc

/// The spectrum of 512 real samples in 16-bit fixed point: a complex transform of 256 pairs by four passes of radix 4,
/// and the unfolding of its halves.
///
/// Rounds and scales exactly as KISS FFT (Mark Borgerding, BSD-3-Clause) does with `FIXED_POINT=16`: each pass divides by
/// four, the unfolding by two twice, so that nothing overflows. The wake word networks were trained on that rounding.
struct FixedPointFFT {
  static let length = 512
  private static let pairs = length / 2

  struct Complex {
    var re: Int16 = 0
    var im: Int16 = 0
  }

  /// e^(-2πi·k/256)
  private let turns: [Complex]
  /// e^(-πi·((k + 1)/256 + 1/2)): what unfolds the two halves.
  private let unfolding: [Complex]
  /// Where sample pair k goes before the first pass: its base-4 digits backwards.
  private let order: [Int]
  private var work = [Complex](repeating: Complex(), count: pairs)
  /// Bins 0...256; bin k lies at k · 31.25 Hz.
  private(set) var spectrum = [Complex](repeating: Complex(), count: pairs + 1)

  init() {
    func unit(_ phase: Double) -> Complex {
      Complex(re: Int16(floor(0.5 + 32_767 * cos(phase))), im: Int16(floor(0.5 + 32_767 * sin(phase))))
    }
    turns = (0..<Self.pairs).map { unit(-2 * Double.pi * Double($0) / Double(Self.pairs)) }
    unfolding = (0..<Self.pairs / 2).map { unit(-Double.pi * (Double($0 + 1) / Double(Self.pairs) + 0.5)) }
    order = (0..<Self.pairs).map { k in (k & 3) << 6 | (k >> 2 & 3) << 4 | (k >> 4 & 3) << 2 | k >> 6 }
  }

  /// Computes ``spectrum`` of `samples` · 2^`shift`; what is missing of 512 samples is silence.
  mutating func transform(_ samples: [Int16], shift: Int) {
    func sample(_ i: Int) -> Int16 { i < samples.count ? samples[i] << Int16(shift) : 0 }
    for k in 0..<Self.pairs { work[order[k]] = Complex(re: sample(2 * k), im: sample(2 * k + 1)) }
    var size = 1
    while size < Self.pairs {
      pass(size)
      size *= 4
    }
    unfold()
  }

  /// Joins transforms of `size` pairs, four at a time.
  private mutating func pass(_ size: Int) {
    let stride = Self.pairs / (4 * size)
    for start in Swift.stride(from: 0, to: Self.pairs, by: 4 * size) {
      for k in 0..<size {
        let (i0, i1, i2, i3) = (start + k, start + k + size, start + k + 2 * size, start + k + 3 * size)
        let a = work[i0].divided(by: 4)
        let b = work[i1].divided(by: 4).times(turns[k * stride])
        let c = work[i2].divided(by: 4).times(turns[2 * k * stride])
        let d = work[i3].divided(by: 4).times(turns[3 * k * stride])
        let (even, odd) = (a.plus(c), a.minus(c))
        let (sum, difference) = (b.plus(d), b.minus(d))
        work[i0] = even.plus(sum)
        work[i2] = even.minus(sum)
        work[i1] = Complex(re: odd.re &+ difference.im, im: odd.im &- difference.re)
        work[i3] = Complex(re: odd.re &- difference.im, im: odd.im &+ difference.re)
      }
    }
  }

  private mutating func unfold() {
    let pairs = Self.pairs
    let zero = work[0].divided(by: 2)
    spectrum[0] = Complex(re: zero.re &+ zero.im, im: 0)
    spectrum[pairs] = Complex(re: zero.re &- zero.im, im: 0)
    for k in 1...pairs / 2 {
      let a = work[k].divided(by: 2)
      let b = Complex(re: work[pairs - k].re, im: 0 &- work[pairs - k].im).divided(by: 2)
      let sum = a.plus(b)
      let turned = a.minus(b).times(unfolding[k - 1])
      spectrum[k] = Complex(re: half(Int32(sum.re) + Int32(turned.re)), im: half(Int32(sum.im) + Int32(turned.im)))
      spectrum[pairs - k] = Complex(
        re: half(Int32(sum.re) - Int32(turned.re)), im: half(Int32(turned.im) - Int32(sum.im)))
    }
  }

  private func half(_ x: Int32) -> Int16 { Int16(truncatingIfNeeded: x >> 1) }
}

extension FixedPointFFT.Complex {
  /// A product of 15-bit fractions, rounded.
  private static func rounded(_ x: Int32) -> Int16 { Int16(truncatingIfNeeded: (x &+ 1 << 14) >> 15) }

  fileprivate func divided(by divisor: Int32) -> Self {
    let factor = 32_767 / divisor
    return Self(re: Self.rounded(Int32(re) * factor), im: Self.rounded(Int32(im) * factor))
  }

  fileprivate func times(_ other: Self) -> Self {
    let (a, b, c, d) = (Int32(re), Int32(im), Int32(other.re), Int32(other.im))
    return Self(re: Self.rounded(a * c - b * d), im: Self.rounded(a * d + b * c))
  }

  fileprivate func plus(_ other: Self) -> Self { Self(re: re &+ other.re, im: im &+ other.im) }
  fileprivate func minus(_ other: Self) -> Self { Self(re: re &- other.re, im: im &- other.im) }
}
