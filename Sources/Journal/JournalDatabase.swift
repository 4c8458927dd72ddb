import GRDB
import Glibc

/// Opens the journal's file: migrations, settings, and what to do with a damaged one.
struct JournalDatabase: Sendable {
  let queue: DatabaseQueue
  /// Set where a damaged file was moved aside.
  let notice: JournalError?

  static func configuration(_ options: JournalOptions, isReader: Bool) -> Configuration {
    var configuration = Configuration()
    configuration.label = "journal"
    configuration.busyMode = .timeout(2)
    configuration.readonly = isReader
    guard !isReader else { return configuration }
    configuration.prepareDatabase { database in
      // Auto-vacuum takes effect only before the first table exists, and lets pruning give pages back.
      try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
      try database.execute(sql: "PRAGMA journal_mode = WAL")
      // A turn that is lost with the power is no harm; what must not be lost is written with FULL.
      try database.execute(sql: "PRAGMA synchronous = NORMAL")
      try database.execute(sql: "PRAGMA journal_size_limit = 1048576")
      try database.execute(sql: "PRAGMA secure_delete = ON")
      let pageSize = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 4_096
      // Below 24 pages the tables themselves would not fit.
      try database.execute(sql: "PRAGMA max_page_count = \(max(24, options.maximumBytes / pageSize))")
    }
    return configuration
  }

  /// Opens or creates the file. One that is damaged is renamed to `PATH.damaged`, over an earlier one.
  static func open(_ path: String, _ options: JournalOptions) throws(JournalError) -> JournalDatabase {
    do {
      return JournalDatabase(queue: try openOnce(path, options), notice: nil)
    } catch {
      guard error.code == .damaged else { throw error }
      try moveAside(path)
      let notice = JournalError(
        code: .damaged, what: "the journal \(path) was damaged; a new one was begun", sqliteCode: error.sqliteCode,
        remedy: "The old one is kept as \(path).damaged; delete it when you no longer need it.")
      return JournalDatabase(queue: try openOnce(path, options), notice: notice)
    }
  }

  /// Opens a file that exists, for reading beside the daemon.
  static func openReader(_ path: String) throws(JournalError) -> DatabaseQueue {
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration(JournalOptions(), isReader: true))
      try queue.read { database in try refuseNewer(database, path) }
      return queue
    } catch let error as JournalError {
      throw error
    } catch {
      throw JournalError(error, doing: "read", path: path)
    }
  }

  static func inMemory(_ options: JournalOptions) throws(JournalError) -> DatabaseQueue {
    do {
      let queue = try DatabaseQueue()
      try migrator.migrate(queue)
      return queue
    } catch {
      throw JournalError(error, doing: "create", path: "in memory")
    }
  }

  private static func openOnce(_ path: String, _ options: JournalOptions) throws(JournalError) -> DatabaseQueue {
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration(options, isReader: false))
      let verdict = try queue.read { database in
        try refuseNewer(database, path)
        return try String.fetchOne(database, sql: "PRAGMA quick_check(1)")
      }
      guard verdict == "ok" else {
        throw JournalError(code: .damaged, what: "could not open the journal \(path): its check failed")
      }
      try migrator.migrate(queue)
      return queue
    } catch let error as JournalError {
      throw error
    } catch {
      throw JournalError(error, doing: "open", path: path)
    }
  }

  private static func refuseNewer(_ database: Database, _ path: String) throws {
    guard try migrator.hasBeenSuperseded(database) else { return }
    throw JournalError(
      code: .newerVersion, what: "could not open the journal \(path): a newer version of Earshot wrote it",
      remedy: "Use that version, or move the file away.")
  }

  private static func moveAside(_ path: String) throws(JournalError) {
    guard unsafe rename(path, path + ".damaged") == 0 else {
      let number = errno
      throw JournalError(
        code: .damaged, what: "could not move the damaged journal \(path) aside: errno \(number)",
        remedy: "Move it away yourself.")
    }
    // The log and its index belong to the file that has gone.
    for suffix in ["-wal", "-shm"] { unsafe _ = unlink(path + suffix) }
  }

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { database in
      try database.execute(
        sql: """
          CREATE TABLE turns (
            sequence INTEGER PRIMARY KEY,
            began_ms INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            latencies TEXT NOT NULL,
            transcript TEXT,
            reply TEXT
          );
          CREATE INDEX turns_by_time ON turns(began_ms);
          CREATE TABLE actions (
            sequence INTEGER PRIMARY KEY,
            call_id TEXT NOT NULL,
            tool TEXT NOT NULL,
            origin TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('started', 'succeeded', 'failed', 'interrupted')),
            started_ms INTEGER NOT NULL,
            finished_ms INTEGER,
            elapsed_ms REAL,
            is_simulated INTEGER NOT NULL,
            is_confirmed INTEGER NOT NULL,
            arguments TEXT,
            plan TEXT,
            output TEXT
          );
          CREATE INDEX actions_by_time ON actions(started_ms);
          CREATE INDEX actions_begun ON actions(call_id) WHERE state = 'started';
          CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
          """)
    }
    migrator.registerMigration("2") { database in
      try database.execute(
        sql: """
          CREATE TABLE timers (
            id INTEGER PRIMARY KEY, label TEXT NOT NULL, length_ms INTEGER NOT NULL, rings_ms INTEGER NOT NULL
          );
          """)
    }
    return migrator
  }
}
