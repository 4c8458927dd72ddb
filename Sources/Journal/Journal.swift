import GRDB
public import Tools

/// What must survive a restart: turns, actions and counters, in an SQLite file.
///
/// An action's first record is on the disk before `actionStarted` returns. Nothing here fails a turn: where writing is
/// not possible, the journal says so once through `onTrouble`, goes on without, and tries again with the next record.
/// An actor, and SQLite runs on a queue of GRDB's, so that callers never wait for the disk on a thread of Swift's pool.
public actor Journal {
  /// Where the file is; `:memory:` for one that ends with the process.
  public nonisolated let path: String
  public nonisolated let options: JournalOptions
  /// Actions that the last run of the daemon began and did not end, oldest first; whether they happened is not known.
  public nonisolated let interrupted: [JournalAction]
  /// What was wrong with the file when it was opened, where it could be helped (`damaged`).
  public nonisolated let notice: JournalError?
  /// What keeps the journal from writing at present.
  public private(set) var trouble: JournalError?

  let queue: DatabaseQueue
  private let onTrouble: @Sendable (JournalError) -> Void
  private var recordsSincePruning = 0

  /// Records between two prunings.
  private static let pruningInterval = 64
  /// Longest text that is stored in one field, in bytes; a longer one is cut, longer JSON is left out.
  static let maximumTextBytes = 16_384
  static let maximumCounters = 256

  /// Opens or creates a journal. A damaged file is moved to `PATH.damaged`, which `notice` tells.
  /// - Parameter onTrouble: called when writing fails for a new reason; on any thread, keep it short.
  /// - Throws: `JournalError` where the file can be neither opened nor replaced.
  public init(
    path: String, options: JournalOptions = JournalOptions(), onTrouble: @escaping @Sendable (JournalError) -> Void
  ) async throws(JournalError) {
    let database = try JournalDatabase.open(path, options)
    try await self.init(database.queue, path, options, database.notice, onTrouble)
  }

  /// A journal that ends with the process, for tests and for a daemon that may not write.
  public init(inMemory options: JournalOptions = JournalOptions()) async throws(JournalError) {
    try await self.init(try JournalDatabase.inMemory(options), ":memory:", options, nil, { _ in })
  }

  private init(
    _ queue: DatabaseQueue, _ path: String, _ options: JournalOptions, _ notice: JournalError?,
    _ onTrouble: @escaping @Sendable (JournalError) -> Void
  ) async throws(JournalError) {
    self.queue = queue
    self.path = path
    self.options = options
    self.notice = notice
    self.onTrouble = onTrouble
    do {
      interrupted = try await queue.write { database in
        let rows = try Row.fetchAll(database, sql: "SELECT * FROM actions WHERE state = 'started' ORDER BY sequence")
        try database.execute(sql: "UPDATE actions SET state = 'interrupted' WHERE state = 'started'")
        return rows.compactMap { row in
          var action = JournalAction(row)
          action?.state = .interrupted
          return action
        }
      }
      try await queue.write { database in try Self.prune(database, options, now: .now) }
    } catch {
      throw JournalError(error, doing: "open", path: path)
    }
  }

  // MARK: writing

  /// Writes a turn down. Transcript and reply are dropped unless the options keep them.
  public func record(_ turn: TurnRecord) async {
    let keeps = options.keepsTranscripts
    let latencies = JSONObject(
      uniqueKeysWithValues: turn.latencies.sorted { $0.key < $1.key }.prefix(32).map { ($0, .number($1)) })
    await write("write a turn to") { database in
      try database.execute(
        sql: "INSERT INTO turns (began_ms, outcome, latencies, transcript, reply) VALUES (?, ?, ?, ?, ?)",
        arguments: [
          turn.began.milliseconds, Self.cut(turn.outcome), Self.bounded(.object(latencies)) ?? "{}",
          keeps ? turn.transcript.map(Self.cut) : nil, keeps ? turn.reply.map(Self.cut) : nil,
        ])
    }
  }

  /// Writes down that an action begins, and waits until the disk has it.
  /// - Returns: whether it is on the disk. Where it is not, `trouble` says why; whether the action may happen
  ///   nevertheless is the caller's to decide.
  @discardableResult
  public func actionStarted(
    _ call: ToolCall, plan: String? = nil, isSimulated: Bool = false, isConfirmed: Bool = false,
    at time: WallTime = .now
  ) async -> Bool {
    let keeps = options.keepsArguments
    return await write("write an action to", isDurable: true) { database in
      try database.execute(
        sql: """
          INSERT INTO actions (call_id, tool, origin, state, started_ms, is_simulated, is_confirmed, arguments, plan)
          VALUES (?, ?, ?, 'started', ?, ?, ?, ?, ?)
          """,
        arguments: [
          Self.cut(call.id), Self.cut(call.name), call.origin.rawValue, time.milliseconds, isSimulated, isConfirmed,
          keeps ? Self.bounded(.object(call.arguments)) : nil, keeps ? plan.map(Self.cut) : nil,
        ])
    }
  }

  /// Writes down how an action ended. A result without its beginning changes nothing.
  public func actionFinished(_ result: ToolResult, elapsed: Duration? = nil, at time: WallTime = .now) async {
    let keeps = options.keepsArguments
    let milliseconds = elapsed.map { $0 / .milliseconds(1) }
    await write("write an action's result to") { database in
      try database.execute(
        sql: """
          UPDATE actions SET state = ?, finished_ms = ?, elapsed_ms = ?, output = ?
          WHERE sequence = (SELECT max(sequence) FROM actions WHERE call_id = ? AND state = 'started')
          """,
        arguments: [
          result.isSuccess ? "succeeded" : "failed", time.milliseconds, milliseconds,
          keeps ? Self.bounded(result.output) : nil, Self.cut(result.id),
        ])
    }
  }

  /// Adds to counters that outlive the daemon; names beyond the 256th are dropped.
  public func count(_ amounts: [String: Int64]) async {
    await write("write counters to") { database in
      for (name, amount) in amounts where (1...64).contains(name.utf8.count) {
        try database.execute(
          sql: """
            INSERT INTO counters (name, value) SELECT ?, ?
            WHERE (SELECT count(*) FROM counters) < ? OR EXISTS (SELECT 1 FROM counters WHERE name = ?)
            ON CONFLICT (name) DO UPDATE SET value = value + excluded.value
            """,
          arguments: [name, amount, Self.maximumCounters, name])
      }
    }
  }

  /// Waits until everything written so far is in the file itself, and lets go of the log.
  public func flush() async {
    _ = try? await queue.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }
  }

  @discardableResult
  func write(
    _ action: String, isDurable: Bool = false, _ update: @escaping @Sendable (Database) throws -> Void
  ) async -> Bool {
    recordsSincePruning += 1
    let prunes = recordsSincePruning >= Self.pruningInterval
    if prunes { recordsSincePruning = 0 }
    let options = options
    do {
      do {
        try await attempt(isDurable, update)
      } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {
        // Make room once: the newest records are worth more than the oldest.
        try await queue.write { database in try Self.dropOldest(database) }
        try await attempt(isDurable, update)
      }
      if prunes { try await queue.write { database in try Self.prune(database, options, now: .now) } }
      trouble = nil
      return true
    } catch {
      let error = JournalError(error, doing: action, path: path)
      if trouble?.code != error.code { onTrouble(error) }
      trouble = error
      return false
    }
  }

  private func attempt(_ isDurable: Bool, _ update: @escaping @Sendable (Database) throws -> Void) async throws {
    try await queue.writeWithoutTransaction { database in
      // Outside of a transaction, because SQLite ignores the change inside of one.
      if isDurable { try database.execute(sql: "PRAGMA synchronous = FULL") }
      defer { if isDurable { try? database.execute(sql: "PRAGMA synchronous = NORMAL") } }
      try database.inTransaction(.immediate) {
        try update(database)
        return .commit
      }
    }
  }

  // MARK: bounds

  private static func prune(_ database: Database, _ options: JournalOptions, now: WallTime) throws {
    let oldest = now.milliseconds - Int64(options.maximumAgeDays) * 86_400_000
    for (table, column, limit) in [
      ("turns", "began_ms", options.maximumTurns), ("actions", "started_ms", options.maximumActions),
    ] {
      try database.execute(
        sql: """
          DELETE FROM \(table) WHERE \(column) < ? OR sequence <=
          (SELECT sequence FROM \(table) ORDER BY sequence DESC LIMIT 1 OFFSET ?)
          """, arguments: [oldest, max(0, limit)])
    }
    try database.execute(sql: "PRAGMA incremental_vacuum(256)")
  }

  private static func dropOldest(_ database: Database) throws {
    for table in ["turns", "actions"] {
      try database.execute(
        sql: """
          DELETE FROM \(table) WHERE sequence <=
          (SELECT min(sequence) + (max(sequence) - min(sequence)) / 4 FROM \(table))
          """)
    }
  }

  static func cut(_ text: String) -> String {
    guard text.utf8.count > maximumTextBytes else { return text }
    return String(decoding: text.utf8.prefix(maximumTextBytes - 3), as: UTF8.self) + "\u{2026}"
  }

  static func bounded(_ value: JSONValue) -> String? {
    let text = value.text()
    return text.utf8.count > maximumTextBytes ? nil : text
  }

  // MARK: reading

  /// The newest turns and actions, newest last; at most `limit` together.
  /// - Throws: `JournalError`.
  public func history(limit: Int) async throws(JournalError) -> [JournalEntry] {
    try await JournalReader(queue: queue, path: path).history(limit: limit)
  }

  /// All counters.
  public func counters() async throws(JournalError) -> [String: Int64] {
    try await JournalReader(queue: queue, path: path).counters()
  }
}
