#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The discrete Fourier transform of a power of two of complex numbers, in place: radix 2, decimation in time (Cooley and
/// Tukey 1965). Small and plain: it is computed four times a second, while something is played. Allocates only in `init`.
struct FourierTransform {
  let count: Int
  // [count / 2] e^(-2πik/count).
  private let cosines: [Float]
  private let sines: [Float]

  init(count: Int) {
    precondition(count > 1 && count & (count - 1) == 0, "a transform of \(count) numbers is not a power of two")
    self.count = count
    cosines = (0..<count / 2).map { Float(cos(2 * .pi * Double($0) / Double(count))) }
    sines = (0..<count / 2).map { Float(-sin(2 * .pi * Double($0) / Double(count))) }
  }

  /// Transforms `re` + i `im`, both of ``count`` numbers; nothing is scaled. The inverse is the same with the two
  /// exchanged, and divided by ``count``.
  func transform(_ re: inout MutableSpan<Float>, _ im: inout MutableSpan<Float>) {
    var j = 0
    for i in 1..<count {
      var bit = count >> 1
      while j & bit != 0 {
        j ^= bit
        bit >>= 1
      }
      j ^= bit
      if i < j {
        re.swapAt(i, j)
        im.swapAt(i, j)
      }
    }
    var half = 1
    while half < count {
      let stride = count / (2 * half)
      var start = 0
      while start < count {
        var k = 0
        while k < half {
          let (wr, wi) = (cosines[k * stride], sines[k * stride])
          let (a, b) = (start + k, start + k + half)
          let xr = re[b] * wr - im[b] * wi
          let xi = re[b] * wi + im[b] * wr
          re[b] = re[a] - xr
          im[b] = im[a] - xi
          re[a] += xr
          im[a] += xi
          k += 1
        }
        start += 2 * half
      }
      half *= 2
    }
  }
}
