import Assistant
import Audio
import Tools

/// What many spoken turns came to.
struct TurnReport {
  let room: String
  var counters = AudioSourceCounters()
  private var commands = 0
  private var right = 0
  private var wrong: [String] = []
  private var missed: [String] = []
  /// Not done before a yes, because the model was not sure.
  private var asked: [String] = []
  /// Turns that were taken for ended while the sentence went on; of so many with a pause in them.
  private var cutOff: [String] = []
  private var paused = 0
  private var unrelated = 0
  private var acted: [String] = []
  private var endpoint = LatencyStatistics()
  private var action = LatencyStatistics()
  private var firstAudio = LatencyStatistics()
  /// Of a language model, where one was asked, whatever it then did.
  private var firstToken = LatencyStatistics()
  /// Every command that was done, with the time to its end of turn and to its action.
  private var times: [(name: String, end: Duration, action: Duration)] = []

  init(room: String) { self.room = room }

  /// Counts a command; right is the call that its text means, and no other. Where the policy wants a yes first
  /// (`isQuestion`), asking is right.
  mutating func add(_ take: Rehearsal.Take, expected: Script.Call?, isQuestion: Bool) {
    commands += 1
    let name = "\(take.line.voice): \(take.line.text)"
    let calls = take.calls.map { ($0.name, $0.arguments) }
    let isAsked = isQuestion && take.turn?.outcome == .asked
    if isAsked || calls.contains(where: { $0.0 == expected?.name && $0.1 == expected?.arguments }), calls.count <= 1 {
      right += 1
    } else if calls.isEmpty, take.turn?.outcome == .asked {
      asked.append(name + heard(take) + (take.replies.last.map { "  \($0)" } ?? ""))
    } else if calls.isEmpty {
      missed.append(name + heard(take))
    } else {
      wrong.append(name + "  → " + take.calls.map(Self.shown).joined(separator: ", ") + heard(take))
    }
    if take.line.pieces.count > 1 {
      paused += 1
      if let end = take.timing?.turnEnd, end < .zero { cutOff.append(name) }
    }
    firstToken.add(take.turn?.latency.firstToken)
    guard let timing = take.timing, !calls.isEmpty else { return }
    if let end = timing.turnEnd, let action = timing.action { times.append((name, end, action)) }
    endpoint.add(timing.turnEnd)
    action.add(timing.action)
    firstAudio.add(timing.firstAudio)
  }

  private func heard(_ take: Rehearsal.Take) -> String { take.transcripts.last.map { "  (heard \"\($0)\")" } ?? "" }

  private static func shown(_ call: ToolCall) -> String {
    let sure = call.confidence.map { " (\(Int(($0 * 100).rounded())) % sure)" } ?? ""
    return call.name + JSONValue.object(call.arguments).text() + sure
  }

  mutating func addUnrelated(_ take: Rehearsal.Take) {
    unrelated += 1
    if !take.calls.isEmpty { acted.append("\(take.line.voice): \(take.line.text)") }
  }

  func text(isVerbose: Bool) -> String {
    var lines = [
      "room                 \(room)",
      "commands             \(right) of \(commands) right, \(wrong.count) wrong, "
        + (asked.isEmpty ? "" : "\(asked.count) asked about, ") + "\(missed.count) did nothing",
    ]
    if paused > 0 { lines.append("pauses               \(cutOff.count) of \(paused) turns cut off in the middle") }
    if unrelated > 0 { lines.append("unrelated sentences  \(acted.count) of \(unrelated) acted") }
    lines.append("overruns             \(counters.overruns) in \(counters.periods) periods")
    lines.append("")
    lines += latencies.lines(title: "milliseconds after the end of speech")
    if action.count > 0 {
      lines += ["", "end of speech to action"]
      lines += action.histogram(bin: 10, rows: 16, width: 40)
    }
    if isVerbose {
      for (title, entries) in [
        ("cut off", cutOff), ("wrong", wrong), ("asked about", asked), ("did nothing", missed),
        ("acted unasked", acted), ("slowest", slowest),
      ]
      where !entries.isEmpty {
        lines += ["", title] + entries.map { "  " + $0 }
      }
    }
    return lines.joined(separator: "\n")
  }

  /// The twentieth part that took longest.
  private var slowest: [String] {
    times.sorted { $0.action > $1.action }.prefix((times.count + 19) / 20).map { time in
      "\(Int(time.action.milliseconds.rounded())) ms, turn over after \(Int(time.end.milliseconds.rounded()))  \(time.name)"
    }
  }

  var json: JSONObject {
    [
      "room": .string(room), "commands": .integer(Int64(commands)), "right": .integer(Int64(right)),
      "wrong": .array(wrong.map { .string($0) }), "missed": .array(missed.map { .string($0) }),
      "asked": .array(asked.map { .string($0) }),
      "paused": .integer(Int64(paused)), "cut_off": .array(cutOff.map { .string($0) }),
      "unrelated": .integer(Int64(unrelated)), "acted_unasked": .array(acted.map { .string($0) }),
      "overruns": .integer(counters.overruns),
      "latency_ms": .object(latencies.json),
    ]
  }

  /// The picture of the latencies.
  var plot: LatencyPlot {
    LatencyPlot(title: "Milliseconds after the last sound of a sentence, all waiting included", rows: latencies.rows)
  }

  private var latencies: LatencyTable {
    let model = firstToken.count > 0 ? [("model's first token", firstToken)] : []
    return LatencyTable(
      rows: [("end of turn", endpoint)] + model + [("action", action), ("first reply sample", firstAudio)])
  }
}
