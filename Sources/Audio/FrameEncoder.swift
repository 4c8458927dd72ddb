/// Turns mono samples into the interleaved frames a device or a file wants; every channel gets the same sample.
///
/// Values beyond -1...1 are clipped, the rest is rounded to the nearest step (ties away from 0); what is not a number becomes
/// silence. Neither allocates nor locks; made for the playback thread.
public struct FrameEncoder: Hashable, Sendable {
  public let format: SampleFormat
  /// Channels of one frame, 1...32.
  public let channels: Int

  public init(format: SampleFormat, channels: Int) {
    precondition((1...32).contains(channels), "\(channels) channels are outside 1...32")
    self.format = format
    self.channels = channels
    stride = format.bytesPerSample
  }

  /// Bytes of one frame: one sample of each channel.
  public var bytesPerFrame: Int { stride * channels }
  private let stride: Int

  /// Encodes as many of `samples` as fit into `bytes` and returns how many frames those were. Bytes after the last frame
  /// stay as they are.
  @_noLocks
  @discardableResult
  public func encode(_ samples: Span<Float>, into bytes: inout MutableRawSpan) -> Int {
    let frames = min(bytes.byteCount / (stride * channels), samples.count)
    guard frames > 0 else { return 0 }
    var offset = 0
    var frame = 0
    while frame < frames {
      let sample = unsafe Self.clipped(samples[unchecked: frame])
      var channel = 0
      while channel < channels {
        put(sample, into: &bytes, offset)
        offset += stride
        channel += 1
      }
      frame += 1
    }
    return frames
  }

  @_noLocks
  @inline(__always)
  private func put(_ x: Float, into bytes: inout MutableRawSpan, _ at: Int) {
    switch format {
    case .u8: Self.put(UInt32(bitPattern: Self.steps(x, 0x1p7) + 128), 1, into: &bytes, at)
    case .s16: Self.put(UInt32(bitPattern: Self.steps(x, 0x1p15)), 2, into: &bytes, at)
    case .s24Packed: Self.put(UInt32(bitPattern: Self.steps(x, 0x1p23)), 3, into: &bytes, at)
    // Sign-extended into the fourth byte, which some drivers look at.
    case .s24: Self.put(UInt32(bitPattern: Self.steps(x, 0x1p23)), 4, into: &bytes, at)
    case .s32: Self.put(UInt32(bitPattern: Self.steps(x, 0x1p31)), 4, into: &bytes, at)
    case .float32: Self.put(x.bitPattern, 4, into: &bytes, at)
    case .float64:
      let bits = Double(x).bitPattern
      Self.put(UInt32(bits & 0xFFFF_FFFF), 4, into: &bytes, at)
      Self.put(UInt32(bits >> 32), 4, into: &bytes, at + 4)
    }
  }

  /// The low `count` bytes of `bits`, lowest first. In bounds: `encode` writes whole frames only.
  @_noLocks
  @inline(__always)
  private static func put(_ bits: UInt32, _ count: Int, into bytes: inout MutableRawSpan, _ at: Int) {
    var rest = bits
    var i = 0
    while i < count {
      unsafe bytes.storeBytes(of: UInt8(rest & 0xFF), toUncheckedByteOffset: at + i, as: UInt8.self)
      rest >>= 8
      i += 1
    }
  }

  @_noLocks
  @inline(__always)
  private static func clipped(_ x: Float) -> Float {
    x >= 1 ? 1 : x <= -1 ? -1 : x == x ? x : 0
  }

  /// `x` (-1...1) in steps of 1/`full`, at most `full` - 1. In double precision the product and the half are exact, so the
  /// conversion, which cuts towards 0, rounds properly; `rounded()` is not available under `@_noLocks`.
  @_noLocks
  @inline(__always)
  private static func steps(_ x: Float, _ full: Double) -> Int32 {
    let scaled = Double(x) * full
    let rounded = scaled < 0 ? scaled - 0.5 : scaled + 0.5
    return rounded >= full ? Int32(full - 1) : Int32(rounded)
  }
}
