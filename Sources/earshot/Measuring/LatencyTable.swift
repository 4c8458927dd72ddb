import Tools

/// Latencies by name, as people and programs read them.
struct LatencyTable {
  var rows: [(name: String, statistics: LatencyStatistics)]

  /// A line of titles, and one for each row.
  func lines(title: String) -> [String] {
    [title.rightPadded(to: 36) + "p50".leftPadded(to: 12) + "p95".leftPadded(to: 8)]
      + rows.map { name, statistics in
        name.rightPadded(to: 36) + number(statistics.percentile(0.5)).leftPadded(to: 12)
          + number(statistics.percentile(0.95)).leftPadded(to: 8)
      }
  }

  var json: JSONObject {
    var json: JSONObject = [:]
    for (name, statistics) in rows {
      json[name] = [
        "p50": statistics.percentile(0.5).map(JSONValue.number) ?? .null,
        "p95": statistics.percentile(0.95).map(JSONValue.number) ?? .null, "count": .integer(Int64(statistics.count)),
      ]
    }
    return json
  }

  private func number(_ value: Double?) -> String { value.map { "\(Int($0.rounded()))" } ?? "–" }
}
