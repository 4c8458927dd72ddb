import GRDB

/// What went wrong with the journal's database.
public struct JournalError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Hashable, Sendable {
    /// The file cannot be opened or created.
    case cannotOpen
    /// The file or its folder may not be written.
    case notPermitted
    /// The file is no database or a broken one.
    case damaged
    /// The disk, or the room that the configuration allows, is full.
    case full
    /// A newer version of Earshot wrote the file.
    case newerVersion
    /// Another program holds the file.
    case busy
    /// Reading or writing failed otherwise.
    case failed
  }

  public var code: Code
  /// What could not be done, to what, and why, as one clause.
  public var what: String
  /// SQLite's extended result code, 0 where there is none (https://www.sqlite.org/rescode.html).
  public var sqliteCode: Int32
  public var remedy: String

  public init(code: Code, what: String, sqliteCode: Int32 = 0, remedy: String = "") {
    self.code = code
    self.what = what
    self.sqliteCode = sqliteCode
    self.remedy = remedy
  }

  public var description: String {
    let number = sqliteCode == 0 ? "" : " (SQLite \(sqliteCode))"
    return "\(what)\(number).\(remedy.isEmpty ? "" : " " + remedy)"
  }

  /// Translates what GRDB throws. Its own text may hold values, so that only the code is taken.
  init(_ error: any Error, doing action: String, path: String) {
    let result = (error as? DatabaseError)?.extendedResultCode
    let number = result?.rawValue ?? 0
    let subject = "could not \(action) the journal \(path)"
    switch result?.primaryResultCode {
    case .SQLITE_CORRUPT?, .SQLITE_NOTADB?:
      self.init(code: .damaged, what: "\(subject): the file is damaged", sqliteCode: number)
    case .SQLITE_FULL?:
      self.init(
        code: .full, what: "\(subject): the disk or the journal's own room is full", sqliteCode: number,
        remedy: "Free some space, or allow the journal more.")
    case .SQLITE_READONLY?, .SQLITE_PERM?, .SQLITE_AUTH?:
      self.init(
        code: .notPermitted, what: "\(subject): it may not be written", sqliteCode: number,
        remedy: "Let the daemon's user own the file and its folder.")
    case .SQLITE_CANTOPEN?:
      self.init(
        code: .cannotOpen, what: "\(subject): it cannot be opened or created", sqliteCode: number,
        remedy: "Check that its folder exists and that the daemon's user may write there.")
    case .SQLITE_BUSY?, .SQLITE_LOCKED?:
      self.init(
        code: .busy, what: "\(subject): another program holds it", sqliteCode: number,
        remedy: "End the other program; one daemon needs one journal.")
    default:
      self.init(code: .failed, what: "\(subject): SQLite failed", sqliteCode: number, remedy: "Check the disk.")
    }
  }
}
