/// Reads WAV front to back with bounded memory, as mono samples at the file's own rate.
///
/// ```
/// "RIFF" size "WAVE"   then chunks:   id (4)  size (4, little endian)  body  [1 byte of padding where size is odd]
///                         "fmt "  tag channels rate byteRate blockAlign bits [extension]     before "data"
///                         "data"  the frames
/// ```
/// PCM of 8, 16, 24 and 32 bit, float of 32 and 64 bit, `WAVE_FORMAT_EXTENSIBLE`, RF64; 1...32 channels; 1...768,000 Hz.
/// A data size of 0 or of 2 GiB and more comes from programs that write to a pipe and means: up to the end. Used by one
/// thread at a time.
///
/// Source: Microsoft/IBM, Multimedia Programming Interface and Data Specifications 1.0; EBU Tech 3306 (RF64).
public final class WAVReader: MonoReader {
  public let sampleRate: SampleRate
  public let channels: Int
  public let format: SampleFormat
  /// Frames that the header promises, nil where the data goes on up to the end of the input.
  public let frameCount: Int64?

  private let input: ByteInput
  private let decoder: FrameDecoder
  private var buffer: [UInt8]
  private var bytesLeft: Int64
  private var framesRead: Int64 = 0

  /// Opens the WAV file at `path` (`-`: standard input) and reads its header.
  public convenience init(path: String, selection: ChannelSelection = .average) throws(AudioFileError) {
    try self.init(ByteInput(path: path), selection: selection)
  }

  /// Reads a WAV file that lies in memory.
  public convenience init(
    bytes: [UInt8], name: String = "WAV in memory", selection: ChannelSelection = .average
  ) throws(AudioFileError) {
    try self.init(ByteInput(bytes: bytes, name: name), selection: selection)
  }

  /// Reads WAV from `descriptor`, which it takes over and closes.
  public convenience init(
    descriptor: Int32, name: String, selection: ChannelSelection = .average
  ) throws(AudioFileError) {
    try self.init(ByteInput(descriptor: descriptor, name: name), selection: selection)
  }

  init(_ input: ByteInput, selection: ChannelSelection) throws(AudioFileError) {
    self.input = input
    let header = try WAVHeader(reading: input)
    if case .channel(let index) = selection, index < 0 || index >= header.channels {
      throw AudioFileError(
        .unsupported, "read", input.name, "it has \(header.channels) channels, and number \(index) was asked for",
        remedy: "Choose a channel from 0 to \(header.channels - 1).")
    }
    sampleRate = header.sampleRate
    channels = header.channels
    format = header.format
    let bytesPerFrame = Int64(header.channels * header.format.bytesPerSample)
    frameCount = header.dataBytes.map { $0 / bytesPerFrame }
    decoder = FrameDecoder(format: header.format, channels: header.channels, selection: selection)
    bytesLeft = header.dataBytes.map { $0 / bytesPerFrame * bytesPerFrame } ?? .max
    buffer = [UInt8](repeating: 0, count: 4_096 * decoder.bytesPerFrame)
  }

  /// Reads up to `samples.count` (and at most 4,096) samples and returns how many: 0 only at the end. Throws at the end
  /// where fewer frames came than the header promises, or none at all; what came before has been delivered by then.
  public func read(into samples: inout MutableSpan<Float>) throws(AudioFileError) -> Int {
    let frame = decoder.bytesPerFrame
    let wanted = Int(min(Int64(min(samples.count, 4_096) * frame), bytesLeft))
    guard wanted > 0 else {
      if bytesLeft == 0, framesRead == 0 { throw noAudio }
      return 0
    }
    var failure: AudioFileError?
    let got = unsafe buffer.withUnsafeMutableBytes { bytes in
      do throws(AudioFileError) {
        return unsafe try input.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<wanted]))
      } catch {
        failure = error
        return 0
      }
    }
    if let failure { throw failure }
    let frames = got / frame
    if frames == 0 {
      guard let frameCount else {
        if framesRead == 0 { throw noAudio }
        bytesLeft = 0
        return 0
      }
      bytesLeft = 0
      throw AudioFileError(
        .truncated, "read", input.name, "its header promises \(frameCount) frames, but it ends after \(framesRead)",
        position: input.position)
    }
    unsafe decoder.decode(buffer.span.bytes.extracting(first: got), into: &samples)
    framesRead += Int64(frames)
    if bytesLeft != .max { bytesLeft -= Int64(got) }
    return frames
  }

  private var noAudio: AudioFileError {
    AudioFileError(.empty, "read", input.name, "it has no samples", position: input.position)
  }
}
