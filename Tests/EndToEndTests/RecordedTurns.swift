import Actions
import Assistant
import Audio
import Configuration
import Speech
import Synchronization
import Tools

@testable import earshot

/// Recordings of Flite's voices through the whole path from the file to the simulated line, as `earshot ask` does it.
enum RecordedTurns {
  static let house = """
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

  static let calledHouse = "wake: {words: [okay nabu]}\n" + house

  /// Each sentence after half a second of silence and before one of a second, at 16 kHz.
  static func speech(_ sentences: [String], voice: FliteVoice = .slt) throws -> [Float] {
    let voice = try FliteSynthesiser(voice: voice)
    var samples: [Float] = []
    for sentence in sentences {
      samples += [Float](repeating: 0, count: 8_000)
      try voice.synthesise(sentence) { chunk in
        for index in chunk.indices { samples.append(chunk[index]) }
        return true
      }
      samples += [Float](repeating: 0, count: 16_000)
    }
    return samples
  }

  static func hear(
    _ sentences: [String], house: String = house, settings: [String] = []
  ) async throws -> [SessionEvent] {
    try await hear(try speech(sentences), house: house, settings: settings)
  }

  static func hear(
    _ samples: [Float], rate: SampleRate = .speech, house: String = house, settings: [String] = []
  ) async throws -> [SessionEvent] {
    let source = FileSource(bytes: try WAVWriter.encode(samples.span, sampleRate: rate), name: "spoken")
    return try await hear(source, house: house, settings: settings)
  }

  static func hear(
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

  static func load(_ yaml: String, settings: [String] = []) throws -> LoadedConfiguration {
    try Configuration.parse(Array(yaml.utf8), file: "test.yaml", settings: settings)
  }

  static func outcomes(_ events: [SessionEvent]) -> [TurnOutcome] {
    events.compactMap { if case .turn(let outcome, _) = $0 { outcome } else { nil } }
  }

  static func calls(_ events: [SessionEvent]) -> [ToolCall] {
    events.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
  }
}

final class EventKeeper: Sendable {
  private let kept = Mutex<[SessionEvent]>([])
  var events: [SessionEvent] { kept.withLock { $0 } }
  func take(_ event: SessionEvent) { kept.withLock { $0.append(event) } }
}
