import Actions

/// The push-to-talk button: hold it while you speak, or press it and speak.
struct TalkButton: Sendable {
  /// Shorter is a press and not a hold: what is said then ends by itself.
  static let shortestHold = Duration.milliseconds(500)
  /// How often the line is looked at besides its edges, so that one that got lost does not leave the microphone open.
  private static let interval = Duration.seconds(1)

  let board: any GPIOBoard
  private let line: GPIOLineIdentity

  /// Takes the line as an input with edges.
  init(
    _ address: GPIOLineAddress, settings: GPIOLineSettings, on board: any GPIOBoard
  ) throws(ActionError) {
    self.board = board
    line = try board.identify(address)
    try board.requestInput(line, settings: settings, edges: .both)
  }

  /// Tells every press and every release until the task is cancelled.
  /// - Parameters:
  ///   - shortestHold: what is let go sooner was no hold, and its release is not told.
  ///   - report: told of what goes wrong with the line; it is tried again.
  func run(
    shortestHold: Duration = TalkButton.shortestHold, press: @Sendable () -> Void, release: @Sendable () -> Void,
    report: @Sendable (ActionError) -> Void
  ) async {
    let clock = ContinuousClock()
    var pressed: ContinuousClock.Instant?
    while !Task.isCancelled {
      do throws(ActionError) {
        let edge = try await board.nextEdge(.both, on: line, timeout: Self.interval)
        let isDown = if let edge { edge.isRising } else { try board.value(of: line) }
        if isDown, pressed == nil {
          pressed = clock.now
          press()
        } else if !isDown, let since = pressed {
          pressed = nil
          if clock.now - since >= shortestHold { release() }
        }
      } catch {
        guard error.code != .cancelled else { return }
        report(error)
        try? await clock.sleep(for: .seconds(5))
      }
    }
  }
}
