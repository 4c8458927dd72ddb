import Tools

/// Calls are decided, carried out, and told of.
extension Session {
  mutating func take(_ decision: CallDecision, of id: String, at now: Duration) -> [SessionOrder] {
    guard case .acting(var turn, _) = state, let call = turn.calls.first, call.id == id else { return [] }
    switch decision {
    case .allow:
      state = .acting(turn, deadline: now + limits.acting)
      return [.perform(call, isConfirmed: false)]
    case .ask where turn.isOverheard, .deny where turn.isOverheard: return sleep(after: turn)
    case .ask(let reason):
      turn.calls = []
      let orders = say(.question(call, reason: reason), in: turn, outcome: .asked, at: now)
      if case .speaking(let turn, _, let deadline) = state {
        state = .speaking(turn, confirming: call, deadline: deadline)
      }
      return orders
    case .deny(let reason):
      turn.calls = []
      return say(.refusal(reason: reason), in: turn, outcome: .refused, at: now)
    }
  }

  mutating func take(_ result: ToolResult, at now: Duration) -> [SessionOrder] {
    guard case .acting(var turn, _) = state, let call = turn.calls.first, call.id == result.id else { return [] }
    turn.done.append(turn.calls.removeFirst())
    turn.results.append(result)
    if let next = turn.calls.first {
      state = .acting(turn, deadline: now + limits.acting)
      return [.decide(next)]
    }
    if call.origin == .model { return report(turn, at: now) }
    return say(.result(result, call: call), in: turn, outcome: result.isSuccess ? .acted : .failed, at: now)
  }

  /// All that a model asked for was tried. What has words of its own is said in them; what failed is told to the model,
  /// once, because it may know another way.
  private mutating func report(_ turn: SessionTurn, at now: Duration) -> [SessionOrder] {
    var turn = turn
    let results = turn.results[turn.told...]
    let hasFailed = !results.allSatisfy(\.isSuccess)
    if hasFailed ? turn.isRepaired : hasWords(for: turn) {
      let sayings = zip(results, turn.done[turn.told...]).map { Saying.result($0, call: $1) }
      return say(sayings, in: turn, outcome: results.contains(where: \.isSuccess) ? .acted : .failed, at: now)
    }
    if hasFailed { turn.isRepaired = true }
    turn.told = turn.results.count
    return generate(.results(Array(results)), in: turn, at: now)
  }

  /// Whether everything that a turn did since the model was last told, and has still to do, has words of its own.
  func hasWords(for turn: SessionTurn) -> Bool {
    (turn.done[turn.told...] + turn.calls).allSatisfy { wordedTools.contains($0.name) }
  }
}
