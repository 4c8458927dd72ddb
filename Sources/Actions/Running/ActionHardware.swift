/// What actions act on. The executable chooses.
public struct ActionHardware: Sendable {
  public var board: any GPIOBoard
  /// Nil where PWM is only pretended.
  public var pwm: PWMControl?
  /// Nil where LEDs are only pretended.
  public var leds: LEDControl?

  public init(board: any GPIOBoard, pwm: PWMControl?, leds: LEDControl?) {
    self.board = board
    self.pwm = pwm
    self.leds = leds
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
    case .program: false
    }
  }
}
