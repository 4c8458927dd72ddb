import Tools

/// How many of how many, with the interval that the true share lies in.
struct Proportion: Hashable {
  private(set) var hits = 0
  private(set) var count = 0

  mutating func add(_ isHit: Bool) {
    count += 1
    if isHit { hits += 1 }
  }

  /// 0...1; nil where nothing was counted.
  var rate: Double? { count == 0 ? nil : Double(hits) / Double(count) }

  /// Wilson's score interval at 95 % (Wilson 1927): unlike the textbook's normal one it holds for few cases and for shares
  /// near 0 and 1.
  var interval: (low: Double, high: Double)? {
    guard let rate else { return nil }
    let z = 1.959964
    let n = Double(count)
    let middle = rate + z * z / (2 * n)
    let half = z * (rate * (1 - rate) / n + z * z / (4 * n * n)).squareRoot()
    let scale = 1 + z * z / n
    return (max(0, (middle - half) / scale), min(1, (middle + half) / scale))
  }

  /// `{"rate", "low", "high"}`; null where nothing was counted.
  var json: JSONValue {
    guard let rate, let interval else { return .null }
    let rounded: (Double) -> JSONValue = { .number(($0 * 10_000).rounded() / 10_000) }
    return ["rate": rounded(rate), "low": rounded(interval.low), "high": rounded(interval.high)]
  }

  /// `94.1 (91.1–96.2)` in percent, `–` where nothing was counted.
  var text: String {
    guard let rate, let interval else { return "–" }
    return "\(Self.percent(rate)) (\(Self.percent(interval.low))–\(Self.percent(interval.high)))"
  }

  private static func percent(_ share: Double) -> String {
    let tenths = Int((share * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
