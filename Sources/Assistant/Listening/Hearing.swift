import Audio
import Transcription
import TurnDetection

/// One thread's view of what it has heard so far: the recent past, the running turn, the recogniser's progress.
struct Hearing {
  private var detector: any VoiceActivityDetector
  private var turns: TurnDetector
  private let recogniser: any Recogniser
  private let listener: any Listener
  /// The newest samples outside of a turn, as many as the pre-roll and the onset can reach back; inside a turn, all of it.
  private var recent: [Float] = []
  private var recentStart = SampleTime.zero
  private let reach: Int
  private var partial = ""

  init(ears: ListenLoop.Ears, listener: any Listener) {
    detector = ears.detector
    turns = ears.turns
    recogniser = ears.recogniser
    self.listener = listener
    let configuration = ears.turns.configuration
    reach = SampleRate.speech.frames(in: configuration.preRoll + configuration.minimumSpeech + .milliseconds(200))
    recent.reserveCapacity(SampleRate.speech.frames(in: configuration.maximumTurn) + reach)
  }

  var isInTurn: Bool { turns.isInTurn }

  /// Takes the window that begins at `time`; returns its speech probability.
  mutating func hear(_ window: [Float], at time: SampleTime) -> Float {
    if time.frames != recentStart.frames + Int64(recent.count) { restart(at: time) }
    recent += window
    let probability = detector.speechProbability(of: window.span)
    let wasInTurn = turns.isInTurn
    for event in turns.observe(probability, at: time, length: window.count) { take(event, now: time + window.count) }
    if wasInTurn, turns.isInTurn { recogniser.accept(window.span) }
    if turns.isInTurn { reportPartial(at: time + window.count) } else { trim() }
    return probability
  }

  /// The listener is busy: whatever was going on here is over, and the stream will have a gap.
  mutating func forget() {
    guard !recent.isEmpty || turns.isInTurn else { return }
    if turns.isInTurn { recogniser.cancel() }
    turns.reset()
    detector.reset()
    recent.removeAll(keepingCapacity: true)
    partial = ""
  }

  /// The stream is over; a turn that is still running ends here.
  mutating func end() {
    let now = recentStart + recent.count
    for event in turns.finish() { take(event, now: now) }
  }

  private mutating func restart(at time: SampleTime) {
    forget()
    recentStart = time
  }

  private mutating func trim() {
    guard recent.count > 2 * reach else { return }
    let surplus = recent.count - reach
    recent.removeFirst(surplus)
    recentStart = recentStart + surplus
  }

  private mutating func take(_ event: TurnEvent, now: SampleTime) {
    switch event {
    case .speechStarted(let at, let turnStart):
      listener.take(.speechStarted(at: at))
      let skipped = max(0, min(recent.count, turnStart - recentStart))
      recent.removeFirst(skipped)
      recentStart = recentStart + skipped
      recogniser.begin()
      recogniser.accept(recent.span)
      partial = ""
    // The transcript is asked for at the first silence, so that it is there when the silence has lasted long enough.
    case .speechPaused: recogniser.settle { _ in }
    case .speechResumed: break
    case .turnEnded(let turn): finish(turn, now: now)
    case .discarded:
      recogniser.cancel()
      listener.take(.discarded)
    }
  }

  private mutating func finish(_ turn: Turn, now: SampleTime) {
    let endpoint = SampleRate.speech.duration(ofFrames: max(0, now - turn.lastSpeech))
    listener.take(.stopped(turn, endpoint: endpoint, decided: ContinuousClock().now))
    let utterance = Utterance(samples: recent, start: recentStart)
    recogniser.finish { [listener] transcript in listener.take(.transcript(transcript, of: utterance)) }
    recent.removeAll(keepingCapacity: true)
    recentStart = now
  }

  private mutating func reportPartial(at time: SampleTime) {
    let text = recogniser.partialText
    guard text != partial, !text.isEmpty else { return }
    partial = text
    listener.take(.partial(text, at: time))
  }
}
