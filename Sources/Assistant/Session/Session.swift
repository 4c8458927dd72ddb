import Tools
import Inference

/// The session's state machine: takes an input and the time, returns orders. Pure: no clock, no thread, no device.
public struct Session: Sendable {
  /// The longest that each state may last, and how far a model may go.
  public struct Limits: Hashable, Sendable {
    /// One turn's speech, including the silence that ends it.
    public var listening: Duration = .seconds(20)
    /// How long somebody who has called may take to begin.
    public var afterWake: Duration = .seconds(8)
    /// How long after an answer the microphone stays open without being called.
    public var followUp: Duration = .seconds(6)
    /// How long a question waits for the answer to begin.
    public var confirmation: Duration = .seconds(8)
    public var thinking: Duration = .seconds(20)
    /// One call; the tool's own limit is shorter.
    public var acting: Duration = .seconds(90)
    public var speaking: Duration = .seconds(60)
    /// How long nothing is heard of a turn before a sound says that it is being worked on, and again after three times as
    /// long.
    public var patience: Duration = .milliseconds(700)
    /// How long a reply stays paused while nobody knows whether it is interrupted.
    public var overlap: Duration = .seconds(2)
    /// How long an alarm rings at most, and how often its sound is played.
    public var ringing: Duration = .seconds(90)
    public var rings = 30
    /// Generations in one turn: an answer, and one more after each round of calls.
    public var generations = 4
    /// Calls in one turn.
    public var calls = 8

    public init() {}
  }

  public internal(set) var state = SessionState.asleep
  public let limits: Limits
  /// Whether a model answers what is no phrase.
  public let hasModel: Bool
  /// Whether somebody must call before what is said counts. If not, it always does, and there is no follow-up.
  public let needsWake: Bool
  /// Tools whose results have words of their own: what they did is said so, and no model is asked to put it nicely. It is
  /// sooner, and true.
  public let wordedTools: Set<String>
  // Ids are never used twice, so that late news of work that was given up is not taken for news of the present work.
  var turns = 0
  private var generations = 0
  var voices = 0
  /// Until when somebody who has called, been answered or been asked may begin to speak. Coughs do not move it.
  private var openUntil = Duration.zero
  /// Alarms that wait until nobody speaks, oldest first.
  var alarms: [Alarm] = []
  /// Whether somebody speaks to it, as far as the ears have said.
  private var isSpokenTo = false
  /// Whether somebody has called by name while a question waits for its answer: that is no answer.
  private var isCalledAgain = false

  public init(
    limits: Limits = Limits(), hasModel: Bool, needsWake: Bool = false, wordedTools: Set<String> = []
  ) {
    self.wordedTools = wordedTools
    self.limits = limits
    self.hasModel = hasModel
    self.needsWake = needsWake
  }

  /// Alarms that wait at most; more than that are one noise anyway.
  static let maximumAlarms = 16

  /// Whether nobody speaks and nothing is being done: at most somebody is waited for who has nothing to answer.
  var isQuiet: Bool {
    switch state {
    case .asleep: true
    case .listening(nil, _): !isSpokenTo
    case .listening, .thinking, .acting, .speaking, .muted: false
    }
  }

  /// Whether speech counts now, called or not.
  public var isAwake: Bool {
    if !needsWake { return true }
    if case .listening = state { return true }
    return false
  }

  /// What speech means now.
  public var attention: Attention {
    switch state {
    case .asleep, .listening: return .open
    case .muted: return .deaf
    case .speaking, .acting: return .guarded
    // Before its words are there, a turn is not over for the ears either.
    case .thinking(let turn, _): return turn.generation == nil ? .deaf : .guarded
    }
  }

  /// Takes one input at `now` (since the session started) and returns what is to be done, in order.
  public mutating func advance(_ input: SessionInput, at now: Duration) -> [SessionOrder] {
    switch input {
    case .speechStarted, .interrupted: isSpokenTo = true
    case .speechDiscarded, .turnEnded: isSpokenTo = false
    default: break
    }
    let orders = step(input, at: now)
    return alarms.isEmpty ? orders : orders + ringIfQuiet(at: now)
  }

