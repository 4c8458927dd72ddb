/// What the canceller is to do.
public struct EchoConfiguration: Hashable, Sendable {
  /// How long a sound of the loudspeaker is followed through the room: 64...500 ms. Longer costs more and learns slower.
  public var tail: Duration = .milliseconds(200)
  /// How much of the echo that the canceller leaves is taken out where nobody speaks, in dB: 0...90.
  public var residualSuppression = 45
  /// The same where somebody does: 0...90, not more than ``residualSuppression``.
  public var residualSuppressionInSpeech = 10
  /// How much steady noise is taken out, in dB: 0...60. 0: none, and what nobody plays into is not touched at all.
  public var noiseSuppression = 0
  /// Whether quiet and loud voices are brought to the same loudness.
  public var automaticGain = false
  /// How long the reply's last sound counts as being in the room: 0...2 s, beyond the tail.
  public var hold: Duration = .milliseconds(100)

  public init() {}

  /// The nearest configuration that is within bounds.
  var bounded: EchoConfiguration {
    var bounded = self
    bounded.tail = min(.milliseconds(500), max(.milliseconds(64), tail))
    bounded.residualSuppression = min(90, max(0, residualSuppression))
    bounded.residualSuppressionInSpeech = min(bounded.residualSuppression, max(0, residualSuppressionInSpeech))
    bounded.noiseSuppression = min(60, max(0, noiseSuppression))
    bounded.hold = min(.seconds(2), max(.zero, hold))
    return bounded
  }
}
