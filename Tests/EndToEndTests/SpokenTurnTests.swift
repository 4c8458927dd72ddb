import Actions
import Assistant
import Audio
import Configuration
import TestSupport
import OperatingSystem
import Testing
import Tools

@testable import earshot

/// Flite's voices speak into a WAV file; the whole path from the file to the simulated line runs as `earshot ask` does.
@Suite struct SpokenTurnTests {
  @Test func aSpokenCommandSwitchesItsLineAndIsAnswered() async throws {
    let events = try await RecordedTurns.hear(["turn on the kitchen light"])
    let call = events.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }.first
    #expect(call?.name == "set_light")
    #expect(call?.arguments == ["room": "kitchen", "on": true])
    #expect(events.contains(.reply(text: "The kitchen light is on.")))
    #expect(RecordedTurns.outcomes(events) == [.acted])
  }

  @Test func severalTurnsOfOneFileAreToldApart() async throws {
    let events = try await RecordedTurns.hear(["turn on the kitchen light", "turn off the kitchen light"])
    #expect(RecordedTurns.outcomes(events) == [.acted, .acted])
  }

  @Test func whoeverCallsIsHeardFromTheFirstWordOnAndOthersAreNot() async throws {
    let called = try await RecordedTurns.hear(
      ["okay nabu, turn on the kitchen light"], house: RecordedTurns.calledHouse)
    #expect(called.contains { if case .wake("okay nabu", _, _) = $0 { true } else { false } })
    #expect(called.contains(.transcript(text: "turn on the kitchen light")))
    #expect(RecordedTurns.outcomes(called) == [.acted])
    let uncalled = try await RecordedTurns.hear(["turn on the kitchen light"], house: RecordedTurns.calledHouse)
    #expect(uncalled == [])
  }

  @Test func whoCallsMayTakeABreathAndNeedsNotCallAgain() async throws {
    let events = try await RecordedTurns.hear(
      ["okay nabu", "turn on the kitchen light", "turn off the kitchen light"], house: RecordedTurns.calledHouse)
    #expect(events.filter { if case .wake = $0 { true } else { false } }.count == 1)
    #expect(RecordedTurns.outcomes(events) == [.acted, .acted])
  }

  @Test func keptTurnCanBeHeardAgain() async throws {
    let folder = try TemporaryFolder()
    let events = try await RecordedTurns.hear(
      ["turn on the kitchen light"], settings: ["transcription.keep_turns=\(folder.path)"])
    #expect(RecordedTurns.outcomes(events) == [.acted])
    let names = try namesInFolder(folder.path).get()
    #expect(names.map { $0.split(separator: ".").last.map(String.init) } == ["opus", "txt"])
    var options = FileSource.Options()
    options.trailingSilence = .seconds(1)
    let again = FileSource(path: folder.path + "/" + (names.first ?? ""), options: options)
    #expect(RecordedTurns.outcomes(try await RecordedTurns.hear(again)) == [.acted])
  }

  @Test func speechThatIsForNobodyDoesNothing() async throws {
    let events = try await RecordedTurns.hear(["did you see the football match last night"])
    #expect(!events.contains { if case .toolCall = $0 { true } else { false } })
    #expect(!RecordedTurns.outcomes(events).contains(.acted))
  }

  @Test func aRiskyActionNeedsItsYes() async throws {
    let configuration = try RecordedTurns.load(
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
    #expect(RecordedTurns.outcomes(kept.events) == [.asked, .refused])
    #expect(!kept.events.contains { if case .toolCall = $0 { true } else { false } })
  }
}
