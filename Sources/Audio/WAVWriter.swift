/// Writes mono WAV, 16 bit or float. Into a file the sizes are filled in by ``finish()``; into a pipe they say "up to the
/// end" (0xFFFFFFFF). Used by one thread at a time.
public final class WAVWriter {
  public enum Encoding: Hashable, Sendable { case s16, float32 }

  public let sampleRate: SampleRate
  /// Frames written so far.
  public private(set) var frameCount: Int64 = 0

  private let output: ByteOutput
  private let encoder: FrameEncoder
  private let headerBytes: Int
  private var buffer: [UInt8]
  private var isFinished = false

  /// Creates the file at `path` (`-`: standard output), readable by its owner alone.
  public convenience init(
    path: String, sampleRate: SampleRate = .speech, encoding: Encoding = .s16
  ) throws(AudioFileError) {
    try self.init(ByteOutput(path: path), sampleRate: sampleRate, encoding: encoding)
  }

  /// Writes to `descriptor`, which it takes over and closes.
  public convenience init(
    descriptor: Int32, name: String, sampleRate: SampleRate = .speech, encoding: Encoding = .s16
  ) throws(AudioFileError) {
    try self.init(ByteOutput(descriptor: descriptor, name: name), sampleRate: sampleRate, encoding: encoding)
  }

  /// A whole WAV file in memory.
  public static func encode(
    _ samples: Span<Float>, sampleRate: SampleRate = .speech, encoding: Encoding = .s16
  ) throws(AudioFileError) -> [UInt8] {
    let output = ByteOutput(name: "WAV in memory")
    let writer = try WAVWriter(output, sampleRate: sampleRate, encoding: encoding)
    try writer.append(samples)
    try writer.finish()
    return output.memory
  }

  init(_ output: ByteOutput, sampleRate: SampleRate, encoding: Encoding) throws(AudioFileError) {
    self.output = output
    self.sampleRate = sampleRate
    encoder = FrameEncoder(format: encoding == .s16 ? .s16 : .float32, channels: 1)
    buffer = [UInt8](repeating: 0, count: 4_096 * encoder.bytesPerFrame)
    let header = Self.header(sampleRate, encoder, data: 0xFFFF_FFFF)
    headerBytes = header.count
    try output.append(header)
  }

  /// Writes `samples` (-1...1; clipped). Throws `tooLarge` beyond 4 GiB.
  public func append(_ samples: Span<Float>) throws(AudioFileError) {
    precondition(!isFinished, "the WAV file \(output.name) is already finished")
    guard (frameCount + Int64(samples.count)) * Int64(encoder.bytesPerFrame) < 0xFFFF_FF00 - 64 else {
      throw AudioFileError(.tooLarge, "write", output.name, "WAV cannot hold more than 4 GiB")
    }
    var start = 0
    while start < samples.count {
      let part = samples.extracting(start..<min(samples.count, start + 4_096))
      var span = buffer.mutableSpan
      var bytes = unsafe span.mutableBytes
      let count = encoder.encode(part, into: &bytes) * encoder.bytesPerFrame
      var failure: AudioFileError?
      unsafe buffer.withUnsafeBytes { bytes in
        do throws(AudioFileError) {
          unsafe try output.append(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        } catch { failure = error }
      }
      if let failure { throw failure }
      start += part.count
    }
    frameCount += Int64(samples.count)
  }

  /// Fills in the sizes and closes the file. May be called more than once.
  public func finish() throws(AudioFileError) {
    guard !isFinished else { return }
    isFinished = true
    if output.canPatch {
      try output.patch(Self.header(sampleRate, encoder, data: Int(frameCount) * encoder.bytesPerFrame), at: 0)
    }
    try output.close()
  }

  private static func header(_ rate: SampleRate, _ encoder: FrameEncoder, data: Int) -> [UInt8] {
    let frame = encoder.bytesPerFrame
    let isFloat = encoder.format == .float32
    // Anything but PCM must say how many extension bytes follow (0) and how many frames there are ("fact").
    let formatBytes = isFloat ? 18 : 16
    let rest = 4 + 8 + formatBytes + (isFloat ? 12 : 0) + 8
    var bytes: [UInt8] = []
    func put(_ text: StaticString) { text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) } }
    func put16(_ value: Int) { bytes += [UInt8(value & 255), UInt8(value >> 8 & 255)] }
    func put32(_ value: Int) {
      put16(value)
      put16(value >> 16)
    }
    put("RIFF")
    put32(min(data + rest, 0xFFFF_FFFF))
    put("WAVE")
    put("fmt ")
    put32(formatBytes)
    put16(isFloat ? 3 : 1)
    put16(1)
    put32(rate.hertz)
    put32(rate.hertz * frame)
    put16(frame)
    put16(frame * 8)
    if isFloat {
      put16(0)
      put("fact")
      put32(4)
      put32(data == 0xFFFF_FFFF ? 0xFFFF_FFFF : data / frame)
    }
    put("data")
    put32(data)
    return bytes
  }
}
