/// What the microphone means to a session.
public enum Attention: UInt8, Hashable, Sendable {
  /// Nothing: what is said now is lost.
  case deaf
  /// The assistant speaks or works: only who interrupts it is heard.
  case guarded
  /// Speech begins a turn.
  case open
}
