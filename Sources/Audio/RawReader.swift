/// Reads audio without any header, as `arecord -t raw` writes it: the caller says what it is. Used by one thread at a time.
public final class RawReader: MonoReader {
  public let sampleRate: SampleRate

  private let input: ByteInput
  private let decoder: FrameDecoder
  private var buffer: [UInt8]
  private var kept = 0

  /// Reads frames of `layout` from `descriptor`, which it takes over and closes.
  public convenience init(descriptor: Int32, name: String, layout: RawLayout) throws(AudioFileError) {
    try self.init(ByteInput(descriptor: descriptor, name: name), layout: layout, selection: .average)
  }

  init(_ input: ByteInput, layout: RawLayout, selection: ChannelSelection) throws(AudioFileError) {
    guard (1...32).contains(layout.channels) else {
      throw AudioFileError(.unsupported, "read", input.name, "\(layout.channels) channels are outside 1...32")
    }
    if case .channel(let index) = selection, !(0..<layout.channels).contains(index) {
      throw AudioFileError(
        .unsupported, "read", input.name, "it has \(layout.channels) channels, and number \(index) was asked for",
        remedy: "Choose a channel from 0 to \(layout.channels - 1).")
    }
    self.input = input
    sampleRate = layout.sampleRate
    decoder = FrameDecoder(format: layout.format, channels: layout.channels, selection: selection)
    buffer = [UInt8](repeating: 0, count: 1_024 * decoder.bytesPerFrame)
  }

  /// Reads what is there, at least one frame, up to `samples.count` and at most 1,024; 0 only at the end. A last frame
  /// that is not whole is dropped. A pipe's samples arrive as they come, without waiting for a full block.
  public func read(into samples: inout MutableSpan<Float>) throws(AudioFileError) -> Int {
    let frame = decoder.bytesPerFrame
    let wanted = min(samples.count, 1_024) * frame
    guard wanted > 0 else { return 0 }
    var failure: AudioFileError?
    while kept < frame {
      let got = unsafe buffer.withUnsafeMutableBytes { bytes in
        do throws(AudioFileError) {
          return unsafe try input.readSome(into: UnsafeMutableRawBufferPointer(rebasing: bytes[kept..<wanted]))
        } catch {
          failure = error
          return 0
        }
      }
      if let failure { throw failure }
      if got == 0 { return 0 }
      kept += got
    }
    let frames = unsafe decoder.decode(buffer.span.bytes.extracting(first: kept), into: &samples)
    let used = frames * frame
    for i in used..<kept { buffer[i - used] = buffer[i] }
    kept -= used
    return frames
  }
}

/// What raw audio consists of.
public struct RawLayout: Hashable, Sendable {
  public var format: SampleFormat
  public var sampleRate: SampleRate
  public var channels: Int

  /// 16 bit, 16 kHz, mono: what most speech programs write.
  public static let speech = RawLayout(format: .s16, sampleRate: .speech, channels: 1)

  public init(format: SampleFormat, sampleRate: SampleRate, channels: Int) {
    self.format = format
    self.sampleRate = sampleRate
    self.channels = channels
  }
}
