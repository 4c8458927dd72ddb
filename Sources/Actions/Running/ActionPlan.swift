public import Tools

/// Exactly what a call would do, with every argument in its place. Made before anything happens.
public struct ActionPlan: Hashable, Sendable {
  enum Effect: Hashable, Sendable {
    /// The operation's parameters are constants here.
    case gpio(GPIOLineAddress, GPIOAction.Operation, GPIOLineSettings)
    case pwm(PWMAction, percent: Double)
    case brightness(led: String, percent: Double)
    case trigger(led: String, name: String)
    case program(ProgramInvocation)
    case timer(Timing)
  }

  enum Timing: Hashable, Sendable {
    case set(seconds: Int, label: String)
    case cancel(label: String?)
    case read
  }

  let effect: Effect
  /// The call's arguments with the schema's defaults filled in.
  public let arguments: JSONObject

  /// One sentence without its full stop, such as `set GPIO line house/kitchen-light on`. It holds what was said where
  /// that goes into a program; treat it as private.
  public var text: String {
    switch effect {
    case .gpio(let line, let operation, _):
      switch operation {
      case .set(.constant(let isOn)): "set GPIO line \(line) \(isOn ? "on" : "off")"
      case .set(.argument(let name)): "set GPIO line \(line) from \(name)"
      case .toggle: "toggle GPIO line \(line)"
      case .pulse(let time): "pulse GPIO line \(line) for \(time.spoken)"
      case .blink(let on, let off, let count):
        "blink GPIO line \(line) \(count) times, \(on.spoken) on and \(off.spoken) off"
      case .read: "read GPIO line \(line)"
      case .waitForEdge(let edge, let timeout):
        "wait up to \(timeout.spoken) for \(edge == .both ? "an" : "a \(edge.rawValue)") edge of GPIO line \(line)"
      }
    case .pwm(let action, let percent):
      "set PWM channel \(action.chip)/\(action.channel) to \(percent.plain) % of \(action.periodNanoseconds) ns"
    case .brightness(let led, let percent): "set LED \(led) to \(percent.plain) %"
    case .trigger(let led, let name): "set the trigger of LED \(led) to \(name)"
    case .program(let invocation):
      "run \(JSONValue.array(([invocation.path] + invocation.arguments).map(JSONValue.string)).text())"
        + (invocation.account.map { " as \($0.name)" } ?? "") + " for at most \(invocation.timeLimit.spoken)"
    case .timer(.set(let seconds, let label)):
      "set a timer to \(Duration.seconds(seconds).spoken)" + (label.isEmpty ? "" : " for \(label)")
    case .timer(.cancel(let label)): "stop " + (label.map { "the timer for \($0)" } ?? "all timers")
    case .timer(.read): "say how long the timers still run"
    }
  }
}