  private mutating func step(_ input: SessionInput, at now: Duration) -> [SessionOrder] {
    switch input {
    case .rang(let alarm):
      // Deaf ears are no reason to burn the dinner: it is said once, and there is nobody to stop it.
      if state == .muted { return announce(alarm) }
      if alarms.count < Self.maximumAlarms { alarms.append(alarm) }
      return []
    case .mute:
      let orders = abandon()
      state = .muted
      return orders
    case .unmute:
      if state == .muted { state = .asleep }
      return []
    case .tick:
      if let sign = signOfLife(at: now) { return [sign] }
      guard let deadline = state.deadline, now >= deadline else { return [] }
      // A reply that was paused for nothing goes on; the state's own time may be up as well.
      let orders = releaseVoice()
      guard let deadline = state.deadline, now >= deadline else { return orders }
      return orders + overrun(at: now)
    case .woken:
      switch state {
      case .asleep, .listening(nil, _): open(for: limits.afterWake, at: now)
      case .listening: isCalledAgain = true
      case .thinking, .acting, .speaking, .muted: break
      }
      return []
    case .speechStarted: return hearSpeech(at: now)
    case .speechDiscarded: return forgetSpeech(at: now)
    case .overlapped: return holdVoice(at: now)
    case .overlapDismissed: return releaseVoice()
    case .interrupted: return giveWay(at: now)
    case .turnEnded: return think(at: now)
    case .understood(let meaning): return understand(meaning, at: now)
    case .typed(let meaning):
      switch state {
      case .asleep: state = .listening(confirming: nil, deadline: now)
      case .listening: break
      case .thinking, .acting, .speaking, .muted: return []
      }
      return think(at: now) + understand(meaning, at: now)
    case .decided(let id, let decision): return take(decision, of: id, at: now)
    case .performed(let result): return take(result, at: now)
    case .generated(let generation, let event): return take(event, of: generation, at: now)
    case .generationFailed(let generation):
      guard var turn = state.turn, turn.generation == generation else { return [] }
      turn.generation = nil
      return say(.failure, in: turn, outcome: .failed, at: now)
    case .voiceEnded(let voice): return endVoice(voice, at: now)
    }
  }

  // MARK: Listening

  mutating func open(for time: Duration, confirming call: ToolCall? = nil, at now: Duration) {
    openUntil = now + time
    state = .listening(confirming: call, deadline: openUntil)
  }

  private mutating func hearSpeech(at now: Duration) -> [SessionOrder] {
    switch state {
    case .asleep: state = .listening(confirming: nil, deadline: now + limits.listening)
    case .listening(let call, _): state = .listening(confirming: call, deadline: now + limits.listening)
    case .thinking, .acting, .speaking, .muted: break
    }
    return []
  }

  private mutating func forgetSpeech(at now: Duration) -> [SessionOrder] {
    guard case .listening(let call, _) = state else { return [] }
    // A cough does not use up the time for an answer, and coughs do not prolong it.
    state = call == nil && !needsWake ? .asleep : .listening(confirming: call, deadline: openUntil)
    return []
  }

  private mutating func think(at now: Duration) -> [SessionOrder] {
    guard case .listening(let call, _) = state else { return [] }
    turns += 1
    var turn = SessionTurn(id: turns)
    if let call { turn.calls = [call] }
    turn.sign = now + limits.patience
    state = .thinking(turn, deadline: now + limits.thinking)
    return []
  }

  // MARK: Thinking

  private mutating func understand(_ meaning: Understanding, at now: Duration) -> [SessionOrder] {
    guard case .thinking(var turn, _) = state, turn.generation == nil, turn.results.isEmpty else { return [] }
    let confirming = turn.calls.first
    turn.calls = []
    defer { isCalledAgain = false }
    switch meaning {
    case .confirmation(true):
      guard let confirming else { return sleep(after: turn) }
      turn.calls = [confirming]
      state = .acting(turn, deadline: now + limits.acting)
      return [.perform(confirming, isConfirmed: true)]
    case .confirmation(false):
      return confirming == nil ? sleep(after: turn) : say(.cancelled, in: turn, outcome: .refused, at: now)
    case .called:
      // Whoever calls again instead of answering has something else to say.
      open(for: limits.afterWake, at: now)
      return []
    case .nothing:
      return confirming == nil ? sleep(after: turn) : say(.cancelled, in: turn, outcome: .refused, at: now)
    case .call(let call):
      // Another command instead of an answer: the question is answered with no, the command stands for itself.
      turn.calls = [call]
      state = .acting(turn, deadline: now + limits.acting)
      return [.decide(call)]
    case .words(let words):
      // Nor is a no needed from who calls by name and says something else.
      if confirming != nil, !isCalledAgain { return say(.cancelled, in: turn, outcome: .refused, at: now) }
      guard hasModel else { return say(.notUnderstood, in: turn, outcome: .refused, at: now) }
      return generate(.words(words), in: turn, at: now)
    case .overheard(let words):
      guard hasModel, confirming == nil else { return sleep(after: turn) }
      turn.isOverheard = true
      return generate(.words(words), in: turn, at: now)
    }
  }

