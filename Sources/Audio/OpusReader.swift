import COpus

/// Reads Ogg Opus front to back with bounded memory, as mono samples at 48 kHz, the rate at which Opus decodes.
///
/// Any number of channels that libopusfile decodes (1...8), chained streams included. A damaged page, packet or header is
/// an error; a file cut off between two pages ends there without one, because Ogg does not say how long it is. Used by
/// one thread at a time.
@safe public final class OpusReader: MonoReader {
  public let sampleRate = SampleRate(hertz: 48_000)

  private let source: Source
  private let selection: ChannelSelection
  private let file: OpaquePointer
  // The largest packet is 120 ms: 5,760 frames.
  private var interleaved = [Float](repeating: 0, count: 5_760 * 8)
  private var left = 0..<0
  private var channels = 1
  private var framesRead: Int64 = 0

  /// What libopusfile's callbacks get: the bytes, and the error that a C callback cannot throw.
  private final class Source {
    let input: ByteInput
    var failure: AudioFileError?
    init(_ input: ByteInput) { self.input = input }
  }

  /// Opens the Ogg Opus file at `path` (`-`: standard input).
  public convenience init(path: String, selection: ChannelSelection = .average) throws(AudioFileError) {
    try self.init(ByteInput(path: path), selection: selection)
  }

  /// Reads an Ogg Opus file that lies in memory.
  public convenience init(
    bytes: [UInt8], name: String = "Ogg Opus in memory", selection: ChannelSelection = .average
  ) throws(AudioFileError) {
    try self.init(ByteInput(bytes: bytes, name: name), selection: selection)
  }

  /// Reads Ogg Opus from `descriptor`, which it takes over and closes.
  public convenience init(
    descriptor: Int32, name: String, selection: ChannelSelection = .average
  ) throws(AudioFileError) {
    try self.init(ByteInput(descriptor: descriptor, name: name), selection: selection)
  }

  init(_ input: ByteInput, selection: ChannelSelection) throws(AudioFileError) {
    self.selection = selection
    let source = Source(input)
    self.source = source
    // No seeking: a pipe cannot, and a file is read the same way. The pointer to `source` lives as long as this object.
    var callbacks = unsafe OpusFileCallbacks(
      read: { context, target, count in
        guard let context = unsafe context, let target = unsafe target, count > 0 else { return -1 }
        let source = unsafe Unmanaged<Source>.fromOpaque(context).takeUnretainedValue()
        do throws(AudioFileError) {
          return unsafe Int32(
            try source.input.readSome(into: UnsafeMutableRawBufferPointer(start: target, count: Int(count))))
        } catch {
          source.failure = error
          return -1
        }
      }, seek: nil, tell: nil, close: nil)
    var status: Int32 = 0
    let context = unsafe Unmanaged.passUnretained(source).toOpaque()
    guard let file = unsafe op_open_callbacks(context, &callbacks, nil, 0, &status) else {
      if let failure = source.failure { throw failure }
      throw Self.error(status, input)
    }
    unsafe self.file = file
  }

  deinit { unsafe op_free(file) }

  /// Reads up to `samples.count` samples and returns how many: 0 only at the end. Throws `empty` where the file holds none.
  public func read(into samples: inout MutableSpan<Float>) throws(AudioFileError) -> Int {
    guard samples.count > 0 else { return 0 }
    if left.isEmpty {
      try decodePacket()
      if left.isEmpty {
        if framesRead == 0 { throw AudioFileError(.empty, "read", source.input.name, "it has no samples") }
        return 0
      }
      framesRead += Int64(left.count)
    }
    let count = min(samples.count, left.count)
    for frame in 0..<count {
      let first = (left.lowerBound + frame) * channels
      switch selection {
      case .channel(let index): samples[frame] = interleaved[first + index]
      case .average:
        var sum: Float = 0
        for channel in 0..<channels { sum += interleaved[first + channel] }
        samples[frame] = sum / Float(channels)
      }
    }
    left = (left.lowerBound + count)..<left.upperBound
    return count
  }

  private func decodePacket() throws(AudioFileError) {
    var link: Int32 = 0
    let frames = unsafe interleaved.withUnsafeMutableBufferPointer { buffer in
      unsafe op_read_float(file, buffer.baseAddress!, Int32(buffer.count), &link)
    }
    if let failure = source.failure { throw failure }
    guard frames >= 0 else { throw Self.error(frames, source.input) }
    channels = unsafe Int(op_channel_count(file, link))
    if case .channel(let index) = selection, frames > 0, !(0..<channels).contains(index) {
      throw AudioFileError(
        .unsupported, "read", source.input.name, "it has \(channels) channels, and number \(index) was asked for",
        remedy: "Choose a channel from 0 to \(channels - 1).")
    }
    left = 0..<Int(frames)
  }

  private static func error(_ status: Int32, _ input: ByteInput) -> AudioFileError {
    let (code, reason): (AudioFileError.Code, String) =
      switch status {
      case OP_ENOTFORMAT: (.unknownFormat, "it is not Ogg Opus")
      case OP_EIMPL: (.unsupported, "it uses a channel layout that libopusfile does not decode")
      case OP_EVERSION: (.unsupported, "its Opus version is unknown")
      case OP_HOLE: (.corrupt, "a page is damaged or missing")
      case OP_EBADHEADER: (.corrupt, "its header is damaged or missing")
      case OP_EBADPACKET: (.corrupt, "a packet cannot be decoded")
      case OP_EBADLINK: (.corrupt, "its pages contradict each other")
      case OP_EBADTIMESTAMP: (.corrupt, "its time stamps are impossible")
      case OP_EREAD: (.truncated, "it ends within its headers")
      default: (.corrupt, "libopusfile reports \(status)")
      }
    return AudioFileError(code, "read", input.name, reason, position: input.position)
  }
}
