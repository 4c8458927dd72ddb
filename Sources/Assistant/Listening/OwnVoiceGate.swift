import Audio

/// Lets speech through that is louder than what may be left of the assistant's own voice.
///
/// One window is no evidence: what is left of an echo is as loud as that now and then, and a voice beside it is not in
/// every window. So the gate opens when two of four windows were, and closes when none of four was.
struct OwnVoiceGate {
  /// How much louder than what may be left, in dB.
  static let margin: Float = 6

  /// The newest four windows, one bit each.
  private var evidence: UInt8 = 0
  private var isOpen = false

  /// What of a window's speech probability counts; `level` is the window's, in dBFS.
  mutating func pass(_ probability: Float, level: @autoclosure () -> Float, onset: Float, ownVoice: OwnVoice) -> Float {
    guard ownVoice.isAudible else {
      (evidence, isOpen) = (0, false)
      return probability
    }
    let isExceeded = probability >= onset && level() >= ownVoice.residual + Self.margin
    evidence = (evidence << 1 | (isExceeded ? 1 : 0)) & 0xF
    if evidence == 0 { isOpen = false }
    if evidence.nonzeroBitCount >= 2 { isOpen = true }
    return isOpen ? probability : 0
  }
}