  mutating func generate(_ input: GenerationInput, in turn: SessionTurn, at now: Duration) -> [SessionOrder] {
    var turn = turn
    if turn.isInterrupted {
      turn.outcome = turn.results.contains { $0.isSuccess } ? .acted : .failed
      return yield(after: turn, at: now)
    }
    guard turn.generations < limits.generations else { return say(.failure, in: turn, outcome: .failed, at: now) }
    generations += 1
    turn.generations += 1
    turn.generation = generations
    state = .thinking(turn, deadline: now + limits.thinking)
    return [.generate(generation: generations, input)]
  }

  private mutating func take(_ event: GenerationEvent, of generation: Int, at now: Duration) -> [SessionOrder] {
    guard var turn = state.turn, turn.generation == generation else { return [] }
    switch event {
    case .text where turn.isOverheard && turn.done.isEmpty: return []
    case .text(let text):
      var orders: [SessionOrder] = []
      let voice = openVoice(in: &turn, orders: &orders)
      turn.outcome = turn.results.contains { $0.isSuccess } ? .acted : .answered
      state = .speaking(turn, confirming: nil, deadline: now + limits.speaking)
      return orders + [.say(voice: voice, .text(text))]
    case .toolCall(let call):
      if turn.calls.count < limits.calls { turn.calls.append(call) }
      replaceTurn(with: turn)
      return []
    case .begun, .toolCallBegun, .usage:
      return []
    case .finished:
      turn.generation = nil
      if let call = turn.calls.first {
        state = .acting(turn, deadline: now + limits.acting)
        return [.decide(call)]
      }
      return close(turn, at: now)
    }
  }

  // MARK: Ways back

  mutating func sleep(after turn: SessionTurn) -> [SessionOrder] {
    state = .asleep
    return [.finish(turn: turn.id, turn.outcome)]
  }

  /// The state's time is up.
  private mutating func overrun(at now: Duration) -> [SessionOrder] {
    switch state {
    case .asleep, .muted: return []
    case .listening(nil, _):
      state = .asleep
      return []
    case .listening(.some, _):
      // No answer in time counts as no.
      turns += 1
      return say(.cancelled, in: SessionTurn(id: turns), outcome: .refused, at: now)
    case .thinking(let turn, _), .acting(let turn, _):
      var orders = turn.generation.map { [SessionOrder.cancelGeneration($0)] } ?? []
      var turn = turn
      turn.generation = nil
      turn.calls = []
      orders += say(.failure, in: turn, outcome: .failed, at: now)
      return orders
    case .speaking: return abandon()
    }
  }

  /// Gives up whatever is going on.
  mutating func abandon() -> [SessionOrder] {
    let turn = state.turn
    state = .asleep
    guard let turn else { return [] }
    var orders: [SessionOrder] = []
    if let generation = turn.generation { orders.append(.cancelGeneration(generation)) }
    if let voice = turn.voice { orders.append(.stopVoice(voice)) }
    return orders + [.finish(turn: turn.id, turn.outcome)]
  }

  mutating func replaceTurn(with turn: SessionTurn) {
    switch state {
    case .asleep, .listening, .muted: break
    case .thinking(_, let deadline): state = .thinking(turn, deadline: deadline)
    case .acting(_, let deadline): state = .acting(turn, deadline: deadline)
    case .speaking(_, let confirming, let deadline):
      state = .speaking(turn, confirming: confirming, deadline: deadline)
    }
  }
}
