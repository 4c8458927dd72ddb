public import Audio
public import Transcription
public import TurnDetection

/// Whom a listen loop tells what it heard: a session, or a command that only looks.
public protocol Listener: Sendable {
  /// What speech means now. Any thread.
  var attention: Attention { get }
  /// Whether speech is of interest although nobody has called: an answer is awaited, or a follow-up. Any thread.
  var isAwake: Bool { get }
  /// Blocks until speech begins a turn, or `timeout` has passed.
  func waitUntilListening(timeout: Duration)
  /// What the listener makes of the words of pause number `pause` of the stream, which it was told by
  /// ``Heard/supposed(_:pause:)``; nil while it does not know. Any thread.
  func foresight(at pause: Int) -> Completeness?
  /// Told in the order in which it happened. Transcripts may come from a recogniser's own thread; must return soon.
  func take(_ heard: Heard)
}

extension Listener {
  /// For listeners that have no opinion.
  public func foresight(at pause: Int) -> Completeness? { nil }
}

/// What a listen loop heard.
public enum Heard: Sendable {
  /// The assistant was called by this name; `at`: up to where it had been heard.
  case woke(phrase: String, score: Float, at: SampleTime)
  case speechStarted(at: SampleTime)
  /// Somebody speaks over the reply, it is not known to whom.
  case overlapped
  /// That was nothing, or not for the assistant.
  case overlapDismissed
  /// Whoever speaks over the reply speaks to the assistant. ``speechStarted(at:)`` follows.
  case interrupted
  case partial(String, at: SampleTime)
  /// The speaker has just fallen silent behind these words, which may still become others; most often only for a moment.
  case hushed(String)
  /// At a pause: the words so far, without the name that the assistant was called by. They may be all, the phrases do not
  /// tell. Nil: the speaker goes on after it.
  case supposed(Transcript?, isCalled: Bool = false, pause: Int)
  /// What had started was too short to be a turn.
  case discarded
  /// The turn's speech is over. `endpoint`: stream time between its last speech and the decision, made at `decided`.
  case stopped(Turn, endpoint: Duration, decided: ContinuousClock.Instant)
  /// The words of the turn that has stopped, without the name that it was called by, and its samples. `isCalled`: the
  /// name was there.
  case transcript(Transcript, isCalled: Bool, of: Utterance)
}
