import Actions
import Assistant
import Configuration
import Glibc
import Journal
import OrderedCollections
import Tools

/// The journal of a configuration, as the action runner and the session see it.
enum Journals {
  /// Opens the journal, or goes on with one in memory and says why: a house must obey although its disk does not.
  static func open(_ configuration: Configuration.Journal) async throws -> JournalLogs {
    let options = JournalOptions(
      keepsTranscripts: configuration.keepsTranscripts, keepsArguments: configuration.keepsTranscripts,
      maximumAgeDays: configuration.keepDays)
    do {
      let journal = try await Journal(path: path(configuration.file), options: options) { trouble in
        note("journal: \(trouble)")
      }
      if let notice = journal.notice { note("journal: \(notice)") }
      for action in journal.interrupted {
        note(
          "journal: \(action.tool) was interrupted when Earshot ended at \(action.started); whether it happened is not known"
        )
      }
      return JournalLogs(journal: journal)
    } catch {
      note("journal: \(error) Going on without: what is done now is not kept.")
      do { return JournalLogs(journal: try await Journal(inMemory: options)) } catch {
        throw CommandFailure(status: .software, description: "\(error)")
      }
    }
  }

  /// Prints the newest entries, newest last.
  static func show(_ configuration: Configuration.Journal, limit: Int, json: Bool) async throws {
    do {
      for entry in try await JournalReader(path: path(configuration.file)).history(limit: limit) {
        out(json ? JSONValue.object(entry.json).text() : entry.line)
      }
    } catch {
      throw CommandFailure(status: .noInput, description: "\(error)")
    }
  }

  /// The configured file; a relative one lies in systemd's state folder, or the user's.
  private static func path(_ file: String) -> String {
    if file.hasPrefix("/") || file == ":memory:" { return file }
    let environment = processEnvironment()
    if let folder = environment["STATE_DIRECTORY"] { return folder + "/" + file }
    return (environment["XDG_STATE_HOME"] ?? (environment["HOME"] ?? "") + "/.local/state") + "/earshot/" + file
  }
}

/// Where actions and turns are written down.
struct JournalLogs: Sendable {
  let journal: Journal
  var actionLog: any ActionLog { JournalActionLog(journal: journal) }
  var turnLog: any TurnLog { JournalTurnLog(journal: journal) }
  var timerStore: any TimerStore { JournalTimerStore(journal: journal) }

  /// Waits until everything is on the disk.
  func flush() async { await journal.flush() }
}

private struct JournalActionLog: ActionLog {
  let journal: Journal

  func actionWillHappen(_ record: ActionRecord) async {
    // A light must go on although the disk is full: the journal has said what is wrong with it.
    await journal.actionStarted(
      record.call, plan: record.plan, isSimulated: record.isSimulated, isConfirmed: record.isConfirmed)
  }

  func actionDidHappen(_ record: ActionRecord, result: ToolResult, elapsed: Duration) async {
    await journal.actionFinished(result, elapsed: elapsed)
  }
}

private struct JournalTimerStore: TimerStore {
  let journal: Journal

  func timers() async -> [RunningTimer] {
    await journal.timers().map { timer in
      RunningTimer(
        id: timer.id, label: timer.label, length: timer.length, rings: Double(timer.rings.milliseconds) / 1_000)
    }
  }

  func save(_ timers: [RunningTimer]) async {
    await journal.save(
      timers.map { timer in
        JournalTimer(
          id: timer.id, label: timer.label, length: timer.length,
          rings: WallTime(milliseconds: Int64((timer.rings * 1_000).rounded())))
      })
  }
}

/// Turns go through a queue of their own, so that the session does not wait for the disk.
private final class JournalTurnLog: TurnLog {
  private let door: AsyncStream<TurnRecord>.Continuation
  private let task: Task<Void, Never>

  init(journal: Journal) {
    // Bounded: a disk that hangs costs records, not memory.
    let (turns, door) = AsyncStream<TurnRecord>.makeStream(bufferingPolicy: .bufferingNewest(256))
    self.door = door
    // Ends when the log is let go, which finishes the stream.
    task = Task { for await turn in turns { await journal.record(turn) } }
  }

  deinit { door.finish() }

  func record(_ turn: FinishedTurn) {
    var latencies: [String: Double] = [:]
    for (key, value) in turn.latency.json { latencies[key] = value.doubleValue }
    door.yield(
      TurnRecord(
        began: .now, outcome: turn.outcome.rawValue, latencies: latencies,
        transcript: turn.transcript.isEmpty ? nil : turn.transcript, reply: turn.reply.isEmpty ? nil : turn.reply))
  }
}

extension JournalEntry {
  fileprivate var line: String {
    switch self {
    case .turn(let turn):
      let words = turn.transcript.map { "  \"\($0)\"" } ?? ""
      return "\(turn.began)  turn    \(turn.outcome)\(words)"
    case .action(let action):
      let simulated = action.isSimulated ? "  (simulated)" : ""
      return "\(action.started)  action  \(action.tool) \(action.state.rawValue)\(simulated)"
    }
  }

  fileprivate var json: JSONObject {
    switch self {
    case .turn(let turn):
      var object: JSONObject = ["time": .string("\(turn.began)"), "turn": .string(turn.outcome)]
      object["latency_ms"] = .object(
        JSONObject(uniqueKeysWithValues: turn.latencies.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) }))
      if let text = turn.transcript { object["transcript"] = .string(text) }
      if let text = turn.reply { object["reply"] = .string(text) }
      return object
    case .action(let action):
      var object: JSONObject = [
        "time": .string("\(action.started)"), "action": .string(action.tool), "id": .string(action.callID),
        "by": .string(action.origin.rawValue), "state": .string(action.state.rawValue),
        "simulated": .bool(action.isSimulated), "confirmed": .bool(action.isConfirmed),
      ]
      if let arguments = action.arguments { object["arguments"] = arguments }
      if let output = action.output { object["output"] = output }
      return object
    }
  }
}
