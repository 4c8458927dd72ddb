import Audio

/// What became of one window.
public struct EchoReport: Hashable, Sendable {
  /// Whether the loudspeaker plays, or what it played may still be in the room. False: the samples are the microphone's
  /// own, but for noise suppression and gain.
  public var isPlaying = false
  /// The window as it was recorded, in dBFS.
  public var inputLevel = AudioLevel.floor
  /// The window as it is now, in dBFS.
  public var outputLevel = AudioLevel.floor
  /// How loud the echo left in the window may be, in dBFS: of windows that hold nothing but echo about nine of ten are
  /// below. What is louder by some dB is somebody's voice. ``AudioLevel/floor`` while nothing plays; as loud as the
  /// loudspeaker itself before anything is known of the room.
  public var residualEchoLevel = AudioLevel.floor
  /// Echo return loss enhancement: how much quieter the window's sound has become over the last second of playing, in dB;
  /// nil before there was any. In a quiet room that is how well the echo is cancelled.
  public var enhancement: Float?
  /// How much later than predicted the echo's first sound reaches the microphone (less than zero: earlier); nil while
  /// none has been found, as with headphones.
  public var delay: Duration?
  /// How often the canceller had to begin anew, because it diverged or the delay changed.
  public var resets = 0
  /// How many samples so far were not finite or far beyond full scale, and became silence.
  public var invalidSamples = 0

  public init() {}
}
