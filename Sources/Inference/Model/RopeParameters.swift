internal import Glibc

/// How positions turn queries and keys, as the file and the runtime's context length decide it.
///
/// Pair p of a head is turned by position × frequency p. Sources: RoFormer (arXiv 2104.09864); YaRN (arXiv 2309.00071);
/// LongRoPE (arXiv 2402.13753); llama.cpp for how the keys combine.
struct RopeParameters: Hashable, Sendable {
  /// Elements of a head that are turned, even; the rest stay.
  var dimensions: Int
  var base: Double
  /// Positions are divided by it.
  var factor = 1.0
  /// YaRN's share of extrapolation, 0 to 1; 0: plain scaling.
  var extrapolation = 0.0
  var betaFast = 32.0
  var betaSlow = 1.0
  var originalContext = 1
  /// Cosines and sines are multiplied by it.
  var magnitude = 1.0

  /// Radians per position for each pair. `divisors` has one for each pair, or none.
  func frequencies(divisors: [Float]?) -> [Double] {
    // Where a pair turns `beta` times in the original context: YaRN, section 3.2.
    func pair(turning beta: Double) -> Double {
      Double(dimensions) * log(Double(originalContext) / (2 * Double.pi * beta)) / (2 * log(base))
    }
    let low = max(0, pair(turning: betaFast).rounded(.down))
    let high = min(Double(dimensions - 1), pair(turning: betaSlow).rounded(.up))
    return (0..<dimensions / 2).map { p in
      let frequency = pow(base, -2 * Double(p) / Double(dimensions)) / Double(divisors?[p] ?? 1)
      guard extrapolation != 0 else { return frequency / factor }
      let ramp = (Double(p) - low) / max(0.001, high - low)
      let share = (1 - min(1, max(0, ramp))) * extrapolation
      return frequency / factor * (1 - share) + frequency * share
    }
  }
}

extension RopeParameters {
  /// Reads the keys under `rope.`.
  init(_ metadata: ModelMetadata, keyLength: Int, contextLength: Int) throws(InferenceError) {
    dimensions = try metadata.integer("rope.dimension_count", in: 2...keyLength, default: keyLength)
    guard dimensions % 2 == 0 else {
      throw metadata.invalid(
        "the key \(metadata.full("rope.dimension_count")) is \(dimensions), allowed are even numbers from 2 to \(keyLength)"
      )
    }
    base = try metadata.number("rope.freq_base", in: Self.bases, default: 10_000)
    originalContext = try metadata.integer(
      "rope.scaling.original_context_length", in: 1...HyperParameters.longestContext, default: contextLength)
    // A file that names a factor and no kind means linear scaling.
    let kind = try metadata.name("rope.scaling.type", of: ["none", "linear", "yarn", "longrope"]) ?? "linear"
    if kind != "none" {
      let legacy = try metadata.number("rope.scale_linear", in: Self.factors, default: 0)
      let value = try metadata.number("rope.scaling.factor", in: Self.factors, default: legacy)
      factor = value == 0 ? 1 : value
    }
    extrapolation = try metadata.number(
      "rope.scaling.yarn_ext_factor", in: -1...1, default: kind == "yarn" ? 1 : 0)
    if extrapolation < 0 { extrapolation = kind == "yarn" ? 1 : 0 }
    betaFast = try metadata.number("rope.scaling.yarn_beta_fast", in: Self.betas, default: 32)
    betaSlow = try metadata.number("rope.scaling.yarn_beta_slow", in: Self.betas, default: 1)
    let multiplier = try metadata.number("rope.scaling.yarn_log_multiplier", in: 0...100, default: 0)
    magnitude = try metadata.number("rope.scaling.attn_factor", in: Self.magnitudes, default: 1)
    if extrapolation != 0 {
      func growth(_ weight: Double) -> Double { factor <= 1 ? 1 : 1 + 0.1 * weight * log(factor) }
      magnitude *= multiplier == 0 ? growth(1) : growth(1) / growth(multiplier)
    } else {
      magnitude *= try metadata.number("rope.scaling.yarn_attn_factor", in: Self.magnitudes, default: 1)
    }
  }

  /// Above 1, so that frequencies fall and have a logarithm; the largest seen is 1e9.
  static let bases = 1.000_001...1e15
  /// 0 stands for none.
  static let factors = 0.0...1e6
  static let betas = 1e-6...1e6
  static let magnitudes = 1e-3...1e3
}
