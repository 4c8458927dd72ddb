import Assistant
import Glibc
import Synchronization
import Tools

/// Counts turns and looks at the process's memory as they go by.
final class SoakWatch: Sendable {
  struct Look {
    var turns: Int
    /// Resident, in MB (10⁶ bytes).
    var resident: Double
  }

  private struct State {
    var outcomes: [TurnOutcome] = []
    var looks: [Look] = []
    var start = ContinuousClock.now
    var end = ContinuousClock.now
  }

  private let turns: Int
  private let perRound: Int
  private let every: Int
  private let state = Mutex(State())

  /// - Parameters:
  ///   - perRound: sentences after which the recording begins again.
  ///   - every: turns between two looks.
  init(turns: Int, perRound: Int, every: Int) {
    self.turns = turns
    self.perRound = perRound
    self.every = every
  }

  /// Counts a turn; true once there were enough.
  func take(_ outcome: TurnOutcome) -> Bool {
    state.withLock { state in
      guard state.outcomes.count < turns else { return true }
      state.outcomes.append(outcome)
      state.end = .now
      let count = state.outcomes.count
      if count.isMultiple(of: every) || count == 1 {
        state.looks.append(Look(turns: count, resident: residentMegabytes()))
        note("\(count)/\(turns) turns, \(state.looks.last?.resident ?? 0) MB")
      }
      return count >= turns
    }
  }

  var report: SoakReport {
    state.withLock { state in
      let first = state.outcomes.prefix(perRound)
      let different = state.outcomes.enumerated().count { $0.element != first[$0.offset % perRound] }
      return SoakReport(
        turns: state.outcomes.count, acted: state.outcomes.count { $0 == .acted }, different: different,
        elapsed: state.end - state.start, looks: state.looks)
    }
  }
}

/// What many turns at full speed came to.
struct SoakReport {
  var turns: Int
  var acted: Int
  /// Turns that ended otherwise than the same sentence did the first time.
  var different: Int
  var elapsed: Duration
  var looks: [SoakWatch.Look]

  /// MB for each 1,000 turns: the least-squares line through the second half, when caches are full.
  var growth: Double? {
    let half = looks.suffix(looks.count / 2)
    guard half.count > 2 else { return nil }
    let count = Double(half.count)
    let x = half.reduce(0) { $0 + Double($1.turns) } / count
    let y = half.reduce(0) { $0 + $1.resident } / count
    let above = half.reduce(0) { $0 + (Double($1.turns) - x) * ($1.resident - y) }
    let below = half.reduce(0) { $0 + (Double($1.turns) - x) * (Double($1.turns) - x) }
    return below > 0 ? above / below * 1_000 : nil
  }

  var text: String {
    let peak = looks.map(\.resident).max() ?? 1
    let seconds = max(1, elapsed.milliseconds / 1_000)
    var lines = [
      "turns        \(turns) in \(Int(seconds)) s, \(acted) acted",
      "differently  \(different) turns ended otherwise than the same sentence the first time",
      "growth       "
        + (growth.map { "\(rounded($0)) MB for each 1000 turns, over the second half" } ?? "too few turns"),
      "", "resident memory",
    ]
    for look in looks {
      let bar = String(repeating: "█", count: Int((40 * look.resident / peak).rounded()))
      lines.append("\(look.turns)".leftPadded(to: 8) + " │" + bar + " \(rounded(look.resident)) MB")
    }
    return lines.joined(separator: "\n")
  }

  var json: JSONObject {
    [
      "turns": .integer(Int64(turns)), "acted": .integer(Int64(acted)), "different": .integer(Int64(different)),
      "seconds": .number(elapsed.milliseconds / 1_000),
      "growth_mb_per_1000_turns": growth.map(JSONValue.number) ?? .null,
      "resident_mb": .array(looks.map { ["turns": .integer(Int64($0.turns)), "mb": .number($0.resident)] }),
    ]
  }

  private func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}

/// Resident memory of this process in MB (10⁶ bytes), from the kernel; 0 where it cannot be read.
func residentMegabytes() -> Double {
  let descriptor = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return 0 }
  defer { close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: 128)
  let count = unsafe read(descriptor, &bytes, bytes.count)
  let fields = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
  guard fields.count > 1, let pages = Double(fields[1]) else { return 0 }
  return pages * Double(sysconf(Int32(_SC_PAGESIZE))) / 1e6
}
