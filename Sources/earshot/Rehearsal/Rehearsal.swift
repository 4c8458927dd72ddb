import Assistant
import Audio
import AudioCapture
import AudioPlayback
import Configuration
import SoundCards
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
    /// Nil where the line was typed.
    var timing: Timing?

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

  /// When things happened, counted from the line's last audible sample in the room; all waiting is in it.
  struct Timing: Sendable {
    /// The turn was taken for ended.
    var turnEnd: Duration?
    /// The first tool call had done its work.
    var action: Duration?
    /// The reply's first sample left the loudspeaker.
    var firstAudio: Duration?
  }

  /// -46 dBFS: quieter is a voice's own silence.
  static let audible: Float = 0.005

  private let room: Room
  private let conversation: Conversation
  private let session: Task<Void, Never>
  private let kept: Kept
  private let voices = Mutex<[String: FliteSynthesiser]>([:])

  /// Starts the room and the session. Ends with ``end()``.
  init(house: House, room: Room, model: AnsweringModel? = nil) throws {
    self.room = room
    let kept = Kept()
    conversation = try opening(room.source.name) {
      try Conversation(
        house: house, model: model, source: room.source, manner: .live, sink: room.sink, log: NoTurnLog(),
        observer: { event in kept.events.withLock { $0.append(Told(event: event)) } })
    }
    try starting(room.mouth)
    // Ends when the conversation is finished, in `end()`.
    session = Task { [conversation] in await conversation.session.run() }
    self.kept = kept
  }

  /// What the session told, and when; twice, since the loudspeaker's history counts by the monotonic clock.
  private struct Told {
    var at = ContinuousClock().now
    var nanoseconds = monotonicNanoseconds()
    var event: SessionEvent
  }

  private final class Kept: Sendable {
    let events = Mutex<[Told]>([])
    /// When the loudspeaker's first sample of the present line's reply was in the air, and how far it had played before.
    let voice = Mutex<(before: Int64, began: ContinuousClock.Instant?)>((0, nil))
  }

  /// Speaks or types a line and waits until the session has answered and is quiet again.
  func say(_ line: Script.Line) async throws -> Take {
    kept.events.withLock { $0 = [] }
    kept.voice.withLock { $0 = (room.sink.heardFrames, nil) }
    var spoken: Spoken?
    if line.isTyped {
      conversation.session.send(.typed(line.text))
    } else {
      spoken = try await play(try speech(line))
    }
    // Nothing noticed after three seconds is nothing heard; a turn that is under way has its own limits.
    try await until(limit: .seconds(3)) { self.hasTurn || self.isUnderWay }
    try await until(limit: .seconds(90)) { !self.isUnderWay }
    try await Task.sleep(for: .milliseconds(350))
    try await until(limit: .seconds(30)) { !self.isUnderWay }
    let events = kept.events.withLock { $0 }
    return Take(
      line: line, spoken: spoken?.duration ?? .zero, events: events.map(\.event),
      timing: spoken.map { timing(of: events, since: $0.end) })
  }

  private func timing(
    of events: [Told], since end: ContinuousClock.Instant
  ) -> Timing {
    func first(_ isIt: (SessionEvent) -> Bool) -> Duration? { events.first { isIt($0.event) }.map { $0.at - end } }
    return Timing(
      turnEnd: first { if case .speechStopped = $0 { true } else { false } },
      action: first { if case .toolResult = $0 { true } else { false } },
      firstAudio: kept.voice.withLock { $0.began }.map { $0 - end })
  }

  /// What came of one scene.
  struct SceneTake: Sendable {
    var scene: Scene
    var events: [SessionEvent]
    /// All counted from the first audible sample of what was heard over the reply.
    var pausedAfter: Duration?
    var caughtAfter: Duration?
    /// From the pause, or the stop where there was none, until the loudspeaker's last sample.
    var silentAfter: Duration?
    var pausedFor: Duration?

    var isInterrupted: Bool { caughtAfter != nil }
    var isResumed: Bool { events.contains(.overlap(.resumed)) }
    /// What was called after the interruption.
    var calls: [ToolCall] {
      let later = events.drop { $0 != .overlap(.interrupted) }
      return later.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
    }
  }

  /// Lets somebody ask and something be heard over the answer; returns when all is quiet.
  func perform(_ scene: Scene) async throws -> SceneTake {
    room.setEcho(scene.room, noise: scene.background)
    kept.events.withLock { $0 = [] }
    kept.voice.withLock { $0 = (room.sink.heardFrames, nil) }
    _ = try await play(try speech(scene.opening))
    try await until(limit: .seconds(5)) { self.kept.voice.withLock { $0.began != nil } }
    if let began = kept.voice.withLock({ $0.began }) { try await Task.sleep(until: began + scene.after) }
    kept.events.withLock { $0 = [] }
    let sound =
      switch scene.sound {
      case .voice(let line): try speech(line)
      case .noise(let noise): noise.samples(rate: room.mouth.sampleRate.hertz)
      }
    let spoken = try await play(sound)
    try await until(limit: .seconds(90)) { !self.isUnderWay }
    try await Task.sleep(for: .milliseconds(350))
    try await until(limit: .seconds(30)) { !self.isUnderWay }
    let told = kept.events.withLock { $0 }
    func first(_ overlap: SpeechOverlap) -> Told? { told.first { $0.event == .overlap(overlap) } }
    var take = SceneTake(scene: scene, events: told.map(\.event))
    take.pausedAfter = first(.paused).map { $0.at - spoken.begin }
    take.caughtAfter = first(.interrupted).map { $0.at - spoken.begin }
    if let paused = first(.paused), let resumed = first(.resumed) { take.pausedFor = resumed.at - paused.at }
    take.silentAfter = (first(.paused) ?? first(.interrupted)).flatMap { silence(after: $0.nanoseconds) }
    return take
  }

  /// How long the loudspeaker sounded on after a moment; nil where it was heard again too soon after to tell, or had not been
  /// heard before.
  private func silence(after nanoseconds: Int64) -> Duration? {
    guard let history = room.monitor?.history ?? room.sink.history else { return nil }
    let start = PlaybackHistory.position(atNanoseconds: nanoseconds)
    // A server's resampler leaves traces behind.
    func isAudible(_ position: Int64) -> Bool { abs(history.sample(at: position)) > Self.audible / 10 }
    guard (start - 8_000..<start).contains(where: isAudible) else { return nil }
    // Up to the first tenth of a second without a sample.
    var last = start
    for position in start..<start + 8_000 {
      if isAudible(position) { last = position }
      if position - last > 1_600 { return .nanoseconds((last - start) * PlaybackHistory.nanosecondsPerPosition) }
    }
    return nil
  }

  /// Something that the room has heard: how long it lasted, and when its first and last audible samples sounded.
  private struct Spoken {
    var duration: Duration
    var begin: ContinuousClock.Instant
    var end: ContinuousClock.Instant
  }

  /// Plays into the room and waits until it has heard all of it.
  private func play(_ samples: [Float]) async throws -> Spoken {
    let rate = room.mouth.sampleRate
    let begin = room.mouth.queuedFrames
    var rest = samples[...]
    // The device tells its position in steps; the earliest instant at which any position was reached gives the line
    // that they lie on, to within a few milliseconds.
    let clock = ContinuousClock()
    var origin: ContinuousClock.Instant?
    func look() {
      let heard = room.mouth.heardFrames - begin
      guard heard > 0, heard < Int64(samples.count) else { return }
      let candidate = clock.now - rate.duration(ofFrames: Int(heard))
      origin = origin.map { min($0, candidate) } ?? candidate
    }
    while !rest.isEmpty {
      let taken = room.mouth.write(rest.span)
      rest = rest.dropFirst(taken)
      look()
      if !rest.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    }
    let duration = rate.duration(ofFrames: samples.count)
    let end = room.mouth.queuedFrames
    try await until(limit: duration + .seconds(3)) {
      look()
      return self.room.mouth.heardFrames >= end
    }
    let first = samples.firstIndex { abs($0) > Self.audible } ?? 0
    let last = (samples.lastIndex { abs($0) > Self.audible } ?? 0) + 1
    let start = origin ?? clock.now - duration
    return Spoken(
      duration: duration, begin: start + rate.duration(ofFrames: first), end: start + rate.duration(ofFrames: last))
  }

  func end() async {
    conversation.finish()
    await session.value
    conversation.stop()
    for part in [room.sink, room.mouth] { part.stop() }
    room.source.stop()
    room.monitor?.stop()
  }

  var counters: AudioSourceCounters { room.source.counters }

  private var hasTurn: Bool {
    kept.events.withLock { $0.contains { if case .turn = $0.event { true } else { false } } }
  }

  /// Whether speech or a turn has begun and not ended.
  private var isUnderWay: Bool {
    if !conversation.session.isListening { return true }
    return kept.events.withLock { events in
      var isOpen = false
      for told in events {
        switch told.event {
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
    while !condition(), clock.now < end {
      watchVoice()
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// The position goes up in steps, so what is known of the first step gives the beginning.
  private func watchVoice() {
    let heard = room.sink.heardFrames
    kept.voice.withLock { voice in
      guard voice.began == nil, heard > voice.before else { return }
      voice.began = ContinuousClock().now - room.sink.sampleRate.duration(ofFrames: Int(heard - voice.before))
    }
  }

  /// The line's samples at the mouth's rate, which is Flite's.
  func speech(_ line: Script.Line) throws -> [Float] {
    let voice = try voices.withLock { voices in
      if let voice = voices[line.voice] { return voice }
      let voice = try FliteSynthesiser(named: line.voice)
      voices[line.voice] = voice
      return voice
    }
    var samples: [Float] = []
    for piece in line.pieces {
      var spoken: [Float] = []
      try voice.synthesise(piece.text) { chunk in
        for index in chunk.indices { spoken.append(chunk[index]) }
        return true
      }
      // The voice's own silence would make the pauses longer than they are said to be.
      let audible = spoken.indices.filter { abs(spoken[$0]) > Self.audible }
      if let first = audible.first, let last = audible.last { samples += spoken[first...last] }
      samples += Array(repeating: 0, count: room.mouth.sampleRate.frames(in: piece.pause))
    }
    return samples
  }
}
