/// Reads a stream of server-sent events (WHATWG HTML, 9.2.6) cut anywhere, and gives the data of each event.
///
///     data: {"choices":…}⏎        one line of data; several of one event are joined by line feeds
///     : keep-alive⏎               a comment
///     ⏎                           ends the event
///
/// Lines end with LF, CR or CR LF. Kinds of events, identities and times to reconnect are not used here. An event that the
/// stream breaks off in is dropped, as the standard has it.
public struct ServerSentEventParser: Sendable {
  /// What one event may hold, in bytes, all its lines and comments together.
  public let maximumEventBytes: Int
  private var line: [UInt8] = []
  private var data: [UInt8] = []
  private var hasData = false
  private var eventBytes = 0
  private var endedWithCarriageReturn = false
  private var isFirstLine = true

  public init(maximumEventBytes: Int = 1 << 18) { self.maximumEventBytes = maximumEventBytes }

  /// Takes the next bytes.
  /// - Parameter failure: set to `serverFailed` where an event is too long; nothing can be read after it.
  /// - Returns: the data of the events that end within them and before the failure, oldest first.
  public mutating func append(_ bytes: [UInt8], failure: inout InferenceError?) -> [[UInt8]] {
    var events: [[UInt8]] = []
    for byte in bytes {
      let follows = endedWithCarriageReturn
      endedWithCarriageReturn = byte == 0x0D
      if byte == 0x0A, follows { continue }
      if byte == 0x0A || byte == 0x0D {
        if let event = endLine() { events.append(event) }
        continue
      }
      eventBytes += 1
      guard eventBytes <= maximumEventBytes else {
        failure = InferenceError(
          .serverFailed, "could not read the server's answer: an event is longer than \(maximumEventBytes) bytes",
          remedy: "Check that the address is that of an OpenAI-compatible server.")
        return events
      }
      line.append(byte)
    }
    return events
  }

  private mutating func endLine() -> [UInt8]? {
    defer { line.removeAll(keepingCapacity: true) }
    if isFirstLine {
      isFirstLine = false
      if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    }
    guard !line.isEmpty else {
      defer {
        data.removeAll(keepingCapacity: true)
        hasData = false
        eventBytes = 0
      }
      return hasData ? data : nil
    }
    let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
    let field = line[..<colon]
    // Releases of llama.cpp's server before 2025 write `error: {…}` instead of a data line.
    guard field.elementsEqual("data".utf8) || field.elementsEqual("error".utf8) else { return nil }
    var value = line[min(colon + 1, line.endIndex)...]
    if value.first == 0x20 { value.removeFirst() }
    if hasData { data.append(0x0A) }
    hasData = true
    data.append(contentsOf: value)
    return nil
  }
}
