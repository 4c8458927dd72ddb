import Assistant

/// Latencies of many turns: percentiles and a histogram for the terminal.
struct LatencyStatistics {
  private(set) var milliseconds: [Double] = []

  mutating func add(_ duration: Duration?) {
    if let duration { milliseconds.append(duration.milliseconds) }
  }

  var count: Int { milliseconds.count }

  /// The nearest-rank percentile, `fraction` 0...1; nil where nothing was measured.
  func percentile(_ fraction: Double) -> Double? {
    guard !milliseconds.isEmpty else { return nil }
    let sorted = milliseconds.sorted()
    let rank = Int((fraction * Double(sorted.count)).rounded(.up))
    return sorted[min(max(rank, 1), sorted.count) - 1]
  }

  /// Rows of `bin` milliseconds from the smallest to the largest latency, at most `rows`; the last takes the rest.
  func histogram(bin: Double, rows: Int, width: Int) -> [String] {
    guard let low = milliseconds.min(), bin > 0, rows > 0 else { return [] }
    let first = (low / bin).rounded(.down)
    var counts = [Int](repeating: 0, count: rows)
    for value in milliseconds { counts[min(rows - 1, Int(value / bin - first))] += 1 }
    while counts.count > 1, counts.last == 0 { counts.removeLast() }
    let peak = max(1, counts.max() ?? 1)
    return counts.enumerated().map { row, count in
      let from = Int((first + Double(row)) * bin)
      let label = row == rows - 1 ? "≥ \(from)" : "\(from)–\(from + Int(bin))"
      let bar = String(repeating: "█", count: (count * width + peak - 1) / peak)
      return label.leftPadded(to: 11) + " ms │" + bar + (count > 0 ? " \(count)" : "")
    }
  }
}

extension String {
  func leftPadded(to width: Int) -> String { String(repeating: " ", count: Swift.max(0, width - count)) + self }
  func rightPadded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }
}
