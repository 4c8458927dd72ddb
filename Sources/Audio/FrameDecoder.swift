/// Turns interleaved frames of a device or a file into mono samples (-1...1).
///
/// Total on any bytes: a float that is not finite becomes 0, a float outside -1...1 keeps its value (up to ±2¹⁵, so that
/// sums stay finite). Neither allocates nor locks; made for the capture thread.
public struct FrameDecoder: Hashable, Sendable {
  public let format: SampleFormat
  /// Channels of one frame, 1...32.
  public let channels: Int
  public let selection: ChannelSelection

  /// A decoder for frames of `channels` channels (1...32); `selection` must name one of them.
  public init(format: SampleFormat, channels: Int, selection: ChannelSelection = .average) {
    precondition((1...32).contains(channels), "\(channels) channels are outside 1...32")
    if case .channel(let index) = selection {
      precondition((0..<channels).contains(index), "channel \(index) is outside 0..<\(channels)")
    }
    self.format = format
    self.channels = channels
    stride = format.bytesPerSample
    self.selection = selection
  }

  /// Bytes of one frame: one sample of each channel.
  public var bytesPerFrame: Int { stride * channels }
  private let stride: Int

  /// Decodes as many whole frames of `bytes` as fit into `samples` and returns how many those were. Bytes after the last
  /// whole frame are not looked at.
  @_noLocks
  @discardableResult
  public func decode(_ bytes: RawSpan, into samples: inout MutableSpan<Float>) -> Int {
    let frames = min(bytes.byteCount / (stride * channels), samples.count)
    guard frames > 0 else { return 0 }
    let firstChannel: Int
    let summed: Int
    switch selection {
    case .channel(let index): (firstChannel, summed) = (index, 1)
    case .average: (firstChannel, summed) = (0, channels)
    }
    let scale = 1 / Float(summed)
    let step = stride * channels
    var start = firstChannel * stride
    var frame = 0
    while frame < frames {
      var sum: Float = 0
      var offset = start
      var channel = 0
      while channel < summed {
        sum += value(bytes, offset)
        offset += stride
        channel += 1
      }
      unsafe samples[unchecked: frame] = sum * scale
      start += step
      frame += 1
    }
    return frames
  }

  @_noLocks
  @inline(__always)
  private func value(_ bytes: RawSpan, _ at: Int) -> Float {
    switch format {
    case .u8: Float(Int32(Self.byte(bytes, at)) - 128) * 0x1p-7
    case .s16: Float(Int32(bitPattern: Self.byte(bytes, at) << 16 | Self.byte(bytes, at + 1) << 24)) * 0x1p-31
    // Shifted to the top, so that the sign comes for free.
    case .s24Packed, .s24:
      Float(
        Int32(
          bitPattern: Self.byte(bytes, at) << 8 | Self.byte(bytes, at + 1) << 16 | Self.byte(bytes, at + 2) << 24))
        * 0x1p-31
    case .s32: Float(Int32(bitPattern: Self.word(bytes, at))) * 0x1p-31
    case .float32: Self.finite(Float(bitPattern: Self.word(bytes, at)))
    case .float64:
      Self.finite(
        Float(Double(bitPattern: UInt64(Self.word(bytes, at)) | UInt64(Self.word(bytes, at + 4)) << 32)))
    }
  }

  @_noLocks
  @inline(__always)
  private static func word(_ bytes: RawSpan, _ at: Int) -> UInt32 {
    byte(bytes, at) | byte(bytes, at + 1) << 8 | byte(bytes, at + 2) << 16 | byte(bytes, at + 3) << 24
  }

  /// In bounds: `decode` looks at whole frames only.
  @_noLocks
  @inline(__always)
  private static func byte(_ bytes: RawSpan, _ at: Int) -> UInt32 {
    unsafe UInt32(bytes.unsafeLoad(fromUncheckedByteOffset: at, as: UInt8.self))
  }

  @_noLocks
  @inline(__always)
  private static func finite(_ x: Float) -> Float {
    // False for NaN too. Infinity is no sample but a fault of the sender; a merely loud value is kept.
    guard x > -Float.infinity && x < Float.infinity else { return 0 }
    return x > 32_768 ? 32_768 : x < -32_768 ? -32_768 : x
  }
}
