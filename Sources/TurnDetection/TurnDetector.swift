public import Audio

/// Cuts a stream of speech probabilities into turns. Pure: it knows no clock and no device, only sample times.
///
/// ```
///   probability   ▁▁▁▂▆██▇▆▇█▇▃▁▁▁▁▁▁▁▅██▇▂▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁
///                    │  │     │    │    │    │            │
///        turnStart ──┘  │     │    │    │    │            └ turnEnded: silence ≥ hangover since lastSpeech
///        (pre-roll)     │     │    │    │    └ lastSpeech
///        speechStarted ─┘     │    │    └ speechResumed
///        (≥ minimum speech)   │    └ speechPaused: silence ≥ pause
///                             └ probability < offset threshold: silence begins
/// ```
/// How long the hangover is depends on how finished the words are, as far as somebody says so with ``judge(_:)``.
/// Between the two thresholds nothing changes: speech stays speech, silence stays silence.
public struct TurnDetector: Sendable {
  public let configuration: TurnConfiguration

  private enum State: Hashable, Sendable {
    case idle
    /// Speech since `start` that is not yet long enough.
    case onset(start: SampleTime)
    case turn(start: SampleTime, speechStart: SampleTime)
  }

  private var state = State.idle
  // Just after the last speech of the turn; only in `.turn`.
  private var lastSpeech = SampleTime.zero
  private var inSilence = false
  private var hasPaused = false
  private var completeness = Completeness.unknown
  // Just after the newest window, and the earliest sample that the next turn may contain.
  private var end: SampleTime
  private var earliest: SampleTime

  private let minimumSpeech, pause, preRoll, minimumTurn, maximumTurn: Int
  /// Frames of silence, by completeness.
  private let hangovers: [Completeness: Int]

  /// A detector for a stream that begins at `start`. Throws `invalidConfiguration` with all problems together.
  public init(_ configuration: TurnConfiguration = TurnConfiguration(), start: SampleTime = .zero)
    throws(TurnDetectionError)
  {
    let problems = configuration.problems
    guard problems.isEmpty else {
      throw TurnDetectionError(
        .invalidConfiguration, "detect turns", problems.joined(separator: "; "),
        remedy: "Change these settings of turns.")
    }
    self.configuration = configuration
    end = start
    earliest = start
    let rate = SampleRate.speech
    minimumSpeech = rate.frames(in: configuration.minimumSpeech)
    pause = rate.frames(in: configuration.pause)
    hangovers = Dictionary(
      uniqueKeysWithValues: Completeness.allCases.map { ($0, rate.frames(in: configuration.hangover($0))) })
    preRoll = rate.frames(in: configuration.preRoll)
    minimumTurn = rate.frames(in: configuration.minimumTurn)
    maximumTurn = rate.frames(in: configuration.maximumTurn)
  }

  /// Whether a turn has started and not ended.
  public var isInTurn: Bool {
    if case .turn = state { true } else { false }
  }

  /// Whether the newest window belongs to speech of a turn.
  public var isSpeaking: Bool { isInTurn && !inSilence }

  /// Frames of silence since the last speech of the running turn; 0 outside of one.
  public var silence: Int { isInTurn ? end - lastSpeech : 0 }

  /// Takes the speech probability (0...1; what is not a number counts as 0) of the `length` samples from `time` on and
  /// returns what it changes, at most three events. Windows come in order; a gap between them is silence.
  public mutating func observe(_ probability: Float, at time: SampleTime, length: Int = 512) -> [TurnEvent] {
    precondition(length > 0 && time >= end, "the window at \(time.frames) begins before \(end.frames)")
    var events: [TurnEvent] = []
    let isOnset = probability >= configuration.onsetThreshold
    let isOffset = !(probability >= configuration.offsetThreshold)
    // What a gap leaves is settled first, as silence.
    if time > end { events += hear(isOnset: false, isOffset: true, from: end, to: time) }
    events += hear(isOnset: isOnset, isOffset: isOffset, from: time, to: time + length)
    return events
  }

  /// Says how finished the words heard so far are: from now on that much silence ends the turn, at once where it has
  /// already passed. Holds until speech goes on after a silence. Nothing outside of a turn.
  public mutating func judge(_ completeness: Completeness) -> [TurnEvent] {
    guard isInTurn else { return [] }
    self.completeness = completeness
    return endIfSilent()
  }

  /// The stream is over: a running turn ends here.
  public mutating func finish() -> [TurnEvent] {
    guard case .turn(let start, let speechStart) = state else {
      state = .idle
      return []
    }
    return [close(start, speechStart, at: end, .silence)]
  }

  /// Forgets a running turn without an event; a later turn does not reach back before this point.
  public mutating func reset() {
    earliest = end
    state = .idle
  }

  private var hangover: Int { hangovers[completeness] ?? 0 }

  private mutating func hear(isOnset: Bool, isOffset: Bool, from: SampleTime, to: SampleTime) -> [TurnEvent] {
    end = to
    switch state {
    case .idle:
      guard isOnset else { return [] }
      return begin(from, to)
    case .onset(let start):
      if isOffset {
        state = .idle
        return []
      }
      return begin(start, to)
    case .turn(let start, let speechStart):
      var events: [TurnEvent] = []
      if isOnset || !isOffset && !inSilence {
        if inSilence { completeness = .unknown }
        if hasPaused { events.append(.speechResumed(at: from)) }
        inSilence = false
        hasPaused = false
        lastSpeech = to
      } else {
        inSilence = true
        if !hasPaused, silence >= pause {
          hasPaused = true
          events.append(.speechPaused(at: lastSpeech))
        }
      }
      // The limit first: a gap may have jumped over both, and no turn is longer.
      if to - start >= maximumTurn {
        let cut = start + maximumTurn
        lastSpeech = min(lastSpeech, cut)
        let reason: Turn.Reason = cut - lastSpeech >= hangover ? .silence : .limit
        return events + [close(start, speechStart, at: cut, reason)]
      }
      return events + endIfSilent()
    }
  }

  /// Speech from `start` on up to `to`, outside of a turn.
  private mutating func begin(_ start: SampleTime, _ to: SampleTime) -> [TurnEvent] {
    guard to - start >= minimumSpeech else {
      state = .onset(start: start)
      return []
    }
    let turnStart = max(earliest, SampleTime(frames: start.frames - Int64(preRoll)))
    state = .turn(start: turnStart, speechStart: start)
    lastSpeech = to
    inSilence = false
    hasPaused = false
    completeness = .unknown
    return [.speechStarted(at: start, turnStart: turnStart)]
  }

  private mutating func endIfSilent() -> [TurnEvent] {
    guard case .turn(let start, let speechStart) = state, inSilence else { return [] }
    guard silence >= hangover else { return [] }
    return [close(start, speechStart, at: end, completeness == .complete ? .complete : .silence)]
  }

  private mutating func close(
    _ start: SampleTime, _ speechStart: SampleTime, at cut: SampleTime, _ reason: Turn.Reason
  ) -> TurnEvent {
    state = .idle
    earliest = cut
    guard reason == .limit || lastSpeech - speechStart >= minimumTurn else { return .discarded(start: start, end: cut) }
    return .turnEnded(Turn(start: start, end: cut, lastSpeech: lastSpeech, reason: reason))
  }
}
