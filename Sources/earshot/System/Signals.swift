import UnixSignals

/// The signals that end a command in order.
enum Signals {
  /// Returns when somebody wants the command to end.
  static func wait() async {
    for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return }
  }
}
