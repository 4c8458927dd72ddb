import Tools

/// A timer's time is up: a sound and words, again and again, until somebody says something or it has rung long enough.
///
/// It is a turn of its own that nobody has begun. Whoever speaks over it is judged as over any reply, so that "stop" ends
/// it at once and a cough does not.
extension Session {
  /// The words come with every so many sounds.
  private static let soundsPerSaying = 4

  /// Begins with the oldest alarm where nobody speaks and nothing is being done.
  mutating func ringIfQuiet(at now: Duration) -> [SessionOrder] {
    guard isQuiet, !alarms.isEmpty else { return [] }
    turns += 1
    var turn = SessionTurn(id: turns)
    turn.alarm = alarms.removeFirst()
    turn.outcome = .answered
    state = .speaking(turn, confirming: nil, deadline: now + limits.ringing)
    return ring()
  }

  /// The next sound, or the words. Each is a voice of its own: the end of one begins the next.
  mutating func ring() -> [SessionOrder] {
    guard case .speaking(var turn, _, let deadline) = state, let alarm = turn.alarm else { return [] }
    voices += 1
    turn.voice = voices
    turn.rings += 1
    state = .speaking(turn, confirming: nil, deadline: deadline)
    let isSaid = turn.rings % Self.soundsPerSaying == 2
    return [
      .openVoice(voices), isSaid ? .say(voice: voices, .alarm(alarm)) : .play(.alarm), .closeVoice(voices),
    ]
  }

  /// Says it once, without a turn.
  mutating func announce(_ alarm: Alarm) -> [SessionOrder] {
    voices += 1
    return [.openVoice(voices), .say(voice: voices, .alarm(alarm)), .closeVoice(voices)]
  }

  /// Whether a turn rings on after one of its voices has ended.
  func ringsOn(_ turn: SessionTurn, at now: Duration) -> Bool {
    guard turn.alarm != nil, let deadline = state.deadline else { return false }
    return turn.rings < limits.rings && now < deadline
  }
}
