import Audio
import Transcription
import TurnDetection
import WakeWord

/// One thread's view of what it has heard so far: the recent past, the running turn, the recogniser's progress.
///
/// Where a wake word is needed, speech of which nobody was told is held back: its samples are kept, and nothing is
/// recognised. When the word comes, the turn begins with the word's own beginning, so that a command in one breath with
/// it loses nothing.
struct Hearing {
  private var detector: any VoiceActivityDetector
  private var turns: TurnDetector
  private let recogniser: any Recogniser
  private let listener: any Listener
  private let opinion: Opinion
  private let wake: WakeWordDetector?
  private let phrases: WakePhrases
  /// The newest samples outside of a turn, as many as the pre-roll and the onset can reach back; inside a turn, all of it.
  private var recent: [Float] = []
  private var recentStart = SampleTime.zero
  private let reach: Int
  private var partial = ""
  private var attention = Attention.open
  private var gate = OwnVoiceGate()
  /// What the running turn is to the listener.
  private var standing = Standing.heard

  private enum Standing {
    case heard
    /// Speech since then; nobody has called.
    case held(since: SampleTime)
    /// Called in the middle of speech that had been going on: a television says names as well, so the recogniser must
    /// have heard it too.
    case doubtful
    /// Speech over a reply.
    case overlapping(Overlap)
  }
  /// Up to where a name had been heard with which the running turn begins; nil: it begins without.
  private var nameEnd: SampleTime?
  /// Whether that is a wake word's network's, which is exact to a tenth of a second; a spotter's comes later.
  private var isNameEndExact = false
  /// How often the present reply was paused for nothing.
  private var dismissed = 0
  private var pause = PauseJudgement()
  private let sound: SoundOpinion?
  private let hasWordJudge: Bool
  /// Whether the listener was told the words of the newest pause.
  private var isSupposed = false
  private let canForesee: Bool
  private let needsCall: Bool

  /// Where a wake word is found, its beginning is not further back than this.
  private static let longestPhrase = SampleRate.speech.frames(in: .milliseconds(1_500))
  /// Less speech than this behind the place where a name was heard may be its own end.
  private static let shortestWords = SampleRate.speech.frames(in: .milliseconds(200))
  /// Where speech had been going on for longer when the name was over, the name was not its beginning: that is doubted.
  private static let longestLead = longestPhrase

  init(ears: ListenLoop.Ears, listener: any Listener, manner: ListenLoop.Manner) {
    detector = ears.detector
    turns = ears.turns
    recogniser = ears.recogniser
    wake = ears.wake
    phrases = ears.names
    self.listener = listener
    // A file is read faster than its words are recognised; only the wait makes it end where a microphone's turn would.
    opinion = Opinion(of: ears.judge, isWaitedFor: manner == .recorded)
    needsCall = ears.needsCall
    sound = ears.turnEnd.map { SoundOpinion(of: $0) }
    hasWordJudge = ears.judge != nil
    canForesee = ears.judge != nil && manner == .live
    let configuration = ears.turns.configuration
    let onset = SampleRate.speech.frames(
      in: configuration.preRoll + configuration.minimumSpeech + .milliseconds(200))
    reach = ears.wake == nil && ears.spotter == nil ? onset : max(onset, Self.longestPhrase)
    recent.reserveCapacity(SampleRate.speech.frames(in: configuration.maximumTurn) + reach)
  }

  /// Whether a turn is running that the listener knows of.
  var isInTurn: Bool {
    if case .held = standing { false } else { turns.isInTurn }
  }

  /// How sure the surest wake word is now; nil where there is none.
  var wakeScore: Float? {
    wake.map { wake in wake.words.indices.map { wake.score(of: $0) }.max() ?? 0 }
  }

