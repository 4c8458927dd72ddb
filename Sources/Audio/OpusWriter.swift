import COpus

/// Writes mono 16 kHz speech as Ogg Opus. Used by one thread at a time.
///
/// 24 kbit/s, variable: transparent for wide-band speech (Opus recommended settings, RFC 7845 and the Opus wiki name
/// 16...24 kbit/s for it), 180 kB a minute.
@safe public final class OpusWriter {
  private let sink: Sink
  private let comments: OpaquePointer
  private var encoder: OpaquePointer?

  /// What libopusenc's callbacks get: where the bytes go, and the error that a C callback cannot throw.
  private final class Sink {
    let output: ByteOutput
    var failure: AudioFileError?
    init(_ output: ByteOutput) { self.output = output }
  }

  /// Creates the file at `path` (`-`: standard output), readable by its owner alone. `tags` are Vorbis comments such as
  /// `("TITLE", "…")`; a name is printable ASCII without `=`.
  public convenience init(
    path: String, tags: [(name: String, value: String)] = [], bitsPerSecond: Int = 24_000
  ) throws(AudioFileError) {
    try self.init(ByteOutput(path: path), tags: tags, bitsPerSecond: bitsPerSecond)
  }

  /// Writes to `descriptor`, which it takes over and closes.
  public convenience init(
    descriptor: Int32, name: String, tags: [(name: String, value: String)] = [], bitsPerSecond: Int = 24_000
  ) throws(AudioFileError) {
    try self.init(ByteOutput(descriptor: descriptor, name: name), tags: tags, bitsPerSecond: bitsPerSecond)
  }

  /// A whole Ogg Opus file in memory.
  public static func encode(
    _ samples: Span<Float>, tags: [(name: String, value: String)] = [], bitsPerSecond: Int = 24_000
  ) throws(AudioFileError) -> [UInt8] {
    let output = ByteOutput(name: "Ogg Opus in memory")
    let writer = try OpusWriter(output, tags: tags, bitsPerSecond: bitsPerSecond)
    try writer.append(samples)
    try writer.finish()
    return output.memory
  }

  init(_ output: ByteOutput, tags: [(name: String, value: String)], bitsPerSecond: Int) throws(AudioFileError) {
    precondition((6_000...128_000).contains(bitsPerSecond), "\(bitsPerSecond) bit/s is outside 6000...128000")
    let sink = Sink(output)
    self.sink = sink
    guard let comments = unsafe ope_comments_create() else {
      throw AudioFileError(.system, "write", output.name, "there is no memory left", errno: 12)
    }
    unsafe self.comments = comments
    for (name, value) in tags {
      let isPlain = name.utf8.allSatisfy { (0x20...0x7D).contains($0) && $0 != 0x3D } && !name.isEmpty
      guard isPlain, unsafe ope_comments_add(comments, name, value) == 0 else {
        throw AudioFileError(
          .unsupported, "write", output.name, "the tag name \"\(name)\" is not allowed",
          remedy: "Use printable ASCII without =.")
      }
    }
    var callbacks = unsafe OpusEncCallbacks(
      write: { context, bytes, count in
        guard let context = unsafe context else { return 1 }
        let sink = unsafe Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
        do throws(AudioFileError) {
          unsafe try sink.output.append(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
          return 0
        } catch {
          sink.failure = error
          return 1
        }
      }, close: { _ in 0 })
    var status: Int32 = 0
    // The pointer to `sink` lives as long as this object, which destroys the encoder before it goes.
    let context = unsafe Unmanaged.passUnretained(sink).toOpaque()
    let encoder = unsafe ope_encoder_create_callbacks(&callbacks, context, comments, 16_000, 1, 0, &status)
    guard let encoder = unsafe encoder else { throw error(status) }
    unsafe self.encoder = encoder
    unsafe status = copus_set_bitrate(encoder, Int32(bitsPerSecond))
    if status == 0 { unsafe status = copus_set_voice(encoder) }
    // 5 of 10: half the work of the default, and no difference that matters for speech on a small board.
    if status == 0 { unsafe status = copus_set_complexity(encoder, 5) }
    guard status == 0 else { throw error(status) }
  }

  deinit {
    if let encoder = unsafe encoder { unsafe ope_encoder_destroy(encoder) }
    unsafe ope_comments_destroy(comments)
  }

  /// Encodes `samples` (16 kHz mono, -1...1). What is not a number becomes silence.
  public func append(_ samples: Span<Float>) throws(AudioFileError) {
    guard let encoder = unsafe encoder else {
      preconditionFailure("the Ogg Opus file \(sink.output.name) is already finished")
    }
    var start = 0
    var block = [Float](repeating: 0, count: min(samples.count, 4_096))
    while start < samples.count {
      let count = min(4_096, samples.count - start)
      for i in 0..<count {
        let x = samples[start + i]
        block[i] = x >= 1 ? 1 : x <= -1 ? -1 : x == x ? x : 0
      }
      let status = unsafe block.withUnsafeBufferPointer { buffer in
        unsafe ope_encoder_write_float(encoder, buffer.baseAddress!, Int32(count))
      }
      if status != 0 { throw error(status) }
      start += count
    }
  }

  /// Writes what the encoder still holds and closes the file. May be called more than once.
  public func finish() throws(AudioFileError) {
    guard let encoder = unsafe encoder else { return }
    unsafe self.encoder = nil
    let status = unsafe ope_encoder_drain(encoder)
    unsafe ope_encoder_destroy(encoder)
    if status != 0 || sink.failure != nil { throw error(status) }
    try sink.output.close()
  }

  private func error(_ status: Int32) -> AudioFileError {
    if let failure = sink.failure { return failure }
    let text = unsafe ope_strerror(status).map { unsafe String(cString: $0) } ?? "unknown error"
    return AudioFileError(.system, "write", sink.output.name, "libopusenc reports \(status): \(text)")
  }
}
