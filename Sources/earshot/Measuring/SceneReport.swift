import Assistant
import Tools

/// What many scenes came to.
struct SceneReport {
  /// Of those that ought to interrupt: how many did, and how many within this.
  static let soon = Duration.milliseconds(600)

  private var meant = 0
  private var caught = 0
  private var caughtSoon = 0
  private var obeyed = 0
  private var harmless = 0
  private var stopped: [String] = []
  private var paused = 0
  private var resumed = 0
  private var missed: [String] = []
  private var decision = LatencyStatistics()
  private var silence = LatencyStatistics()
  private var pause = LatencyStatistics()
  private var notice = LatencyStatistics()
  private var details: [String] = []

  /// `expected`: the call that what was said over the reply means.
  mutating func add(_ take: Rehearsal.SceneTake, expected: Bool) {
    let scene = take.scene
    if scene.isToGoOn {
      harmless += 1
      if take.isInterrupted { stopped.append(scene.display) }
      if take.pausedAfter != nil {
        paused += 1
        if take.isResumed, !take.isInterrupted { resumed += 1 }
        pause.add(take.pausedFor)
      }
    } else {
      meant += 1
      if take.isInterrupted {
        caught += 1
        if let after = take.caughtAfter, after <= Self.soon { caughtSoon += 1 }
        decision.add(take.caughtAfter)
      } else {
        missed.append(scene.display)
      }
      if expected { obeyed += 1 }
    }
    silence.add(take.silentAfter)
    if !scene.isToGoOn { notice.add(take.pausedAfter) }
    func shown(_ time: Duration?) -> String { time.map { "\(Int($0.milliseconds)) ms" } ?? "never" }
    details.append(
      "\(scene.display): paused after \(shown(take.pausedAfter)), interrupted after \(shown(take.caughtAfter))")
  }

  func text(isVerbose: Bool) -> String {
    var lines = [
      "interruptions        \(caught) of \(meant) caught, \(caughtSoon) within \(Int(Self.soon.milliseconds)) ms, "
        + "\(obeyed) done as said",
      "other sounds         \(stopped.count) of \(harmless) ended the reply; \(paused) paused it, \(resumed) of them went on",
      "",
    ]
    lines += LatencyTable(rows: latencies.rows.filter { $0.statistics.count > 0 }).lines(title: "milliseconds")
    if isVerbose {
      for (title, entries) in [("not caught", missed), ("ended the reply", stopped), ("scenes", details)]
      where !entries.isEmpty {
        lines += ["", title] + entries.map { "  " + $0 }
      }
    }
    return lines.joined(separator: "\n")
  }

  var json: JSONObject {
    [
      "interruptions": .integer(Int64(meant)), "caught": .integer(Int64(caught)),
      "caught_soon": .integer(Int64(caughtSoon)), "obeyed": .integer(Int64(obeyed)),
      "missed": .array(missed.map { .string($0) }), "other_sounds": .integer(Int64(harmless)),
      "false_stops": .array(stopped.map { .string($0) }), "paused": .integer(Int64(paused)),
      "resumed": .integer(Int64(resumed)), "latency_ms": .object(latencies.json),
    ]
  }

  private var latencies: LatencyTable {
    LatencyTable(rows: [
      ("speech to the reply's pause", notice), ("speech to its being an interruption", decision),
      ("pause or stop to silence at speaker", silence),
      ("length of a pause for nothing", pause),
    ])
  }
}
