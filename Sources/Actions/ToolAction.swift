/// What a tool does when it is called: the value that the configuration's `action:` becomes.
///
/// Nothing in it has been checked against a machine or against the tool's schema; `ActionRunner.register` does that.
public enum ToolAction: Hashable, Sendable {
  /// A line of a GPIO chip is set, toggled, pulsed, blinked, read, or waited for.
  case gpio(GPIOAction)
  /// A PWM channel's duty cycle is set through sysfs.
  case pwm(PWMAction)
  /// An LED's brightness or trigger is set through sysfs.
  case led(LEDAction)
  /// A program is run by its argument vector, never by a shell.
  case program(ProgramAction)
  /// One of the assistant's own timers is set, or they are stopped or read.
  case timer(TimerAction)
}

/// A value of an action: written in the configuration, or taken from the argument of that name when a call comes.
public enum ActionParameter<Value: Hashable & Sendable>: Hashable, Sendable {
  case constant(Value)
  /// The name of a property of the tool's schema. The call must carry it, or the call fails before anything happens.
  case argument(String)

  /// The argument it is taken from, where it is.
  public var argumentName: String? {
    if case .argument(let name) = self { name } else { nil }
  }
}
