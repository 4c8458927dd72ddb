/// What actions act on. The executable chooses.
public struct ActionHardware: Sendable {
  public var board: any GPIOBoard
  /// Nil where PWM is only pretended.
  public var pwm: PWMControl?
  /// Nil where LEDs are only pretended.
  public var leds: LEDControl?
  /// Nil where nobody stays to ring them.
  public var timers: TimerKeeper?

  public init(board: any GPIOBoard, pwm: PWMControl?, leds: LEDControl?, timers: TimerKeeper? = nil) {
    self.board = board
    self.pwm = pwm
    self.leds = leds
    self.timers = timers
  }

  /// This machine's own.
  public static func real() -> ActionHardware {
    ActionHardware(board: KernelGPIOBoard(), pwm: PWMControl(), leds: LEDControl())
  }

  /// Nothing moves: GPIO in memory, PWM and LEDs pretended. Programs do run.
  public static func simulated(_ board: SimulatedBoard = SimulatedBoard()) -> ActionHardware {
    ActionHardware(board: board, pwm: nil, leds: nil)
  }

  /// Whether such an effect happens in memory only.
  func isSimulated(_ effect: ActionPlan.Effect) -> Bool {
    switch effect {
    case .gpio: board.isSimulated
    case .pwm: pwm == nil
    case .brightness, .trigger: leds == nil
    case .program, .timer: false
    }
  }
}
