/// How one sample lies in memory: what a device or a file hands over. All are little endian and, in frames of several
/// channels, interleaved.
///
/// The names follow ALSA's (`SND_PCM_FORMAT_…`, alsa-lib `pcm.h`).
public enum SampleFormat: String, Hashable, Sendable, CaseIterable {
  /// Unsigned 8 bit, 128 is silence. ALSA `U8`; PCM WAV of 8 bit.
  case u8
  /// Signed 16 bit. ALSA `S16_LE`.
  case s16
  /// Signed 24 bit in three bytes. ALSA `S24_3LE`; PCM WAV of 24 bit.
  case s24Packed
  /// Signed 24 bit in the low three bytes of four; the top byte means nothing. ALSA `S24_LE`.
  case s24
  /// Signed 32 bit. ALSA `S32_LE`.
  case s32
  /// IEEE 754 single precision, -1...1. ALSA `FLOAT_LE`.
  case float32
  /// IEEE 754 double precision, -1...1. ALSA `FLOAT64_LE`.
  case float64

  /// Bytes that one sample of one channel takes.
  public var bytesPerSample: Int {
    switch self {
    case .u8: 1
    case .s16: 2
    case .s24Packed: 3
    case .s24, .s32, .float32: 4
    case .float64: 8
    }
  }
}

/// Which of a frame's channels become the mono sample.
public enum ChannelSelection: Hashable, Sendable {
  /// One channel, counted from 0: a microphone array's beamformed or best channel.
  case channel(Int)
  /// The mean of all channels.
  case average
}
