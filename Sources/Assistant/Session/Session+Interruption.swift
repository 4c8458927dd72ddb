import Tools

/// Somebody speaks while the assistant speaks or works.
extension Session {
  mutating func holdVoice(at now: Duration) -> [SessionOrder] {
    guard case .speaking(var turn, _, _) = state, turn.held == nil, let voice = turn.voice else { return [] }
    turn.held = now + limits.overlap
    replaceTurn(with: turn)
    return [.pauseVoice(voice)]
  }

  mutating func releaseVoice() -> [SessionOrder] {
    guard var turn = state.turn, turn.held != nil else { return [] }
    turn.held = nil
    replaceTurn(with: turn)
    return turn.voice.map { [.resumeVoice($0)] } ?? []
  }

  /// Somebody cuts in. What is being carried out cannot be taken back, what is being thought or said can.
  mutating func giveWay(at now: Duration) -> [SessionOrder] {
    switch state {
    case .asleep, .listening, .muted: return []
    case .thinking(let turn, _) where turn.generation == nil: return []
    case .acting(var turn, let deadline):
      let voice = turn.voice
      turn.isInterrupted = true
      (turn.voice, turn.isVoiceOpen, turn.held) = (nil, false, nil)
      state = .acting(turn, deadline: deadline)
      return voice.map { [.stopVoice($0)] } ?? []
    case .thinking(var turn, let deadline):
      turn.outcome = turn.results.contains { $0.isSuccess } ? .acted : .refused
      state = .thinking(turn, deadline: deadline)
      let orders = abandon()
      open(for: limits.afterWake, at: now)
      return orders
    case .speaking(_, let confirming, _):
      // Who answers before the question is over answers it.
      let orders = abandon()
      open(for: limits.afterWake, confirming: confirming, at: now)
      return orders
    }
  }

  /// An interrupted turn has done what it had to: whoever cut in is being listened to.
  mutating func yield(after turn: SessionTurn, at now: Duration) -> [SessionOrder] {
    open(for: limits.afterWake, at: now)
    return [.finish(turn: turn.id, turn.outcome)]
  }
}
