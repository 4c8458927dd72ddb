import Assistant
import Audio
import AudioCapture
import AudioPlayback
import Configuration
import Speech
import Synchronization
import Tools

/// One session in a room in which synthetic voices speak, in real time. What the daemon does, with somebody to talk to.
final class Rehearsal: Sendable {
  /// What came of one line.
  struct Take: Sendable {
    var line: Script.Line
    /// How long the voice spoke.
    var spoken: Duration
    var events: [SessionEvent]

    var transcripts: [String] { events.compactMap { if case .transcript(let text) = $0 { text } else { nil } } }
    var calls: [ToolCall] { events.compactMap { if case .toolCall(let call) = $0 { call } else { nil } } }
    var results: [ToolResult] { events.compactMap { if case .toolResult(let result) = $0 { result } else { nil } } }
    var replies: [String] { events.compactMap { if case .reply(let text) = $0 { text } else { nil } } }
    /// Of the last turn; nil where no speech was noticed at all.
    var turn: (outcome: TurnOutcome, latency: TurnLatency)? {
      for case .turn(let outcome, let latency) in events.reversed() { return (outcome, latency) }
      return nil
    }
  }

  private let room: Room
  private let conversation: Conversation
  private let session: Task<Void, Never>
  private let kept: Kept
  private let voices = Mutex<[String: FliteSynthesiser]>([:])

  /// Starts the room and the session. Ends with ``end()``.
  init(house: House, room: Room) throws {
    self.room = room
    let kept = Kept()
    conversation = try opening(room.source.name) {
      try Conversation(
        house: house, source: room.source, manner: .live, sink: room.sink, log: NoTurnLog(),
        observer: { event in kept.events.withLock { $0.append(event) } })
    }
    try starting(room.mouth)
    // Ends when the conversation is finished, in `end()`.
    session = Task { [conversation] in await conversation.session.run() }
    self.kept = kept
  }

  private final class Kept: Sendable {
    let events = Mutex<[SessionEvent]>([])
  }

  /// Speaks a line into the room and waits until the session has answered and is quiet again.
  func say(_ line: Script.Line) async throws -> Take {
    kept.events.withLock { $0 = [] }
    let samples = try speech(line)
    var rest = samples[...]
    while !rest.isEmpty {
      let taken = room.mouth.write(rest.span)
      rest = rest.dropFirst(taken)
      if !rest.isEmpty { try await Task.sleep(for: .milliseconds(50)) }
    }
    let duration = room.mouth.sampleRate.duration(ofFrames: samples.count)
    let end = room.mouth.queuedFrames
    try await until(limit: duration + .seconds(3)) { self.room.mouth.heardFrames >= end }
    // Nothing noticed after three seconds is nothing heard; a turn that is under way has its own limits.
    try await until(limit: .seconds(3)) { self.hasTurn || self.isUnderWay }
    try await until(limit: .seconds(90)) { !self.isUnderWay }
    try await Task.sleep(for: .milliseconds(350))
    try await until(limit: .seconds(30)) { !self.isUnderWay }
    return Take(line: line, spoken: duration, events: kept.events.withLock { $0 })
  }

  func end() async {
    conversation.finish()
    await session.value
    conversation.stop()
    for part in [room.sink, room.mouth] { part.stop() }
    room.source.stop()
  }

  var counters: AudioSourceCounters { room.source.counters }

  private var hasTurn: Bool {
    kept.events.withLock { $0.contains { if case .turn = $0 { true } else { false } } }
  }

  /// Whether speech or a turn has begun and not ended.
  private var isUnderWay: Bool {
    if !conversation.session.isListening { return true }
    return kept.events.withLock { events in
      var isOpen = false
      for event in events {
        switch event {
        case .speechStarted: isOpen = true
        case .turn: isOpen = false
        case .stateChanged("asleep"): isOpen = false
        default: break
        }
      }
      return isOpen
    }
  }

  private func until(limit: Duration, _ condition: () -> Bool) async throws {
    let clock = ContinuousClock()
    let end = clock.now + limit
    while !condition(), clock.now < end { try await Task.sleep(for: .milliseconds(5)) }
  }

  /// The line's samples at the mouth's rate, which is Flite's.
  private func speech(_ line: Script.Line) throws -> [Float] {
    let voice = try voices.withLock { voices in
      if let voice = voices[line.voice] { return voice }
      let voice = try FliteSynthesiser(named: line.voice)
      voices[line.voice] = voice
      return voice
    }
    var samples: [Float] = []
    try voice.synthesise(line.text) { chunk in
      for index in chunk.indices { samples.append(chunk[index]) }
      return true
    }
    return samples
  }
}
