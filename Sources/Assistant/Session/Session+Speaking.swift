import Tools

/// What is said, and how a turn ends with it.
extension Session {
  mutating func openVoice(in turn: inout SessionTurn, orders: inout [SessionOrder]) -> Int {
    if let voice = turn.voice, turn.isVoiceOpen { return voice }
    voices += 1
    turn.voice = voices
    turn.isVoiceOpen = true
    orders.append(.openVoice(voices))
    return voices
  }

  mutating func say(
    _ saying: Saying, in turn: SessionTurn, outcome: TurnOutcome, at now: Duration
  ) -> [SessionOrder] {
    say([saying], in: turn, outcome: outcome, at: now)
  }

  /// Says one thing after the other, and nothing more in this turn.
  mutating func say(
    _ sayings: [Saying], in turn: SessionTurn, outcome: TurnOutcome, at now: Duration
  ) -> [SessionOrder] {
    var turn = turn
    turn.outcome = outcome
    if turn.isInterrupted { return yield(after: turn, at: now) }
    var orders: [SessionOrder] = []
    let voice = openVoice(in: &turn, orders: &orders)
    turn.isVoiceOpen = false
    state = .speaking(turn, confirming: nil, deadline: now + limits.speaking)
    return orders + sayings.map { .say(voice: voice, $0) } + [.closeVoice(voice)]
  }

  /// The model has finished and asked for nothing more: what it said, if anything, is said to its end.
  mutating func close(_ turn: SessionTurn, at now: Duration) -> [SessionOrder] {
    var turn = turn
    guard let voice = turn.voice, turn.isVoiceOpen else {
      turn.outcome = turn.results.contains { $0.isSuccess } ? .acted : turn.isOverheard ? .nothingHeard : .answered
      return sleep(after: turn)
    }
    turn.isVoiceOpen = false
    state = .speaking(turn, confirming: nil, deadline: now + limits.speaking)
    return [.closeVoice(voice)]
  }

  mutating func endVoice(_ voice: Int, at now: Duration) -> [SessionOrder] {
    guard var turn = state.turn, turn.voice == voice else { return [] }
    guard case .speaking(_, let confirming, _) = state, turn.generation == nil else {
      // The voice gave out while work goes on; what follows gets a new one.
      turn.voice = nil
      turn.isVoiceOpen = false
      replaceTurn(with: turn)
      return []
    }
    if ringsOn(turn, at: now) { return ring() }
    if let confirming {
      open(for: limits.confirmation, confirming: confirming, at: now)
    } else if needsWake, limits.followUp > .zero {
      open(for: limits.followUp, at: now)
    } else {
      state = .asleep
    }
    return [.finish(turn: turn.id, turn.outcome)]
  }

  /// The sound that says that a turn is being worked on, where nothing has been heard of it for long.
  mutating func signOfLife(at now: Duration) -> SessionOrder? {
    switch state {
    case .asleep, .listening, .speaking, .muted: return nil
    case .thinking, .acting: break
    }
    guard var turn = state.turn, turn.voice == nil, !turn.isOverheard, !turn.isInterrupted,
      let sign = turn.sign, now >= sign, let deadline = state.deadline, now < deadline
    else { return nil }
    turn.sign = now + limits.patience * 3
    replaceTurn(with: turn)
    return .play(.thinking)
  }
}
