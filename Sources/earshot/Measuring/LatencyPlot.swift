import Glibc

/// Latencies as a picture: for each row every measured value as a tick, half of them in a box, and the percentiles.
struct LatencyPlot {
  private static let width = 760.0
  private static let left = 170.0
  private static let rowHeight = 58.0
  private static let top = 42.0

  var title: String
  var rows: [(name: String, statistics: LatencyStatistics)]

  /// The picture as SVG; light and dark pages both have it readable.
  var svg: String {
    let shown = rows.filter { $0.statistics.count > 0 }
    let most = shown.flatMap(\.statistics.milliseconds).max() ?? 1
    let step = Self.step(for: most)
    let end = (most / step).rounded(.up) * step
    func x(_ value: Double) -> Double { Self.left + max(0, value) / end * (Self.width - Self.left - 30) }
    let height = Self.top + Double(shown.count) * Self.rowHeight + 34
    var lines = [
      """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.width)) \(Int(height))" font-family="sans-serif" \
      font-size="13">
      <rect width="100%" height="100%" fill="#ffffff"/>
      <text x="16" y="24" font-size="15" fill="#202020">\(Self.escaped(title))</text>
      """
    ]
    let bottom = Self.top + Double(shown.count) * Self.rowHeight
    for mark in stride(from: 0, through: end, by: step) {
      let place = Self.number(x(mark))
      lines.append(
        "<line x1=\"\(place)\" x2=\"\(place)\" y1=\"\(Int(Self.top))\" y2=\"\(Int(bottom))\" stroke=\"#e0e0e0\"/>"
          + "<text x=\"\(place)\" y=\"\(Int(bottom) + 18)\" fill=\"#606060\" text-anchor=\"middle\">\(Int(mark)) ms</text>"
      )
    }
    for (index, row) in shown.enumerated() {
      let middle = Self.top + (Double(index) + 0.5) * Self.rowHeight
      let statistics = row.statistics
      func at(_ fraction: Double) -> Double { statistics.percentile(fraction) ?? 0 }
      lines.append(
        "<text x=\"16\" y=\"\(Int(middle) + 4)\" fill=\"#202020\">\(Self.escaped(row.name)) (\(statistics.count))</text>"
      )
      for value in statistics.milliseconds {
        let place = Self.number(x(value))
        lines.append(
          "<line x1=\"\(place)\" x2=\"\(place)\" y1=\"\(Int(middle) - 9)\" y2=\"\(Int(middle) + 9)\" stroke=\"#2a6fb0\" "
            + "stroke-opacity=\"0.35\"/>")
      }
      lines.append(
        "<rect x=\"\(Self.number(x(at(0.25))))\" y=\"\(Int(middle) - 12)\" height=\"24\" "
          + "width=\"\(Self.number(max(1, x(at(0.75)) - x(at(0.25)))))\" fill=\"none\" stroke=\"#2a6fb0\" stroke-width=\"1.5\"/>"
      )
      for (name, fraction, color) in [("p50", 0.5, "#c03030"), ("p95", 0.95, "#c08020")] {
        let place = Self.number(x(at(fraction)))
        lines.append(
          "<line x1=\"\(place)\" x2=\"\(place)\" y1=\"\(Int(middle) - 15)\" y2=\"\(Int(middle) + 15)\" stroke=\"\(color)\" "
            + "stroke-width=\"2\"/><text x=\"\(place)\" y=\"\(Int(middle) - 17)\" font-size=\"11\" fill=\"\(color)\" "
            + "text-anchor=\"middle\">\(name) \(Int(at(fraction).rounded()))</text>")
      }
    }
    return (lines + ["</svg>", ""]).joined(separator: "\n")
  }

  /// Six to twelve marks on the axis.
  private static func step(for most: Double) -> Double {
    let steps: [Double] = [5, 10, 20, 25, 50, 100, 200, 250, 500, 1_000, 2_000, 5_000]
    return steps.first { most / $0 <= 12 } ?? 10_000
  }

  private static func number(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

  private static func escaped(_ text: String) -> String {
    text.map { $0 == "&" ? "&amp;" : $0 == "<" ? "&lt;" : String($0) }.joined()
  }
}
