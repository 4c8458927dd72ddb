/// One message between the daemon and a worker, still encoded.
///
/// ```
///  0               4      5
///  ├ length (u32) ─┤ type ├ body …        length counts type and body, 1…maximumLength
/// ```
/// Numbers are in the machine's byte order: both ends of the socket pair are processes of one machine.
public struct WorkerFrame: Hashable, Sendable {
  /// Type and body of one frame: a second of audio at 48 kHz is 192 KiB, so 1 MiB bounds memory and never binds.
  public static let maximumLength = 1 << 20
  static let headerLength = 4

  public var type: UInt8
  public var body: [UInt8]

  public init(type: UInt8, body: [UInt8]) {
    self.type = type
    self.body = body
  }

  /// The bytes for the socket. `body` must be shorter than ``maximumLength``.
  public var bytes: [UInt8] {
    precondition(body.count < Self.maximumLength, "a frame's body of \(body.count) bytes is too long")
    var writer = ByteWriter(capacity: Self.headerLength + 1 + body.count)
    writer.append(UInt32(body.count + 1))
    writer.append(type)
    writer.bytes.append(contentsOf: body)
    return writer.bytes
  }
}

/// Cuts a stream of bytes into frames, however the stream was cut before.
public struct WorkerFrameDecoder: Sendable {
  private var buffer: [UInt8] = []
  private var start = 0

  public init() {}

  /// Bytes kept that do not make a whole frame yet.
  public var pendingCount: Int { buffer.count - start }

  public mutating func append(_ bytes: some Sequence<UInt8>) {
    if start > 0, start == buffer.count || start > 65_536 {
      buffer.removeFirst(start)
      start = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// The next whole frame, or nil when more bytes are needed. Throws ``WorkerError/Code/protocolViolation`` when the
  /// length is impossible; the stream cannot be used afterwards.
  public mutating func next() throws(WorkerError) -> WorkerFrame? {
    guard pendingCount >= WorkerFrame.headerLength else { return nil }
    var reader = ByteReader(buffer[start...])
    let length = Int(try reader.readUInt32())
    guard (1...WorkerFrame.maximumLength).contains(length) else {
      throw .violation("a frame of \(length) bytes, where 1...\(WorkerFrame.maximumLength) are allowed")
    }
    guard pendingCount >= WorkerFrame.headerLength + length else { return nil }
    let body = start + WorkerFrame.headerLength + 1
    let end = body - 1 + length
    let frame = WorkerFrame(type: buffer[body - 1], body: Array(buffer[body..<end]))
    start = end
    return frame
  }
}
