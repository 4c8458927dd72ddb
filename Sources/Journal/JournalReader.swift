import GRDB
import Tools

/// Reads a journal, also one that a daemon is writing.
public struct JournalReader: Sendable {
  private let queue: DatabaseQueue
  private let path: String

  /// Opens a journal that exists; changes nothing in it.
  /// - Throws: `JournalError`.
  public init(path: String) throws(JournalError) {
    self.init(queue: try JournalDatabase.openReader(path), path: path)
  }

  init(queue: DatabaseQueue, path: String) {
    self.queue = queue
    self.path = path
  }

  /// The newest turns and actions, newest last; at most `limit` together.
  public func history(limit: Int) async throws(JournalError) -> [JournalEntry] {
    let limit = max(0, limit)
    do {
      return try await queue.read { database in
        let turns = try Row.fetchAll(
          database, sql: "SELECT * FROM turns ORDER BY sequence DESC LIMIT ?", arguments: [limit])
        let actions = try Row.fetchAll(
          database, sql: "SELECT * FROM actions ORDER BY sequence DESC LIMIT ?", arguments: [limit])
        var entries = turns.compactMap(TurnRecord.init).map(JournalEntry.turn).reversed() as [JournalEntry]
        entries += actions.compactMap(JournalAction.init).map(JournalEntry.action).reversed()
        // Stable, so that records of one millisecond keep the order in which they were written.
        let order = entries.indices.sorted { (entries[$0].time, $0) < (entries[$1].time, $1) }
        return order.suffix(limit).map { entries[$0] }
      }
    } catch {
      throw JournalError(error, doing: "read", path: path)
    }
  }

  /// All counters.
  public func counters() async throws(JournalError) -> [String: Int64] {
    do {
      return try await queue.read { database in
        let rows = try Row.fetchAll(database, sql: "SELECT name, value FROM counters")
        var counters: [String: Int64] = [:]
        for row in rows {
          if let name = String.fromDatabaseValue(row["name"]), let value = Int64.fromDatabaseValue(row["value"]) {
            counters[name] = value
          }
        }
        return counters
      }
    } catch {
      throw JournalError(error, doing: "read", path: path)
    }
  }
}

/// Reading rows that somebody else may have written: a field of a wrong type is no trap, the row is left out.
extension Row {
  fileprivate func value<Value: DatabaseValueConvertible>(_ column: String) -> Value? {
    let value: DatabaseValue? = self[column]
    return value.flatMap { Value.fromDatabaseValue($0) }
  }

  fileprivate func json(_ column: String) -> JSONValue? {
    let text: String? = value(column)
    return text.flatMap { try? JSONValue(parsing: $0) }
  }
}

extension TurnRecord {
  init?(_ row: Row) {
    guard let began: Int64 = row.value("began_ms"), let outcome: String = row.value("outcome") else { return nil }
    self.init(began: WallTime(milliseconds: began), outcome: outcome)
    for (name, value) in row.json("latencies")?.objectValue ?? [:] { latencies[name] = value.doubleValue }
    transcript = row.value("transcript")
    reply = row.value("reply")
  }
}

extension JournalAction {
  init?(_ row: Row) {
    guard let callID: String = row.value("call_id"), let tool: String = row.value("tool"),
      let origin = (row.value("origin") as String?).flatMap(ToolCall.Origin.init(rawValue:)),
      let state = (row.value("state") as String?).flatMap(State.init(rawValue:)),
      let started: Int64 = row.value("started_ms")
    else { return nil }
    self.init(
      callID: callID, tool: tool, origin: origin, state: state, started: WallTime(milliseconds: started),
      finished: (row.value("finished_ms") as Int64?).map(WallTime.init(milliseconds:)),
      elapsedMilliseconds: row.value("elapsed_ms"), isSimulated: row.value("is_simulated") ?? false,
      isConfirmed: row.value("is_confirmed") ?? false, arguments: row.json("arguments"), plan: row.value("plan"),
      output: row.json("output"))
  }
}