  /// Takes the window that begins at `time`; returns its speech probability. `ownVoice`: what of the assistant is in it.
  mutating func hear(
    _ window: [Float], at time: SampleTime, attention: Attention = .open, ownVoice: OwnVoice? = nil
  ) -> Float {
    if time.frames != recentStart.frames + Int64(recent.count) { restart(at: time) }
    recent += window
    let now = time + window.count
    let called = wake?.hear(window.span, at: time)
    // A name that was known in its middle goes on.
    if isNameEndExact, let end = nameEnd, let wake, wake.wordEnd > end,
      wake.wordEnd - end <= WakeWordDetector.longestRest
    {
      nameEnd = wake.wordEnd
    }
    var probability = detector.speechProbability(of: window.span)
    if let ownVoice {
      probability = gate.pass(
        probability, level: AudioLevel(of: window.span).rms, onset: turns.configuration.onsetThreshold,
        ownVoice: ownVoice)
    }
    let wasInTurn = isInTurn
    self.attention = attention
    settleOverlap()
    for event in turns.observe(probability, at: time, length: window.count) { take(event, now: now) }
    if wasInTurn, isInTurn { recogniser.accept(window.span) }
    if let called { answer(called.phrase.lowercased(), score: called.score, at: called.position) }
    weigh(probability, window)
    if isInTurn, let answer = opinion.take() {
      if case .overlapping = standing, let isMeant = Overlap.isMeant(answer.transcript) {
        if isMeant { interrupt() } else { dismiss() }
      }
      pause.words = answer.completeness
      suppose(answer)
    }
    if isInTurn, turns.silence > 0 { judgePause(now: now) }
    if isInTurn { reportPartial(at: now) } else if !turns.isInTurn { trim() }
    if isInTurn, turns.silence == window.count { hush() }
    return probability
  }

  /// The listener is busy: whatever was going on here is over, and the stream will have a gap.
  mutating func forget() {
    guard !recent.isEmpty || turns.isInTurn else { return }
    if isInTurn { recogniser.cancel() }
    opinion.drop()
    turns.reset()
    detector.reset()
    recent.removeAll(keepingCapacity: true)
    partial = ""
    standing = .heard
    dismissed = 0
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
    drop(recent.count - reach)
  }

  private mutating func drop(_ surplus: Int) {
    recent.removeFirst(surplus)
    recentStart = recentStart + surplus
  }

  private mutating func take(_ event: TurnEvent, now: SampleTime) {
    if case .speechStarted(let at, let turnStart) = event { return begin(at, turnStart) }
    if case .held = standing {
      // Nobody was told that it began.
      switch event {
      case .turnEnded, .discarded: standing = .heard
      case .speechStarted, .speechPaused, .speechResumed: break
      }
      return
    }
    if case .overlapping(let overlap) = standing, case .turnEnded(let turn) = event {
      return finish(overlap, turn, now: now)
    }
    switch event {
    // The transcript is asked for at the first silence: to judge by it how long to wait, and to have it ready then.
    case .speechPaused:
      pause.begin()
      opinion.ask(recogniser)
    case .speechResumed:
      opinion.drop()
      pause.begin()
      if isSupposed { listener.take(.supposed(nil, pause: pause.number)) }
      isSupposed = false
    case .turnEnded(let turn): finish(turn, now: now)
    case .discarded:
      if case .overlapping = standing { return dismiss() }
      opinion.drop()
      recogniser.cancel()
      listener.take(.discarded)
    case .speechStarted: break
    }
  }

  /// Ends the turn, or waits longer, by what is known of the pause by now.
  private mutating func judgePause(now: SampleTime) {
    if let sound, turns.silence >= SoundOpinion.silence {
      if pause.isSoundAsked {
        pause.sound = pause.sound ?? sound.completeness(at: pause.number)
      } else {
        pause.isSoundAsked = true
        sound.ask(recent, at: pause.number)
      }
    }
    if isSupposed { pause.answer = listener.foresight(at: pause.number) }
    guard let completeness = pause.completeness(isHeard: hasWordJudge) else { return }
    for event in turns.judge(completeness) { take(event, now: now) }
  }

