/// Sets one LED of `/sys/class/leds`.
public struct LEDAction: Hashable, Sendable {
  public enum Operation: Hashable, Sendable {
    /// Percent of the LED's own maximum, 0...100; takes the trigger off. From an argument: a number, or true and "on"
    /// (100), false and "off" (0).
    case brightness(ActionParameter<Double>)
    /// One of the kernel's triggers, as the LED's `trigger` file lists them (`heartbeat`, `timer`, `none`).
    case trigger(ActionParameter<String>)
  }

  /// The folder's name under `/sys/class/leds`, such as `ACT` or `kitchen:white:lamp`.
  public var name: String
  public var operation: Operation
  /// Percent, 0...100, on exit and when the safe state is entered; nil leaves the LED as it is.
  public var safeBrightness: Double?

  public init(name: String, operation: Operation, safeBrightness: Double? = nil) {
    self.name = name
    self.operation = operation
    self.safeBrightness = safeBrightness
  }
}
