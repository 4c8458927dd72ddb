public import Audio

/// One thing that can be captured from or played to, by the name that stays the same when cards are plugged in another
/// order.
public struct AudioDevice: Hashable, Sendable {
  /// What to write into the configuration: `hw:CARD=Headset,DEV=0`, `default`.
  public var name: String
  public var direction: PCMDirection
  /// In words: the card's and the device's names, or the hint of the configuration.
  public var description: String
  /// True for a device of a card, false for a configured PCM.
  public var isHardware: Bool
  /// What it offers, as far as it could be opened; nil where it could not or was not tried.
  public var offer: Offer?
  /// Why it cannot be opened now; nil where it can, or was not tried.
  public var problem: SoundCardError?

  /// Whether opening was tried and worked.
  public var isAvailable: Bool { offer != nil }

  public struct Offer: Hashable, Sendable {
    public var formats: [SampleFormat]
    /// Of the common rates, those offered without conversion in ALSA; in Hz, ascending.
    public var rates: [Int]
    public var channels: ClosedRange<Int>

    public init(formats: [SampleFormat], rates: [Int], channels: ClosedRange<Int>) {
      self.formats = formats
      self.rates = rates
      self.channels = channels
    }
  }

  public init(name: String, direction: PCMDirection, description: String, isHardware: Bool) {
    self.name = name
    self.direction = direction
    self.description = description
    self.isHardware = isHardware
  }
}
