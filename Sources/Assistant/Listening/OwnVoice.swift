public import Audio

/// Takes what the loudspeaker plays out of what the microphone hears. Used by the listen thread alone.
public protocol OwnVoiceRemoving: Sendable {
  /// Cleans the window that begins at `time`, and says what of the assistant's own voice may still be in it.
  mutating func remove(from window: inout [Float], at time: SampleTime) -> OwnVoice
}

/// What of the assistant's own voice is in a window.
public struct OwnVoice: Hashable, Sendable {
  /// Whether something is played, or was so lately that the room still sounds.
  public var isAudible: Bool
  /// How loud what could not be removed may be at most, root mean square in dBFS.
  public var residual: Float

  public init(isAudible: Bool, residual: Float) {
    self.isAudible = isAudible
    self.residual = residual
  }
}