  /// The phrases do not tell whether this is all; whoever would answer it may. A file is read faster than anybody can
  /// answer, so there nobody is asked.
  private mutating func suppose(_ answer: Opinion.Answer) {
    guard canForesee, isInTurn else { return }
    switch standing {
    case .heard, .doubtful: break
    case .held, .overlapping: return
    }
    let (transcript, isCalled) = phrases.strip(
      answer.transcript, isExpected: nameEnd != nil, upTo: nameEnd(since: recentStart))
    // Phrases need nobody else; the name alone may be answered with a sound.
    guard answer.completeness == .unknown ? !transcript.text.isEmpty : isCalled && transcript.text.isEmpty else {
      return
    }
    isSupposed = true
    listener.take(.supposed(transcript, isCalled: isCalled, pause: pause.number))
  }

  /// The first window without speech: if it was all, every moment counts.
  private func hush() {
    guard canForesee, case .heard = standing, !partial.isEmpty else { return }
    listener.take(.hushed(partial))
  }

  private mutating func begin(_ at: SampleTime, _ turnStart: SampleTime) {
    isSupposed = false
    nameEnd = nil
    if attention == .guarded {
      standing = .overlapping(
        Overlap(since: at, speech: recentStart + recent.count - at - detector.windowLength, dismissed: dismissed))
      drop(max(0, min(recent.count, turnStart - recentStart)))
      return startRecogniser()
    }
    if needsCall, !listener.isAwake {
      standing = .held(since: at)
      return
    }
    standing = .heard
    listener.take(.speechStarted(at: at))
    drop(max(0, min(recent.count, turnStart - recentStart)))
    startRecogniser()
  }

  private mutating func startRecogniser() {
    recogniser.begin()
    recogniser.accept(recent.span)
    partial = ""
  }

  /// A talk button or a spotted name. Who presses while the assistant speaks wants to be heard now, said or not.
  mutating func take(_ call: ListenLoop.Call) {
    let now = recentStart + recent.count
    switch call {
    case .name(let name): answer(name, score: 1, at: now, isExact: false)
    case .press:
      if case .overlapping = standing { interrupt() } else { listener.take(.interrupted) }
      listener.take(.woke(phrase: "button", score: 1, at: now))
      guard case .held(let since) = standing, turns.isInTurn else { return }
      adopt(since: since)
    case .release:
      guard isInTurn else { return }
      for event in turns.finish() { take(event, now: now) }
    }
  }

  /// What is being said already is for the assistant, from `since` on.
  private mutating func adopt(since: SampleTime) {
    standing = .heard
    drop(max(0, min(recent.count, since - recentStart - SampleRate.speech.frames(in: turns.configuration.preRoll))))
    listener.take(.speechStarted(at: since))
    startRecogniser()
  }

  /// Somebody has called. In a turn that is listened to already it is only told.
  private mutating func answer(_ phrase: String, score: Float, at position: SampleTime, isExact: Bool = true) {
    if case .overlapping = standing { interrupt() }
    listener.take(.woke(phrase: phrase, score: score, at: position))
    guard case .held(let since) = standing, turns.isInTurn else { return }
    standing = position - since > Self.longestLead ? .doubtful : .heard
    if case .heard = standing { (nameEnd, isNameEndExact) = (position, isExact) }
    let beginning = SampleTime(frames: position.frames - Int64(Self.longestPhrase))
    drop(max(0, min(recent.count, beginning - recentStart)))
    listener.take(.speechStarted(at: max(since, beginning)))
    startRecogniser()
  }

  private mutating func finish(_ turn: Turn, now: SampleTime) {
    opinion.drop()
    let isDoubtful = if case .doubtful = standing { true } else { false }
    standing = .heard
    listener.take(stopped(turn, now: now))
    let utterance = takeUtterance(until: now)
    let (beginsWithName, isName, end) = (nameEnd != nil, isNameAlone(turn), nameEnd(since: utterance.start))
    recogniser.finish { [listener, phrases] heard in
      var (transcript, isCalled) = phrases.strip(heard, isExpected: beginsWithName, upTo: end)
      // A recogniser knows the words of commands; what it makes of a name alone may be anything, or nothing.
      if isName, !transcript.isAccepted { (transcript.text, transcript.readings) = ("", []) }
      if beginsWithName, transcript.text.isEmpty { isCalled = true }
      if isDoubtful, !isCalled { transcript.rejection = .nothingHeard }
      listener.take(.transcript(transcript, isCalled: isCalled, of: utterance))
    }
  }

