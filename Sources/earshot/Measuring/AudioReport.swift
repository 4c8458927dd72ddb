import Assistant
import Audio
import Tools

/// What `earshot bench audio` found.
struct AudioReport {
  var steps: [AudioStep]
  var take: CaptureTake
  var busy: Int
  var room: String

  var text: String {
    var lines = [
      "step".rightPadded(to: 32) + "unit".leftPadded(to: 8) + "p50".leftPadded(to: 12) + "p95".leftPadded(to: 12)
    ]
    for step in steps {
      lines.append(
        step.name.rightPadded(to: 32) + "\(Int(step.unit.milliseconds)) ms".leftPadded(to: 8)
          + microseconds(step.median).leftPadded(to: 12) + microseconds(step.p95).leftPadded(to: 12))
    }
    let counters = take.counters
    let priority =
      switch counters.isRealTime {
      case true?: "granted"
      case false?: "refused: LimitRTPRIO in the unit, or rtprio in limits.conf, grants it"
      case nil: "not known"
      }
    lines += [
      "",
      "capture             \(room), \(take.format.map { "\($0)" } ?? "format not known")",
      "busy threads        \(busy)",
      "real-time priority  \(priority)",
      "captured            \(Int(take.seconds)) s, \(counters.periods) periods",
      "overruns            \(counters.overruns)",
      "dropped samples     \(counters.droppedSamples)",
      "longest queue       \(take.deepest / 16) ms",
    ]
    return lines.joined(separator: "\n")
  }

  var json: JSONObject {
    let counters = take.counters
    return [
      "steps": .array(
        steps.map { step in
          [
            "name": .string(step.name), "unit_ms": .number(step.unit.milliseconds),
            "p50_us": .number(step.median.milliseconds * 1_000), "p95_us": .number(step.p95.milliseconds * 1_000),
          ]
        }),
      "room": .string(room), "busy_threads": .integer(Int64(busy)),
      "real_time": counters.isRealTime.map(JSONValue.bool) ?? .null, "seconds": .number(take.seconds),
      "periods": .integer(counters.periods), "overruns": .integer(counters.overruns),
      "dropped_samples": .integer(counters.droppedSamples), "longest_queue_ms": .number(Double(take.deepest) / 16),
    ]
  }

  private func microseconds(_ duration: Duration) -> String {
    let value = (duration.milliseconds * 10_000).rounded() / 10
    return "\(value) µs"
  }
}
