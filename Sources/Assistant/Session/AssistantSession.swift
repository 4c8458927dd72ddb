public import Audio
import Glibc
import Inference
import Phrases
import Synchronization
import Transcription
public import TurnDetection
import Tools

/// One session: takes what the listen loop heard, drives ``Session`` and carries out its orders.
///
/// Everything arrives in one inbox and is handled in ``run()`` in the order of arrival, one thing at a time; long work
/// runs in child tasks that answer into the inbox. So no two parts of the session ever interleave.
public actor AssistantSession: Listener {
  /// What the listen loop and the command line send.
  public enum Message: Sendable {
    case woke(phrase: String, score: Float, at: SampleTime)
    case speechStarted(at: SampleTime)
    case partial(String, at: SampleTime)
    case speechDiscarded
    /// See ``Heard/hushed(_:)``.
    case hushed(String)
    /// Words that may be all of the turn; nil: they are not. See ``Heard/supposed(_:isCalled:pause:)``.
    case supposed(Heard.Words?, pause: Int)
    /// The turn's speech is over. `endpoint`: stream time between its last speech sample and the decision.
    case speechStopped(at: SampleTime, reason: SpeechStopReason, endpoint: Duration, decided: ContinuousClock.Instant)
    /// The words of the turn that has just stopped.
    case transcript(Heard.Words)
    case typed(String)
    case mute
    case unmute
    case fault(code: String, message: String)
    case step(SessionInput)
    case voice(ReplyVoiceReport)
    /// Nothing more will come: `run()` returns once the session is asleep.
    case end
  }

  let parts: SessionParts
  private let inbox: AsyncStream<Message>
  nonisolated let door: AsyncStream<Message>.Continuation
  let observer: @Sendable (SessionEvent) -> Void
  private nonisolated let attentionNow = Atomic<UInt8>(Attention.open.rawValue)
  /// Turns whose speech is over, as the listen thread says: until the session knows of all of them, it is deaf.
  private nonisolated let stopsSent = Atomic<Int>(0)
  private nonisolated let idle = Atomic<Bool>(true)
  private nonisolated let awake: Atomic<Bool>
  nonisolated let foresight = Foresight()
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant

  var session: Session
  private var isEnding = false
  private var stopsTaken = 0
  // The turn in progress.
  private var decided: ContinuousClock.Instant?
  private var endpoint = Duration.zero
  private var latency = TurnLatency()
  var transcript = ""
  /// Whether the recogniser does not stand by it.
  private(set) var isHalfHeard = false
  /// What else it may be, itself included; see ``Consensus``.
  var readings: [Transcript.Reading] = []
  /// What a model's calls are judged by. Not the transcript: somebody may have said more since.
  var asked = Asked()
  private var reply = ""
  var dialogue: Dialogue
  var situation = ""
  /// Whether somebody has called since the last turn.
  private var wasCalled = false
  var draft: Draft?
  /// The words that the model was last told to read ahead, in the present turn.
  var readAhead = ""
  // At most one is under way.
  var generating: (generation: Int, task: Task<Void, Never>)?
  /// How many turns came to an outcome. An answer is a sign of life as well: a session that hangs gives none.
  public private(set) var finishedTurns = 0

  /// - Parameter observer: told everything, in order, from the session's own task; must not block.
  public init(
    parts: SessionParts, limits: Session.Limits = .init(), observer: @escaping @Sendable (SessionEvent) -> Void
  ) {
    self.parts = parts
    self.observer = observer
    // Bounded by what can be under way: the listen loop waits for nobody, and its messages are few per second.
    (inbox, door) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(4096))
    start = clock.now
    session = Session(
      limits: limits, hasModel: parts.model != nil, needsWake: parts.needsWake, wordedTools: parts.wordedTools)
    awake = Atomic(!parts.needsWake)
    dialogue = Dialogue(persona: parts.model?.persona ?? "")
  }

  public nonisolated var attention: Attention {
    Attention(rawValue: attentionNow.load(ordering: .acquiring)) ?? .deaf
  }

  /// Whether the session neither speaks nor works. Any thread.
  public nonisolated var isListening: Bool { attention == .open }

  public nonisolated var isAwake: Bool { awake.load(ordering: .acquiring) }

  public nonisolated func foresight(at pause: Int) -> Completeness? { foresight.completeness(at: pause) }

  public nonisolated func take(_ heard: Heard) {
    switch heard {
    case .woke(let phrase, let score, let at): send(.woke(phrase: phrase, score: score, at: at))
    case .speechStarted(let at): send(.speechStarted(at: at))
    case .partial(let text, let at): send(.partial(text, at: at))
    case .discarded: send(.speechDiscarded)
    case .overlapped: send(.step(.overlapped))
    case .overlapDismissed: send(.step(.overlapDismissed))
    case .interrupted: send(.step(.interrupted))
    case .stopped(let turn, let endpoint, let decided):
      send(
        .speechStopped(
          at: turn.lastSpeech, reason: SpeechStopReason(turn.reason), endpoint: endpoint, decided: decided))
    case .hushed(let text): send(.hushed(text))
    case .supposed(let transcript, let isCalled, let pause):
      send(.supposed(transcript.map { Heard.Words($0, isCalled: isCalled) }, pause: pause))
    case .transcript(let transcript, let isCalled, _): send(.transcript(Heard.Words(transcript, isCalled: isCalled)))
    }
  }

  public nonisolated func waitUntilListening(timeout: Duration) {
    // Only readers of files come here, where a millisecond is nothing and a condition variable would be in everybody's way.
    let limit = clock.now + timeout
    while !isListening, clock.now < limit { usleep(500) }
  }

  /// Whether no deadline can be running. Any thread.
  private nonisolated var isIdle: Bool { idle.load(ordering: .acquiring) }

  /// Hands the session something. Any thread; never blocks.
  public nonisolated func send(_ message: Message) {
    // From the end of speech until the reply is over, what the microphone hears is the reply's business; the flag goes
    // down here, on the listen loop's own thread, so that not one more window is taken for a new turn.
    if case .speechStopped = message {
      stopsSent.add(1, ordering: .relaxed)
      attentionNow.store(Attention.deaf.rawValue, ordering: .releasing)
    }
    door.yield(message)
  }

  /// Runs until ``Message/end`` or cancellation.
  public func run() async {
    parts.voice?.report { [door] report in door.yield(.voice(report)) }
    await withDiscardingTaskGroup { group in
      group.addTask { [door, clock] in
        // Deadlines are seconds; a quarter of a second late is soon enough, and an idle session is not woken for them.
        while !Task.isCancelled {
          try? await clock.sleep(for: .milliseconds(250))
          if !self.isIdle { door.yield(.step(.tick)) }
        }
      }
      for await message in inbox {
        handle(message, in: &group)
        if isEnding, case .asleep = session.state { break }
        if Task.isCancelled { break }
      }
      group.cancelAll()
      generating?.task.cancel()
    }
  }

  // MARK: Inbox

  private func handle(_ message: Message, in group: inout DiscardingTaskGroup) {
    switch message {
    case .woke(let phrase, let score, let at):
      observer(.wake(word: phrase, score: Double(score), at: at))
      wasCalled = true
      advance(.woken, in: &group)
    case .speechStarted(let at):
      observer(.speechStarted(at: at))
      advance(.speechStarted, in: &group)
    case .partial(let text, let at):
      observer(.partial(text: text, at: at))
      readAhead(text)
    case .speechDiscarded:
      dropDraft()
      advance(.speechDiscarded, in: &group)
    case .hushed(let text): foresee(text)
    case .supposed(let words, let pause): suppose(words, at: pause)
    case .speechStopped(let at, let reason, let endpoint, let decided):
      stopsTaken += 1
      observer(.speechStopped(at: at, reason: reason))
      beginTurn(endpoint: endpoint, decided: decided)
      advance(.turnEnded, in: &group)
    case .transcript(let words):
      latency.recognition = sinceSpeech()
      take(words, in: &group) { .understood($0) }
    case .typed(let text):
      beginTurn(endpoint: .zero, decided: clock.now)
      take(Heard.Words(text: text), in: &group) { .typed($0) }
    case .mute:
      dropDraft()
      advance(.mute, in: &group)
    case .unmute: advance(.unmute, in: &group)
    case .fault(let code, let message): observer(.error(code: code, message: message))
    case .step(let input):
      if input == .interrupted, session.attention == .guarded { observer(.overlap(.interrupted)) }
      advance(input, in: &group)
    case .voice(let report): take(report, in: &group)
    case .end: isEnding = true
    }
  }

  private func beginTurn(endpoint: Duration, decided: ContinuousClock.Instant) {
    self.decided = decided
    self.endpoint = endpoint
    latency = TurnLatency()
    latency.endpoint = endpoint
    transcript = ""
    reply = ""
  }

  private func take(
    _ words: Heard.Words, in group: inout DiscardingTaskGroup, as input: (Understanding) -> SessionInput
  ) {
    let isConfirming =
      switch session.state {
      case .thinking(let turn, _): !turn.calls.isEmpty
      // Typed: nobody has said that it begins.
      case .listening(let call, _): call != nil
      case .asleep, .acting, .speaking, .muted: false
      }
    let meaning = meaning(of: words, isConfirming: isConfirming)
    transcript = meaning == .nothing && !words.isCertain ? "" : words.text
    isHalfHeard = !words.isCertain
    readings = words.readings
    if !transcript.isEmpty { observer(.transcript(text: transcript)) }
    advance(input(meaning), in: &group)
    dropDraft()
    readAhead = ""
    wasCalled = meaning == .called
  }

  func meaning(of words: Heard.Words, isConfirming: Bool) -> Understanding {
    if words.text.isEmpty { return words.isCalled ? .called : .nothing }
    if words.isCertain { return parts.interpreter.meaning(of: words.text, isConfirming: isConfirming) }
    // Half heard, and no phrase: only a model can make something of it, and where nobody has called, not even a model.
    guard words.isUsable, parts.model != nil, parts.needsWake, !isConfirming || words.isCalled else {
      return words.isCalled && !isConfirming ? .called : .nothing
    }
    return words.isCalled || wasCalled ? .words(words.text) : .overheard(words.text)
  }

  private func take(_ report: ReplyVoiceReport, in group: inout DiscardingTaskGroup) {
    switch report {
    case .started: if latency.firstAudio == nil { latency.firstAudio = sinceSpeech() }
    case .ended(let voice, let heard):
      if heard > .zero { observer(.spoken(audio: heard, interrupted: false)) }
      advance(.voiceEnded(voice: voice), in: &group)
    case .interrupted(let voice, let heard, let text):
      if heard > .zero { observer(.spoken(audio: heard, interrupted: true)) }
      dialogue.cutOff(to: text)
      advance(.voiceEnded(voice: voice), in: &group)
    }
  }

  // MARK: Orders

  private func advance(_ input: SessionInput, in group: inout DiscardingTaskGroup) {
    let before = session.state.name
    if case .generated(_, let event) = input, event.isWritten, latency.firstToken == nil {
      latency.firstToken = sinceSpeech()
    }
    if case .performed(let result) = input, session.state.turn?.calls.first?.id == result.id {
      if latency.action == nil { latency.action = sinceSpeech() }
      observer(.toolResult(result))
      if let turn = session.state.turn, turn.calls.first?.origin == .phrase || session.hasWords(for: turn) {
        remember(.tool(result))
      }
    }
    if case .decided(let id, let decision) = input, decision != .allow, session.state.turn?.calls.first?.id == id {
      rememberNotMade()
    }
    let orders = session.advance(input, at: clock.now - start)
    for order in orders { carryOut(order, in: &group) }
    if session.state.name != before { observer(.stateChanged(session.state.name)) }
    // Before the microphone is open again, so that what is said first is not held back.
    awake.store(session.isAwake, ordering: .releasing)
    attentionNow.store(attentionAfterAll.rawValue, ordering: .releasing)
    idle.store(session.state.deadline == nil, ordering: .releasing)
  }

  private var attentionAfterAll: Attention {
    if stopsSent.load(ordering: .relaxed) != stopsTaken { return .deaf }
    return session.attention == .guarded && !parts.canBeInterrupted ? .deaf : session.attention
  }

  private func carryOut(_ order: SessionOrder, in group: inout DiscardingTaskGroup) {
    switch order {
    case .decide(let call):
      let doubt = doubt(about: call)
      group.addTask { [parts, door] in
        var decision = await parts.hands.decide(call)
        if let doubt, decision == .allow { decision = .ask(reason: doubt) }
        door.yield(.step(.decided(callID: call.id, decision)))
      }
    case .perform(let call, let isConfirmed):
      observer(.toolCall(call))
      remember(call, isConfirmed: isConfirmed)
      group.addTask { [parts, door] in
        door.yield(.step(.performed(await parts.hands.perform(call, isConfirmed: isConfirmed))))
      }
    case .generate(let generation, let input): generate(generation, from: input)
    case .cancelGeneration(let generation): cancelGeneration(generation)
    case .openVoice(let voice): parts.voice?.open(voice)
    case .say(let voice, let saying): say(saying, with: voice)
    case .closeVoice(let voice):
      if let mouth = parts.voice {
        mouth.close(voice)
      } else {
        door.yield(.voice(.ended(voice: voice, heard: .zero)))
      }
    case .pauseVoice(let voice):
      parts.voice?.pause(voice)
      observer(.overlap(.paused))
    case .resumeVoice(let voice):
      parts.voice?.resume(voice)
      observer(.overlap(.resumed))
    case .stopVoice(let voice): parts.voice?.stop(voice)
    case .play(let earcon):
      // What rings is nobody's turn: it has no words and no latency.
      if earcon == .alarm { (decided, latency, transcript, reply) = (nil, TurnLatency(), "", "") }
      parts.voice?.play(earcon)
    case .finish(_, let outcome): finish(outcome)
    }
  }

  /// Why a model's call had better be asked about, whatever the policy says; nil where nothing speaks against it.
  private func doubt(about call: ToolCall) -> String? {
    guard call.origin == .model else { return nil }
    if parts.hands.switching.contains(call.name), Question.isOne(asked.words) { return "it was only a question" }
    if asked.isHalfHeard, call.confidence ?? 0 < (asked.isWeighed ? Self.sureOfReadings : Self.sureOfHalfHeard) {
      return "it was not heard well"
    }
    // A grammar lets a model write no number that is out of range; it then writes what is left of it, 7 of 70.
    let said = SaidNumbers(asked.words)
    return call.arguments.contains { said.exclude($0.value) } ? "another number was heard" : nil
  }

  /// How sure a model must be of what it makes of words that the recogniser does not stand by. Of 59 sentences as they were
  /// half heard, the model in the box was as sure of 34 calls that were meant and of 3 that were not; from 0.9 on of 28 and
  /// the same 3.
  private static let sureOfHalfHeard = 0.8
  /// The same where it was asked about several readings of them, see `PhraseListener`.
  private static let sureOfReadings = 0.6

  /// The words that a model was asked about.
  struct Asked: Hashable {
    var words = ""
    /// Whether the recogniser does not stand by them.
    var isHalfHeard = false
    /// Whether the model's calls are what most readings of them mean.
    var isWeighed = false
  }

  private func say(_ saying: Saying, with voice: Int) {
    let text = parts.wording.words(for: saying)
    guard !text.isEmpty else {
      if let earcon = saying.earcon { parts.voice?.play(earcon) }
      return
    }
    if case .text = saying {} else { observer(.reply(text: text)) }
    remember(saying, as: text)
    // Sentences that follow each other; a model's own pieces bring their spaces.
    let isNext = if case .result = saying { !reply.isEmpty } else { false }
    reply += isNext ? " " + text : text
    parts.voice?.say(isNext ? " " + text : text, voice: voice)
  }

  private func finish(_ outcome: TurnOutcome) {
    finishedTurns += 1
    observer(.turn(outcome, latency))
    parts.log.record(FinishedTurn(outcome: outcome, latency: latency, transcript: transcript, reply: reply))
    readDialogue()
  }

  /// Time since the turn's last speech sample.
  private func sinceSpeech(at instant: ContinuousClock.Instant = .now) -> Duration? {
    decided.map { endpoint + (instant - $0) }
  }

  /// The answer was begun before it was known that the turn is over.
  func adopt(_ draft: Draft) {
    if let written = draft.firstWritten { latency.firstToken = sinceSpeech(at: written) }
  }
}
