import Audio

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// How loud the echo is that is left in the output: a level that nine of ten windows of nothing but echo stay below,
/// learnt against what is played.
///
/// In decibels the ratio of output to reference is about normally distributed: its mean and its deviation are followed,
/// and the estimate lies one and a half deviations above the mean. A voice beside the echo is far above for a short time,
/// and moves it little. Pure; one thread.
struct ResidualEcho {
  /// Level of output against reference, in dB, and the square of its deviation.
  private var mean: Float = 0
  private var variance: Float = 0
  private var windows = 0
  /// Power of the reference with the room's decay on it.
  private var lingering: Float = 0
  /// The loudest of the reference of late.
  private var loudest: Float = 0

  /// Before so many windows (a quarter of a second of sound) the echo may be as loud as what is played.
  private static let least = 8
  /// Over how many windows the mean is taken at the end: about two seconds of a voice.
  private static let memory: Float = 24
  /// In dB. More is not chance but the canceller learning.
  private static let largestDeviation: Float = 6
  /// -55 dBFS: what is played more quietly teaches nothing; nor does what is 10 dB below the loudest, since there the
  /// room's own noise is louder than the echo left.
  private static let audible: Float = 3e-6
  private static let share: Float = 0.1
  /// What of the loudest stays, per window of 32 ms: 1 dB less in a second.
  private static let fading: Float = 0.9926
  /// What of a sound is still in the room a window later: a reverberation time of a third of a second.
  private static let decay: Float = 0.5

  /// Takes the powers (mean squares) of a window of the reference and of the output; the estimate in dBFS.
  mutating func observe(reference: Float, output: Float) -> Float {
    lingering = max(reference, Self.decay * lingering)
    loudest = max(reference, Self.fading * loudest)
    if reference > Self.audible, reference > Self.share * loudest {
      learn(Self.decibels(output) - Self.decibels(lingering))
    }
    let ratio = windows < Self.least ? 0 : mean + max(3, 1.5 * deviation)
    return max(AudioLevel.floor, min(0, Self.decibels(lingering) + ratio))
  }

  /// The room is another one: nothing is known of it.
  mutating func reset() { (mean, variance, windows) = (0, 0, 0) }

  private var deviation: Float { min(Self.largestDeviation, variance.squareRoot()) }

  private mutating func learn(_ ratio: Float) {
    let distance = ratio - mean
    // What is louder by so much is rather a voice than echo.
    let isVoice = windows >= Self.least && distance > max(6, 2 * deviation)
    let rate = max(1 / Self.memory, 1 / Float(windows + 1)) * (isVoice ? 0.1 : 1)
    mean += rate * distance
    variance += rate * (distance * distance * (windows == 0 ? 0 : 1) - variance)
    windows = min(windows + 1, 1_000)
  }

  static func decibels(_ power: Float) -> Float { power > 1e-12 ? 10 * log10(power) : AudioLevel.floor }
}
