import Glibc

/// The power spectra of two real frames of 400 samples by one complex Fourier transform.
///
/// Stockham's form, which needs no reordering: 400 = 4 · 4 · 5 · 5. In the stage with the radix r, a transform of n points is
/// cut into m = n / r; s of them lie interleaved.
/// ```
///   y[q + s(rp + j)] = e^(-2πi jp/n) · Σ_k e^(-2πi jk/r) · x[q + s(p + mk)]       p < m, q < s, j, k < r
/// ```
/// Source: C. Van Loan, Computational Frameworks for the Fast Fourier Transform (1992), 1.7.
struct FrameTransform: Sendable {
  /// Bins of a frame's spectrum: 0, 40, … 8,000 Hz.
  static let bins = 201

  /// What one transform works on, so that nothing is allocated for each.
  struct Scratch {
    /// The frames, windowed: one at the even places, the other at the odd ones.
    var frames = [Double](repeating: 0, count: 2 * size)
    /// The power of the frames' spectra, by bin.
    var firstPower = [Double](repeating: 0, count: bins)
    var secondPower = [Double](repeating: 0, count: bins)
    fileprivate var other = [Double](repeating: 0, count: 2 * size)
  }

  private struct Stage {
    var radix, parts, interleaved: Int
    /// e^(-2πi jp/n) for p < m and 0 < j < r, p outermost.
    var cosines, sines: [Double]
  }

  private static let size = 400
  private let stages: [Stage]

  init() {
    var stages: [Stage] = []
    var (points, interleaved) = (Self.size, 1)
    for radix in [4, 4, 5, 5] {
      let parts = points / radix
      let angles = (0..<parts).flatMap { p in (1..<radix).map { -2 * Double.pi * Double($0 * p) / Double(points) } }
      stages.append(
        Stage(
          radix: radix, parts: parts, interleaved: interleaved, cosines: angles.map { cos($0) },
          sines: angles.map { sin($0) }))
      (points, interleaved) = (parts, interleaved * radix)
    }
    self.stages = stages
  }

  /// Transforms the two frames in `scratch`, which are lost, and leaves their power there.
  func run(_ scratch: inout Scratch) {
    for stage in stages {
      Self.run(stage, scratch.frames, &scratch.other)
      swap(&scratch.frames, &scratch.other)
    }
    // The spectrum of a real frame is symmetric: z(k) and z(-k) hold one frame in their sum, the other in their difference.
    for bin in 0..<Self.bins {
      let opposite = bin == 0 ? 0 : Self.size - bin
      let (a, b) = (scratch.frames[2 * bin], scratch.frames[2 * bin + 1])
      let (c, d) = (scratch.frames[2 * opposite], scratch.frames[2 * opposite + 1])
      scratch.firstPower[bin] = ((a + c) * (a + c) + (b - d) * (b - d)) / 4
      scratch.secondPower[bin] = ((b + d) * (b + d) + (c - a) * (c - a)) / 4
    }
  }

  /// A complex number, as far as the stages need it.
  private struct Complex {
    var re, im: Double

    @inline(__always) init(_ re: Double, _ im: Double) { (self.re, self.im) = (re, im) }
    @inline(__always) init(_ values: Span<Double>, _ index: Int) {
      self.init(values[2 * index], values[2 * index + 1])
    }
    @inline(__always) func store(_ values: inout MutableSpan<Double>, _ index: Int) {
      values[2 * index] = re
      values[2 * index + 1] = im
    }
    @inline(__always) static func + (a: Complex, b: Complex) -> Complex { Complex(a.re + b.re, a.im + b.im) }
    @inline(__always) static func - (a: Complex, b: Complex) -> Complex { Complex(a.re - b.re, a.im - b.im) }
    @inline(__always) static func * (a: Double, b: Complex) -> Complex { Complex(a * b.re, a * b.im) }
    @inline(__always) static func * (a: Complex, b: Complex) -> Complex {
      Complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
    }
    /// Times -i.
    @inline(__always) var turned: Complex { Complex(im, -re) }
  }

  private static func run(_ stage: Stage, _ from: [Double], _ to: inout [Double]) {
    var output = to.mutableSpan
    if stage.radix == 4 { four(stage, from.span, &output) } else { five(stage, from.span, &output) }
  }

  private static func four(_ stage: Stage, _ x: Span<Double>, _ y: inout MutableSpan<Double>) {
    let (m, s) = (stage.parts, stage.interleaved)
    for p in 0..<m {
      let w1 = Complex(stage.cosines[3 * p], stage.sines[3 * p])
      let w2 = Complex(stage.cosines[3 * p + 1], stage.sines[3 * p + 1])
      let w3 = Complex(stage.cosines[3 * p + 2], stage.sines[3 * p + 2])
      for q in 0..<s {
        let x0 = Complex(x, q + s * p)
        let x1 = Complex(x, q + s * (p + m))
        let x2 = Complex(x, q + s * (p + 2 * m))
        let x3 = Complex(x, q + s * (p + 3 * m))
        let (even, evenDifference) = (x0 + x2, x0 - x2)
        let (odd, oddDifference) = (x1 + x3, (x1 - x3).turned)
        let at = q + s * 4 * p
        (even + odd).store(&y, at)
        (w1 * (evenDifference + oddDifference)).store(&y, at + s)
        (w2 * (even - odd)).store(&y, at + 2 * s)
        (w3 * (evenDifference - oddDifference)).store(&y, at + 3 * s)
      }
    }
  }

  private static let cosines5 = (cos(0.4 * Double.pi), cos(0.8 * Double.pi))
  private static let sines5 = (sin(0.4 * Double.pi), sin(0.8 * Double.pi))

  private static func five(_ stage: Stage, _ x: Span<Double>, _ y: inout MutableSpan<Double>) {
    let (m, s) = (stage.parts, stage.interleaved)
    let (c1, c2) = cosines5
    let (s1, s2) = sines5
    for p in 0..<m {
      let w1 = Complex(stage.cosines[4 * p], stage.sines[4 * p])
      let w2 = Complex(stage.cosines[4 * p + 1], stage.sines[4 * p + 1])
      let w3 = Complex(stage.cosines[4 * p + 2], stage.sines[4 * p + 2])
      let w4 = Complex(stage.cosines[4 * p + 3], stage.sines[4 * p + 3])
      for q in 0..<s {
        let x0 = Complex(x, q + s * p)
        let x1 = Complex(x, q + s * (p + m))
        let x2 = Complex(x, q + s * (p + 2 * m))
        let x3 = Complex(x, q + s * (p + 3 * m))
        let x4 = Complex(x, q + s * (p + 4 * m))
        let (outer, outerDifference) = (x1 + x4, x1 - x4)
        let (inner, innerDifference) = (x2 + x3, x2 - x3)
        let a = x0 + c1 * outer + c2 * inner
        let b = x0 + c2 * outer + c1 * inner
        let c = (s1 * outerDifference + s2 * innerDifference).turned
        let d = (s2 * outerDifference - s1 * innerDifference).turned
        let at = q + s * 5 * p
        (x0 + outer + inner).store(&y, at)
        (w1 * (a + c)).store(&y, at + s)
        (w2 * (b + d)).store(&y, at + 2 * s)
        (w3 * (b - d)).store(&y, at + 3 * s)
        (w4 * (a - c)).store(&y, at + 4 * s)
      }
    }
  }
}
