import Glibc
import Logging

/// The daemon's log on standard error, one line each.
///
/// For people: `23:51:02 notice  listening to mic`. Where standard error is systemd's journal, which has the time already:
/// `<5>listening to mic`, sd-daemon(3)'s priorities, so that `journalctl -p warning` works.
struct DaemonLog: LogHandler {
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  private let isJournal: Bool

  init(level: Logger.Level, environment: [String: String]) {
    logLevel = level
    isJournal = Self.isJournal(environment["JOURNAL_STREAM"])
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let details = metadata.merging(event.metadata ?? [:]) { _, new in new }
    var line = "\(event.message)"
    if !details.isEmpty {
      line += " (" + details.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ") + ")"
    }
    // A line break would begin a line without priority and time.
    let text = line.split(whereSeparator: \.isNewline).joined(separator: "; ")
    note(isJournal ? "<\(Self.priority(of: event.level))>\(text)" : "\(Self.time) \(event.level.column) \(text)")
  }

  /// sd-daemon(3)'s numbers.
  static func priority(of level: Logger.Level) -> Int {
    switch level {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }

  /// Whether `stream`, systemd's `DEVICE:INODE`, is what standard error is.
  private static func isJournal(_ stream: String?) -> Bool {
    guard let stream else { return false }
    var status = stat()
    guard unsafe fstat(STDERR_FILENO, &status) == 0 else { return false }
    return stream == "\(status.st_dev):\(status.st_ino)"
  }

  /// The local time of day.
  private static var time: String {
    var now = Glibc.time(nil)
    var parts = unsafe tm()
    unsafe _ = localtime_r(&now, &parts)
    return unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(
      separator: ":")
  }
}

extension Logger.Level {
  /// Padded, so that messages stand below each other.
  fileprivate var column: String { rawValue.rightPadded(to: 8) }
}
