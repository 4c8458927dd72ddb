/// Says how likely each window of a stream holds speech. Keeps state from window to window; used by one thread at a time.
public protocol VoiceActivityDetector: AnyObject, Sendable {
  /// Samples of 16 kHz mono audio that one window holds.
  var windowLength: Int { get }
  /// The probability (0...1) that `window`, which follows the one given before, holds speech. Exactly ``windowLength``
  /// samples.
  func speechProbability(of window: Span<Float>) -> Float
  /// Forgets everything heard: the next window begins a new stream.
  func reset()
}
