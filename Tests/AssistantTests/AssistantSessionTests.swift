import Assistant
import Audio
import Inference
import Synchronization
import Testing
import Tools

private let light = ToolCall(id: "1", name: "set_light", arguments: ["room": "hall"], origin: .phrase)
private let garage = ToolCall(id: "2", name: "open_garage", arguments: [:], origin: .phrase)

private struct House {
  var hands = RecordingHands(decisions: ["open_garage": .ask(reason: "always")])
  var voice = RecordingVoice()
  var log = RecordingLog()
  var recorder = EventRecorder()
  var model: ScriptedModel?

  /// A clock that goes on by one each time it is looked at.
  private static func situation() -> @Sendable () -> String {
    let clock = Clock()
    return { "It is \(clock.time.wrappingAdd(1, ordering: .relaxed).newValue)." }
  }

  private final class Clock: Sendable {
    let time = Atomic<Int>(0)
  }

  /// Runs a session over `texts`, each typed once the session is asleep or waits for an answer.
  func run(_ messages: [AssistantSession.Message]) async {
    let interpreter = ScriptedInterpreter(meanings: ["light on": .call(light), "garage": .call(garage)])
    let recorder = recorder
    let session = AssistantSession(
      parts: SessionParts(
        interpreter: interpreter, hands: hands, wording: PlainWording(),
        model: model.map { AnsweringModel($0, persona: "You are a house.", situation: Self.situation()) }, voice: voice,
        log: log),
      observer: { recorder.take($0) })
    for message in messages { session.send(message) }
    session.send(.end)
    await session.run()
  }
}

@Suite struct AssistantSessionTests {
  @Test func aSpokenPhraseActsAndAnswersInOneOrderOfEvents() async {
    let house = House()
    let decided = ContinuousClock().now
    await house.run([
      .speechStarted(at: SampleTime(frames: 16_000)),
      .speechStopped(
        at: SampleTime(frames: 32_000), reason: .silence, endpoint: .milliseconds(500), decided: decided),
      .transcript("light on"),
    ])
    #expect(house.hands.performed == [light])
    #expect(house.voice.said == ["did set_light"])
    let names = house.recorder.events.compactMap { $0.json?["event"]?.stringValue }
    #expect(
      names == [
        "speech_started", "speech_stopped", "transcript", "tool_call", "tool_result", "reply", "spoken", "turn",
      ])
    let turn = house.log.turns.first
    #expect(turn?.outcome == .acted)
    #expect(turn?.latency.endpoint == .milliseconds(500))
    #expect((turn?.latency.action ?? .zero) >= .milliseconds(500))
    #expect(turn?.latency.firstToken == nil)
  }

  @Test func wordsThatTheRecogniserDoesNotStandByDoNothing() async {
    let house = House()
    await house.run([
      .speechStarted(at: .zero),
      .speechStopped(at: .zero, reason: .silence, endpoint: .zero, decided: ContinuousClock().now),
      .transcript(nil),
    ])
    #expect(house.hands.performed.isEmpty)
    #expect(house.voice.said.isEmpty)
    #expect(house.log.turns.map(\.outcome) == [.nothingHeard])
  }

  @Test func aModelsTextIsSpokenAndItsCallsCarriedOut() async {
    var house = House()
    let call = ToolCall(id: "7", name: "set_fan", arguments: ["on": true], origin: .model)
    let model = ScriptedModel([
      [.toolCall(call), .finished(.toolCalls)],
      [.text("The fan "), .text("is on."), .finished(.stop)],
    ])
    house.model = model
    await house.run([.typed("some air please")])
    #expect(house.hands.performed == [call])
    #expect(house.voice.said == ["The fan ", "is on."])
    #expect(house.log.turns.map(\.outcome) == [.acted])
    #expect(model.unusedSteps == 0)
    // Looked at once a turn: what came before the result is the same for both answers.
    #expect(model.requests.map(\.situation) == ["It is 1.", "It is 1."])
  }

  @Test func aModelThatFailsEndsTheTurnWithAnApology() async {
    var house = House()
    house.model = ScriptedModel([])
    await house.run([.typed("tell me a story")])
    #expect(house.voice.said == ["sorry"])
    #expect(house.log.turns.map(\.outcome) == [.failed])
  }

  @Test func eventsHaveTheFixedShapes() {
    var latency = TurnLatency()
    latency.endpoint = .microseconds(512_345)
    let events: [(SessionEvent, JSONObject)] = [
      (.speechStarted(at: SampleTime(frames: 16_480)), ["event": "speech_started", "at_ms": 1030]),
      (
        .partial(text: "turn on", at: SampleTime(frames: 24_000)),
        ["event": "partial", "text": "turn on", "at_ms": 1500]
      ),
      (
        .speechStopped(at: SampleTime(frames: 43_840), reason: .silence),
        ["event": "speech_stopped", "at_ms": 2740, "reason": "silence"]
      ),
      (
        .spoken(audio: .milliseconds(1480), interrupted: false),
        ["event": "spoken", "audio_ms": 1480, "interrupted": false]
      ),
      (.turn(.acted, latency), ["event": "turn", "outcome": "acted", "latency_ms": ["endpoint": 512.3]]),
      (
        .toolCall(light),
        ["event": "tool_call", "id": "1", "name": "set_light", "arguments": ["room": "hall"], "by": "phrase"]
      ),
    ]
    for (event, json) in events { #expect(event.json == json) }
  }
}