  /// Whether the speech of a turn seems to end with the name that it begins with.
  private func isNameAlone(_ turn: Turn) -> Bool { nameEnd.map { turn.lastSpeech - $0 < Self.shortestWords } ?? false }

  /// The samples behind `start` up to which the name was heard; nil where that is not known exactly.
  private func nameEnd(since start: SampleTime) -> Int64? {
    isNameEndExact ? nameEnd.map { Int64($0 - start) } : nil
  }

  private func stopped(_ turn: Turn, now: SampleTime) -> Heard {
    let endpoint = SampleRate.speech.duration(ofFrames: max(0, now - turn.lastSpeech))
    return .stopped(turn, endpoint: endpoint, decided: ContinuousClock().now)
  }

  /// What the turn that ends at `now` consists of; what is kept begins anew behind it.
  private mutating func takeUtterance(until now: SampleTime) -> Utterance {
    let utterance = Utterance(samples: recent, start: recentStart)
    recent.removeAll(keepingCapacity: true)
    recentStart = now
    return utterance
  }

  // MARK: Over a reply

  /// The reply may have ended by itself while somebody was speaking over it.
  private mutating func settleOverlap() {
    if attention == .open { dismissed = 0 }
    guard case .overlapping = standing, attention == .open else { return }
    if !needsCall || listener.isAwake { interrupt() } else { dismiss() }
  }

  private mutating func weigh(_ probability: Float, _ window: [Float]) {
    guard case .overlapping(var overlap) = standing else { return }
    let verdict = overlap.hear(
      probability, onset: turns.configuration.onsetThreshold, length: window.count,
      level: AudioLevel(of: window.span).rms,
      readings: recogniser.partialReadings.map { phrases.strip($0).rest })
    standing = .overlapping(overlap)
    switch verdict {
    case .suspected: listener.take(.overlapped)
    case .interrupted: interrupt()
    case nil: break
    }
  }

  /// What is being said is for the assistant: from here on it is a turn like any other.
  private mutating func interrupt() {
    guard case .overlapping(let overlap) = standing else { return }
    standing = .heard
    listener.take(.interrupted)
    listener.take(.speechStarted(at: overlap.since))
  }

  private mutating func dismiss() {
    guard case .overlapping(let overlap) = standing else { return }
    standing = .heard
    opinion.drop()
    recogniser.cancel()
    turns.reset()
    guard overlap.isTold else { return }
    dismissed += 1
    listener.take(.overlapDismissed)
  }

  /// Speech over the reply that was too short to be an interruption by that: its words decide.
  private mutating func finish(_ overlap: Overlap, _ turn: Turn, now: SampleTime) {
    opinion.drop()
    standing = .heard
    if overlap.isTold { dismissed += 1 }
    let stopped = stopped(turn, now: now)
    let utterance = takeUtterance(until: now)
    recogniser.finish { [listener, phrases] heard in
      guard Overlap.isMeant(heard) ?? false else {
        if overlap.isTold { listener.take(.overlapDismissed) }
        return
      }
      let (transcript, isCalled) = phrases.strip(heard)
      listener.take(.interrupted)
      listener.take(.speechStarted(at: overlap.since))
      listener.take(stopped)
      listener.take(.transcript(transcript, isCalled: isCalled, of: utterance))
    }
  }

  private mutating func reportPartial(at time: SampleTime) {
    if case .overlapping = standing { return }
    let text = phrases.strip(recogniser.partialText).rest
    guard text != partial, !text.isEmpty else { return }
    partial = text
    listener.take(.partial(text, at: time))
  }
}
