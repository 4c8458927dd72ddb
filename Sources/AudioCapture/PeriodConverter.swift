import Audio
import SoundCards

/// Reads a device's periods and makes 16 kHz mono samples of them. Memory is taken once, at the start.
struct PeriodConverter: ~Copyable {
  private let periodFrames: Int
  private let decoder: FrameDecoder
  private var resampler: Resampler
  private var bytes: [UInt8]
  private var mono: [Float]
  private var samples: [Float]

  /// `channel` (0 ..< channels of `format`) is the one to listen to.
  init(format: PCMFormat, channel: Int) {
    periodFrames = format.periodFrames
    decoder = FrameDecoder(format: format.sampleFormat, channels: format.channels, selection: .channel(channel))
    resampler = Resampler(from: format.rate, to: .speech)
    bytes = [UInt8](repeating: 0, count: format.bytesPerFrame * format.periodFrames)
    mono = [Float](repeating: 0, count: format.periodFrames)
    samples = [Float](repeating: 0, count: resampler.maximumOutputCount(forInputCount: format.periodFrames))
  }

  /// How many of the device's frames the samples lag behind.
  var latency: Int { resampler.latency }

  /// Reads at most one period; the frames read, or a negative errno.
  mutating func read<Port: PCMPort & ~Copyable>(from device: borrowing Port) -> Int {
    Self.read(from: device, frames: periodFrames, into: &bytes)
  }

  /// Puts the first `frames` frames of what was read into `ring`; returns how many 16 kHz samples did not fit.
  mutating func deliver(_ frames: Int, to ring: SampleRing) -> Int {
    let decoded = Self.decode(bytes, frames: frames, by: decoder, into: &mono)
    let produced = Self.resample(mono, count: decoded, by: &resampler, into: &samples)
    return produced - ring.write(samples.span.extracting(first: produced))
  }

  // Functions of the parts, since a span of one property keeps the whole value from being used.

  private static func read<Port: PCMPort & ~Copyable>(
    from device: borrowing Port, frames: Int, into bytes: inout [UInt8]
  ) -> Int {
    var span = bytes.mutableSpan
    // Bytes have no invariant that raw writing could break.
    var raw = unsafe span.mutableBytes
    return device.read(into: &raw, frames: frames)
  }

  private static func decode(
    _ bytes: [UInt8], frames: Int, by decoder: FrameDecoder, into mono: inout [Float]
  ) -> Int {
    var span = mono.mutableSpan
    // Bytes can be read as anything.
    return unsafe decoder.decode(bytes.span.bytes.extracting(first: frames * decoder.bytesPerFrame), into: &span)
  }

  private static func resample(
    _ mono: [Float], count: Int, by resampler: inout Resampler, into samples: inout [Float]
  ) -> Int {
    var span = samples.mutableSpan
    return resampler.process(mono.span.extracting(first: count), into: &span).produced
  }
}
