public import Audio
import Synchronization
public import Transcription
public import TurnDetection
public import WakeWord
public import WorkerProcess

/// Ring → speech probability → turns → recogniser, on whatever thread calls ``run(with:)``; tells a listener what it heard.
/// Runs neither a language model nor tools.
public final class ListenLoop: Sendable {
  /// What happens to samples that arrive while the listener does not listen.
  public enum Manner: Hashable, Sendable {
    /// A microphone: they are dropped, so that the assistant's own voice starts no turn, or heard without that voice.
    case live
    /// A file: they are left where they are until it listens again.
    case recorded
  }

  /// The stages the loop drives; the loop's thread alone uses them.
  public struct Ears: Sendable {
    public var detector: any VoiceActivityDetector
    public var turns: TurnDetector
    public var recogniser: any Recogniser
    /// Nil: a turn ends by silence alone.
    public var judge: (any SentenceJudge)?
    /// Hears from the voice whether a turn is over; nil: nobody does.
    public var turnEnd: (any TurnEndJudge)?
    /// Nil: nobody calls by a name.
    public var wake: WakeWordDetector?
    /// Nil: nobody listens for names that no network was trained for. What it hears arrives by ``ListenLoop/take(_:)``.
    public var spotter: (any KeywordSpotter)?
    /// What the assistant is called by; taken off the beginning of transcripts.
    public var names: WakePhrases
    /// Whether speech counts only after a call, by name or button; else all speech is for the assistant.
    public var needsCall: Bool
    /// Nil: while the assistant speaks, nothing is heard.
    public var ownVoice: (any OwnVoiceRemoving)?

    public init(
      detector: any VoiceActivityDetector, turns: TurnDetector, recogniser: any Recogniser,
      judge: (any SentenceJudge)? = nil, turnEnd: (any TurnEndJudge)? = nil, wake: WakeWordDetector? = nil,
      spotter: (any KeywordSpotter)? = nil, names: WakePhrases? = nil, needsCall: Bool? = nil,
      ownVoice: (any OwnVoiceRemoving)? = nil
    ) {
      self.detector = detector
      self.turns = turns
      self.recogniser = recogniser
      self.judge = judge
      self.turnEnd = turnEnd
      self.wake = wake
      self.spotter = spotter
      self.names = names ?? WakePhrases(of: wake)
      self.needsCall = needsCall ?? (wake != nil)
      self.ownVoice = ownVoice
    }
  }

  /// What one window held, for live views.
  public struct Meter: Hashable, Sendable {
    public var time: SampleTime
    /// 0...1
    public var speechProbability: Float
    /// Root mean square in dBFS.
    public var level: Float
    public var isInTurn: Bool
    /// How sure the surest wake word is, 0...1; nil where there is none.
    public var wakeScore: Float?
  }

  private let source: any AudioSource
  private let manner: Manner
  private let listener: any Listener
  private let meter: (@Sendable (Meter) -> Void)?
  private let isStopped = Atomic<Bool>(false)
  private let calls = Mutex<[Call]>([])
  private let roundsDone = Atomic<Int>(0)

  /// How often the loop has gone round: at least ten times a second while it lives. Any thread.
  public var rounds: Int { roundsDone.load(ordering: .relaxed) }

  /// - Parameter meter: told about every window; must return at once.
  public init(
    source: any AudioSource, manner: Manner, listener: any Listener, meter: (@Sendable (Meter) -> Void)? = nil
  ) {
    self.source = source
    self.manner = manner
    self.listener = listener
    self.meter = meter
  }

  /// Somebody calls by other means than a wake word of ``Ears/wake``.
  public enum Call: Sendable {
    /// A talk button is pressed: what is said from now on, or is being said, is for the assistant.
    case press
    /// It is let go: what was said is all.
    case release
    /// ``Ears/spotter`` has heard a name.
    case name(String)
  }

  /// Takes a call. Any thread.
  public func take(_ call: Call) {
    // More than these in a window (32 ms) is a broken switch.
    calls.withLock { if $0.count < 8 { $0.append(call) } }
  }

  /// Ends ``run(with:)`` within 100 ms. Any thread.
  public func stop() { isStopped.store(true, ordering: .releasing) }

  /// Listens until ``stop()`` or the source's end. Blocks; the source has been started.
  public func run(with ears: Ears) {
    var hearing = Hearing(ears: ears, listener: listener, manner: manner)
    var ownVoice = manner == .live ? ears.ownVoice : nil
    var window = [Float](repeating: 0, count: ears.detector.windowLength)
    // How long the room still holds the reply's last sound; what is heard meanwhile is dropped.
    let tail = SampleRate.speech.frames(in: .milliseconds(200))
    var deafUntil: SampleTime?

    while !isStopped.load(ordering: .acquiring) {
      roundsDone.add(1, ordering: .relaxed)
      var attention = listener.attention
      for call in takeCalls() { hearing.take(call) }
      if attention == .guarded, ownVoice == nil { attention = .deaf }
      if attention == .deaf, !hearing.isInTurn {
        if manner == .live, source.hasEnded { break }
        guard waitForListener(&hearing, window: window.count) else { continue }
        deafUntil = SampleTime(frames: source.ring.writtenCount) + tail
        continue
      }
      guard source.ring.availableToRead >= window.count else {
        if source.hasEnded, source.ring.availableToRead < window.count { break }
        source.waitForSamples(window.count, timeout: .milliseconds(100))
        continue
      }
      let time = SampleTime(frames: source.ring.consumedCount)
      var span = window.mutableSpan
      source.ring.read(into: &span)
      let own = ownVoice?.remove(from: &window, at: time)
      if manner == .live, ownVoice == nil, let until = deafUntil, time < until { continue }
      deafUntil = nil
      ears.spotter?.accept(window.span)
      let probability = hearing.hear(window, at: time, attention: attention, ownVoice: own)
      meter?(
        Meter(
          time: time, speechProbability: probability, level: AudioLevel(of: window.span).rms,
          isInTurn: hearing.isInTurn, wakeScore: hearing.wakeScore))
    }
    hearing.end()
  }

  private func takeCalls() -> [Call] {
    calls.withLock { calls in
      guard !calls.isEmpty else { return [] }
      defer { calls = [] }
      return calls
    }
  }

  /// Returns true once the listener listens again, with a gap behind it.
  private func waitForListener(_ hearing: inout Hearing, window: Int) -> Bool {
    switch manner {
    case .live:
      source.ring.discard(source.ring.availableToRead)
      hearing.forget()
      source.waitForSamples(window, timeout: .milliseconds(100))
    case .recorded: listener.waitUntilListening(timeout: .milliseconds(100))
    }
    return listener.attention != .deaf && manner == .live
  }
}
