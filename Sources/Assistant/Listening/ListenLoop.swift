public import Audio
import Synchronization
public import Transcription
public import TurnDetection

/// Ring → speech probability → turns → recogniser, on a thread of its own at normal priority; tells the session what it
/// heard. Runs neither a language model nor tools.
public final class ListenLoop: Sendable {
  /// What happens to samples that arrive while the session thinks, acts or speaks.
  public enum Manner: Hashable, Sendable {
    /// A microphone: they are dropped, so that the assistant's own voice starts no turn.
    case live
    /// A file: they are left where they are until the session listens again.
    case recorded
  }

  /// The stages the loop drives; they are made on the loop's own thread, which alone uses them.
  public struct Ears {
    public var detector: any VoiceActivityDetector
    public var turns: TurnDetector
    public var recogniser: any Recogniser

    public init(detector: any VoiceActivityDetector, turns: TurnDetector, recogniser: any Recogniser) {
      self.detector = detector
      self.turns = turns
      self.recogniser = recogniser
    }
  }

  /// What a live view shows; see `earshot listen`.
  public struct Meter: Hashable, Sendable {
    public var time: SampleTime
    public var speechProbability: Float
    public var level: Float
  }

  private let source: any AudioSource
  private let manner: Manner
  private let session: AssistantSession
  private let isStopped = Atomic<Bool>(false)

  public init(source: any AudioSource, manner: Manner, session: AssistantSession) {
    self.source = source
    self.manner = manner
    self.session = session
  }

  public func stop() { isStopped.store(true, ordering: .releasing) }
}
