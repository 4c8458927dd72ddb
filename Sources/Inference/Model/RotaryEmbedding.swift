internal import Glibc

/// The cosines and sines of positions, in single precision from double.
struct RotaryEmbedding: Sendable {
  let frequencies: [Double]
  let magnitude: Double

  init(_ parameters: RopeParameters, divisors: [Float]? = nil) {
    frequencies = parameters.frequencies(divisors: divisors)
    magnitude = parameters.magnitude
  }

  var pairs: Int { frequencies.count }

  /// Writes the cosines and sines of one position, both [pairs].
  func write(
    position: Int, cosines: UnsafeMutablePointer<Float>, sines: UnsafeMutablePointer<Float>
  ) {
    for p in 0..<frequencies.count {
      let angle = Double(position) * frequencies[p]
      unsafe cosines[p] = Float(cos(angle) * magnitude)
      unsafe sines[p] = Float(sin(angle) * magnitude)
    }
  }
}
