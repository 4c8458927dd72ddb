/// What a worker is to load: the kind of model, its files by role, and options. Made by ``ModelFolder``, or of one file by
/// ``turnEnd(file:kind:options:)``.
public struct WorkerModel: Hashable, Sendable {
  public enum Task: UInt8, Hashable, Sendable {
    case recogniser = 1
    case voice = 2
    /// Tells by the sound of a turn whether it is over.
    case turnEnd = 3
    /// Listens for keywords all the time.
    case keywords = 4
  }

  public var task: Task
  /// A ``RecogniserKind``, ``VoiceKind``, ``TurnEndKind`` or ``KeywordKind`` by name.
  public var kind: String
  /// Absolute paths by role: `encoder`, `tokens`, …
  public var files: [String: String]
  /// `threads`, `language`, …
  public var options: [String: String]

  public init(task: Task, kind: String, files: [String: String], options: [String: String] = [:]) {
    self.task = task
    self.kind = kind
    self.files = files
    self.options = options
  }

  /// Entries of ``files`` and of ``options`` that a message may carry.
  static let maximumEntries = 64

  func encode(into writer: inout ByteWriter) {
    writer.append(task.rawValue)
    writer.append(kind)
    for table in [files, options] {
      let entries = table.sorted { $0.key < $1.key }.prefix(Self.maximumEntries)
      writer.append(UInt32(entries.count))
      for (key, value) in entries {
        writer.append(key)
        writer.append(value)
      }
    }
  }

  init(from reader: inout ByteReader) throws(WorkerError) {
    let number = try reader.readUInt8()
    guard let task = Task(rawValue: number) else { throw .violation("a model for the unknown task \(number)") }
    self.task = task
    kind = try reader.readText()
    files = try Self.readTable(&reader)
    options = try Self.readTable(&reader)
  }

  private static func readTable(_ reader: inout ByteReader) throws(WorkerError) -> [String: String] {
    let count = try reader.readUInt32()
    guard count <= maximumEntries else { throw .violation("\(count) entries, where \(maximumEntries) are allowed") }
    var table: [String: String] = [:]
    for _ in 0..<count {
      let key = try reader.readText()
      guard table.updateValue(try reader.readText(), forKey: key) == nil else {
        throw .violation("the key twice: \(key)")
      }
    }
    return table
  }
}
