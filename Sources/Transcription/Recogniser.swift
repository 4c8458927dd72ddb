/// Turns the samples of one utterance at a time into words.
///
/// All verbs are called from one thread, the listen thread, and return at once: the work happens on a thread or in a
/// process of the recogniser's own. Completions are called from there, at most once, and never for an utterance that
/// was cancelled.
///
/// ```
/// begin ─ accept … accept ─ settle ─ accept … ─ settle ─ finish ─▶ transcript
///                             └▶ transcript of what was said so far
/// ```
/// `settle` is how a session hides the time that recognition takes: asked at the first 150-200 ms of silence, the
/// answer is there long before the silence is long enough to end the turn. If the person goes on, the utterance simply
/// does.
public protocol Recogniser: AnyObject, Sendable {
  /// The engine's name, as it stands in transcripts.
  var name: String { get }
  /// Whether it hears now. Any thread.
  var state: RecogniserState { get }

  /// Starts an utterance. One that is still open is cancelled; one that was finished still gets its transcript.
  @discardableResult func begin() -> UtteranceID
  /// Takes samples of the open utterance: mono, 16 kHz, -1...1. Without one they are ignored.
  func accept(_ samples: Span<Float>)
  /// The words so far; empty at first, and for engines that hear whole utterances only. Any thread.
  var partialText: String { get }
  /// The words so far as each of the engine's models hears them, ``partialText`` first: where they differ, nothing is
  /// known yet. One for engines with one model. Any thread.
  var partialReadings: [String] { get }
  /// Asks for the transcript of what was accepted so far; the utterance stays open.
  func settle(_ completion: @escaping @Sendable (Transcript) -> Void)
  /// Ends the utterance and asks for its transcript. Nothing new is computed when nothing was accepted since `settle`.
  func finish(_ completion: @escaping @Sendable (Transcript) -> Void)
  /// Drops the open utterance, and what was finished and is not delivered yet.
  func cancel()
}

extension Recogniser {
  public var partialReadings: [String] { [partialText] }
}

/// Whether a recogniser hears.
public enum RecogniserState: Hashable, Sendable {
  case starting
  case ready
  /// In words, for the log and `earshot doctor`.
  case failed(String)

  public var isReady: Bool { self == .ready }
}
