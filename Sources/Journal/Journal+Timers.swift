import GRDB

/// A timer as it is kept over a restart.
public struct JournalTimer: Hashable, Sendable {
  public var id: Int64
  /// What it is for, in the words that were said: kept whatever the options say, until it has rung.
  public var label: String
  public var length: Duration
  public var rings: WallTime

  public init(id: Int64, label: String, length: Duration, rings: WallTime) {
    self.id = id
    self.label = label
    self.length = length
    self.rings = rings
  }
}

extension Journal {
  /// The timers that were written down last; none where they cannot be read.
  public func timers() async -> [JournalTimer] {
    (try? await queue.read { database in
      try Row.fetchAll(database, sql: "SELECT * FROM timers ORDER BY id").compactMap { row in
        guard let id: Int64 = row["id"], let label: String = row["label"], let length: Int64 = row["length_ms"],
          let rings: Int64 = row["rings_ms"], (0...86_400_000).contains(length)
        else { return nil }
        return JournalTimer(
          id: id, label: label, length: .milliseconds(length), rings: WallTime(milliseconds: rings))
      }
    }) ?? []
  }

  /// Replaces them, and waits until the disk has them.
  public func save(_ timers: [JournalTimer]) async {
    await write("write timers to", isDurable: true) { database in
      try database.execute(sql: "DELETE FROM timers")
      for timer in timers {
        try database.execute(
          sql: "INSERT INTO timers (id, label, length_ms, rings_ms) VALUES (?, ?, ?, ?)",
          arguments: [timer.id, Self.cut(timer.label), timer.length / .milliseconds(1), timer.rings.milliseconds])
      }
    }
  }
}
