public import Audio
import CALSA

extension SampleFormat {
  /// What we take from a device, in the order in which we ask: 16 bits carry all that a speech microphone hears and cost
  /// least.
  static let asked: [SampleFormat] = [.s16, .s32, .float32, .s24, .s24Packed]

  var alsaValue: snd_pcm_format_t {
    switch self {
    case .u8: SND_PCM_FORMAT_U8
    case .s16: SND_PCM_FORMAT_S16_LE
    case .s24Packed: SND_PCM_FORMAT_S24_3LE
    case .s24: SND_PCM_FORMAT_S24_LE
    case .s32: SND_PCM_FORMAT_S32_LE
    case .float32: SND_PCM_FORMAT_FLOAT_LE
    case .float64: SND_PCM_FORMAT_FLOAT64_LE
    }
  }

  /// ALSA's name: `S16_LE`.
  var alsaName: String { unsafe snd_pcm_format_name(alsaValue).map { unsafe String(cString: $0) } ?? rawValue }
}

public enum PCMDirection: String, Hashable, Sendable, CaseIterable {
  case capture, playback

  var alsaValue: snd_pcm_stream_t { self == .capture ? SND_PCM_STREAM_CAPTURE : SND_PCM_STREAM_PLAYBACK }
  var operation: String { self == .capture ? "capture from" : "play to" }
}

/// What a device was opened with.
public struct PCMFormat: Hashable, Sendable, CustomStringConvertible {
  public var sampleFormat: SampleFormat
  public var channels: Int
  public var rate: SampleRate
  /// Frames that the device hands over at a time.
  public var periodFrames: Int
  /// Frames that the device holds.
  public var bufferFrames: Int

  public init(sampleFormat: SampleFormat, channels: Int, rate: SampleRate, periodFrames: Int, bufferFrames: Int) {
    self.sampleFormat = sampleFormat
    self.channels = channels
    self.rate = rate
    self.periodFrames = periodFrames
    self.bufferFrames = bufferFrames
  }

  public var bytesPerFrame: Int { sampleFormat.bytesPerSample * channels }

  public var description: String {
    "\(sampleFormat.alsaName), \(channels) ch, \(rate), \(periodFrames) of \(bufferFrames) frames"
  }
}

/// What we would like; the device gives what comes nearest.
public struct PCMRequest: Hashable, Sendable {
  /// The rate that needs no resampling.
  public var rate: SampleRate
  /// The fewest channels that will do.
  public var channels: Int
  public var period: Duration
  /// Periods that the device's buffer should hold, 2...64.
  public var periods: Int

  public init(
    rate: SampleRate = .speech, channels: Int = 1, period: Duration = .milliseconds(20), periods: Int = 4
  ) {
    self.rate = rate
    self.channels = channels
    self.period = period
    self.periods = periods
  }
}
