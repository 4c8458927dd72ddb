/// Tells by the sound of a turn whether it is over: by its melody and its pace, whatever its words are.
public protocol TurnEndJudge: Sendable {
  /// Asks how probable it is (0...1) that a turn whose samples so far are these (16 kHz mono, the pause at its end
  /// included) is over; the completion is called at most once, from another thread, with nil where it cannot be told.
  /// Returns at once. Any thread.
  func judge(_ samples: [Float], completion: @escaping @Sendable (Float?) -> Void)
}
