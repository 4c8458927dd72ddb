import Actions
import Assistant
import Audio
import Configuration
import Speech
import Synchronization
import TestSupport
import OperatingSystem
import Testing
import Tools

@testable import earshot

/// Flite's voices speak into a WAV file; the whole path from the file to the simulated line runs as `earshot ask` does.
@Suite struct SpokenTurnTests {
  @Test func aSpokenCommandSwitchesItsLineAndIsAnswered() async throws {
    let events = try await hear(["turn on the kitchen light"])
    let call = events.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }.first
    #expect(call?.name == "set_light")
    #expect(call?.arguments == ["room": "kitchen", "on": true])
    #expect(events.contains(.reply(text: "The kitchen light is on.")))
    #expect(outcomes(events) == [.acted])
  }

  @Test func severalTurnsOfOneFileAreToldApart() async throws {
    let events = try await hear(["turn on the kitchen light", "turn off the kitchen light"])
    #expect(outcomes(events) == [.acted, .acted])
  }

  @Test func whoeverCallsIsHeardFromTheFirstWordOnAndOthersAreNot() async throws {
    let called = try await hear(["okay nabu, turn on the kitchen light"], house: Self.calledHouse)
    #expect(called.contains { if case .wake("okay nabu", _, _) = $0 { true } else { false } })
    #expect(called.contains(.transcript(text: "turn on the kitchen light")))
    #expect(outcomes(called) == [.acted])
    let uncalled = try await hear(["turn on the kitchen light"], house: Self.calledHouse)
    #expect(uncalled == [])
  }

  @Test func whoCallsMayTakeABreathAndNeedsNotCallAgain() async throws {
    let events = try await hear(
      ["okay nabu", "turn on the kitchen light", "turn off the kitchen light"], house: Self.calledHouse)
    #expect(events.filter { if case .wake = $0 { true } else { false } }.count == 1)
    #expect(outcomes(events) == [.acted, .acted])
  }

  @Test func keptTurnCanBeHeardAgain() async throws {
    let folder = try TemporaryFolder()
    let events = try await hear(["turn on the kitchen light"], settings: ["transcription.keep_turns=\(folder.path)"])
    #expect(outcomes(events) == [.acted])
    let names = try namesInFolder(folder.path).get()
    #expect(names.map { $0.split(separator: ".").last.map(String.init) } == ["opus", "txt"])
    var options = FileSource.Options()
    options.trailingSilence = .seconds(1)
    let again = FileSource(path: folder.path + "/" + (names.first ?? ""), options: options)
    #expect(outcomes(try await hear(again)) == [.acted])
  }

  @Test func speechThatIsForNobodyDoesNothing() async throws {
    let events = try await hear(["did you see the football match last night"])
    #expect(!events.contains { if case .toolCall = $0 { true } else { false } })
    #expect(!outcomes(events).contains(.acted))
  }

  @Test func aRiskyActionNeedsItsYes() async throws {
    let configuration = try load(
      """
      board: simulated
      tools:
        - name: open_garage
          description: Open the garage door
          parameters: {type: object, properties: {}}
          phrases: ["raise the garage door"]
          confirm: always
          action: {gpio: {do: pulse, line: gpiochip0/1, for_ms: 10}}
      """)
    let house = try await House(configuration, log: NoActionLog())
    let kept = EventKeeper()
    var limits = Session.Limits()
    limits.confirmation = .milliseconds(1)
    let session = AssistantSession(parts: house.parts(voice: nil, log: NoTurnLog()), limits: limits) { kept.take($0) }
    session.send(.typed("raise the garage door"))
    session.send(.end)
    await session.run()
    _ = await house.runner.shutDown()
    #expect(outcomes(kept.events) == [.asked, .refused])
    #expect(!kept.events.contains { if case .toolCall = $0 { true } else { false } })
  }

  private static let house = """
    board: simulated
    tools:
      - name: set_light
        description: Switch a light on or off
        parameters:
          type: object
          properties: {room: {type: string, enum: [kitchen, hall]}, on: {type: boolean}}
          required: [room, on]
        phrases: ["(turn|switch) {on:on|off} the {room} light[s]"]
        action: {gpio: {do: set, line_from: room, lines: {kitchen: gpiochip0/1, hall: gpiochip0/2}, value_from: on}}
        reply: "The {room} light is {on:on|off}."
    """

  private static let calledHouse = "wake: {words: [okay nabu]}\n" + house

  private func hear(
    _ sentences: [String], house: String = house, settings: [String] = []
  ) async throws -> [SessionEvent] {
    let voice = try FliteSynthesiser(voice: .slt)
    var samples: [Float] = []
    for sentence in sentences {
      samples += [Float](repeating: 0, count: 8_000)
      try voice.synthesise(sentence) { chunk in
        for index in chunk.indices { samples.append(chunk[index]) }
        return true
      }
      samples += [Float](repeating: 0, count: 16_000)
    }
    let source = FileSource(bytes: try WAVWriter.encode(samples.span, sampleRate: .speech), name: "spoken")
    return try await hear(source, house: house, settings: settings)
  }

  private func hear(
    _ source: FileSource, house: String = house, settings: [String] = []
  ) async throws -> [SessionEvent] {
    let house = try await House(try load(house, settings: settings), log: NoActionLog())
    let kept = EventKeeper()
    let conversation = try Conversation(
      house: house, source: source, manner: .recorded, sink: nil, log: NoTurnLog(), observer: { kept.take($0) })
    await conversation.session.run()
    conversation.stop()
    source.stop()
    _ = await house.runner.shutDown()
    return kept.events
  }

  private func load(_ yaml: String, settings: [String] = []) throws -> LoadedConfiguration {
    try Configuration.parse(Array(yaml.utf8), file: "test.yaml", settings: settings)
  }

  private func outcomes(_ events: [SessionEvent]) -> [TurnOutcome] {
    events.compactMap { if case .turn(let outcome, _) = $0 { outcome } else { nil } }
  }
}

private final class EventKeeper: Sendable {
  private let kept = Mutex<[SessionEvent]>([])
  var events: [SessionEvent] { kept.withLock { $0 } }
  func take(_ event: SessionEvent) { kept.withLock { $0.append(event) } }
}
