/// Sets the duty cycle of one PWM channel through `/sys/class/pwm`.
public struct PWMAction: Hashable, Sendable {
  public enum Polarity: String, Hashable, Sendable, CaseIterable { case normal, inversed }

  /// The chip: `pwmchip0`, or the name of the device behind it (`1f00098000.pwm`), which does not move between boots.
  public var chip: String
  /// The channel on that chip, 0...4095.
  public var channel: Int
  /// One period in nanoseconds, 1...10^10 (10 s).
  public var periodNanoseconds: Int64
  public var polarity: Polarity
  /// Percent of the period that is active, 0...100. From an argument: a number, or true and "on" (100), false and
  /// "off" (0).
  public var duty: ActionParameter<Double>
  /// Percent, 0...100, at start, on exit and when the safe state is entered.
  public var safeDuty: Double

  public init(
    chip: String, channel: Int, periodNanoseconds: Int64, polarity: Polarity = .normal,
    duty: ActionParameter<Double>, safeDuty: Double = 0
  ) {
    self.chip = chip
    self.channel = channel
    self.periodNanoseconds = periodNanoseconds
    self.polarity = polarity
    self.duty = duty
    self.safeDuty = safeDuty
  }

  /// The period of a frequency, for a configuration that says `frequency_hz`; nil outside 0.1 Hz...1 GHz.
  public static func periodNanoseconds(ofFrequencyHz frequency: Double) -> Int64? {
    guard frequency >= 0.1, frequency <= 1e9 else { return nil }
    return Int64((1e9 / frequency).rounded())
  }
}
