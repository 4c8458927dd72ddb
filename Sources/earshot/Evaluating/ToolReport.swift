import Assistant
import Inference
import Tools

/// The figures of a set of cases.
struct ToolReport {
  /// How sure a model has to be, at least, in the table about asking back.
  static let thresholds = [0.3, 0.5, 0.7, 0.8, 0.9, 0.95]

  /// The file, or what the table calls the sum of all.
  let name: String
  let outcomes: [ToolOutcome]
  /// Of all cases: what was called is what should have been, or nothing where nothing should have been.
  private(set) var exact = Proportion()
  /// Of the cases in which something is to be called: the right tools.
  private(set) var names = Proportion()
  /// Of the cases in which the right tools were called: the right arguments.
  private(set) var arguments = Proportion()
  /// Of the cases in which nothing may be called: something was.
  private(set) var falseCalls = Proportion()
  private(set) var durations = LatencyStatistics()

  init(_ name: String, _ outcomes: [ToolOutcome]) {
    self.name = name
    self.outcomes = outcomes
    for outcome in outcomes {
      exact.add(outcome.isExact)
      durations.add(outcome.duration)
      if outcome.expected.isEmpty {
        falseCalls.add(!outcome.calls.isEmpty)
      } else {
        names.add(outcome.hasRightNames)
        if outcome.hasRightNames { arguments.add(outcome.isExact) }
      }
    }
  }

  private func mean(_ count: (GenerationUsage) -> Int) -> Double {
    Double(outcomes.reduce(0) { $0 + count($1.usage) }) / Double(max(1, outcomes.count))
  }

  /// What would happen if the assistant asked back wherever the model is less sure than `threshold`.
  func asking(below threshold: Double) -> (wrongCaught: Proportion, rightAsked: Proportion) {
    var caught = Proportion()
    var asked = Proportion()
    for outcome in outcomes {
      guard let confidence = outcome.confidence else { continue }
      if outcome.isExact { asked.add(confidence < threshold) } else { caught.add(confidence < threshold) }
    }
    return (caught, asked)
  }

  // MARK: JSON

  var json: JSONObject {
    let milliseconds: (Double) -> JSONValue = { fraction in
      durations.percentile(fraction).map { .number(($0 * 10).rounded() / 10) } ?? .null
    }
    let tokens: ((GenerationUsage) -> Int) -> JSONValue = { .number((mean($0) * 10).rounded() / 10) }
    return [
      "cases": .integer(Int64(outcomes.count)), "exact": exact.json, "name": names.json, "arguments": arguments.json,
      "false_calls": falseCalls.json, "ms_per_case": ["p50": milliseconds(0.5), "p95": milliseconds(0.95)],
      "tokens_per_case": [
        "prompt": tokens(\.promptTokens), "cached": tokens(\.cachedTokens), "completion": tokens(\.completionTokens),
      ],
      "asking_back": .array(
        Self.thresholds.map { threshold in
          let asking = asking(below: threshold)
          return [
            "below": .number(threshold), "wrong_calls_caught": asking.wrongCaught.json,
            "right_calls_asked": asking.rightAsked.json,
          ]
        }),
    ]
  }

  var failures: JSONValue {
    .array(
      outcomes.filter { !$0.isExact }.map { outcome in
        [
          "id": .string(outcome.id), "asked": .string(outcome.asked), "expected": .string(outcome.wanted),
          "got": .string(outcome.got), "confidence": outcome.confidence.map { .number($0) } ?? .null,
        ]
      })
  }

  // MARK: Text

  /// The reports as a table, one line each, in percent with the interval of 95 %.
  static func table(_ reports: [ToolReport]) -> String {
    let head = [
      "set", "cases", "exact call", "right tool", "right arguments", "false calls", "ms p50/p95", "tokens in+out",
    ]
    let rows = reports.map { report in
      [
        report.name, "\(report.outcomes.count)", report.exact.text, report.names.text, report.arguments.text,
        report.falseCalls.text,
        [0.5, 0.95].map { "\(Int((report.durations.percentile($0) ?? 0).rounded()))" }.joined(separator: "/"),
        "\(Int(report.mean(\.promptTokens).rounded()))+\(Int(report.mean(\.completionTokens).rounded()))",
      ]
    }
    let widths = head.indices.map { column in ([head] + rows).map { $0[column].count }.max() ?? 0 }
    let line: ([String]) -> String = { cells in
      let padded = zip(cells, widths).enumerated().map { index, cell in
        index == 0 ? cell.0.rightPadded(to: cell.1) : cell.0.leftPadded(to: cell.1)
      }
      return padded.joined(separator: "  ")
    }
    return ([head] + rows).map(line).joined(separator: "\n")
  }

  /// What asking back would bring, where something was called.
  var askingBack: String {
    let rows = Self.thresholds.map { threshold in
      let asking = asking(below: threshold)
      return "\(threshold)".leftPadded(to: 6) + asking.wrongCaught.text.leftPadded(to: 24)
        + asking.rightAsked.text.leftPadded(to: 24)
    }
    let head =
      "below".leftPadded(to: 6) + "wrong calls caught".leftPadded(to: 24) + "right calls asked".leftPadded(to: 24)
    return ([head] + rows).joined(separator: "\n")
  }
}
