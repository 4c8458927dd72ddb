import Assistant
import Audio
import Inference
import Synchronization
import Testing
import Tools
import Transcription

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

  var needsWake = false

  /// Runs a session over `messages`, and over `later` ones once the first turn is over.
  func run(_ messages: [AssistantSession.Message], then later: [AssistantSession.Message] = []) async {
    let session = session()
    for message in messages { session.send(message) }
    async let ending: Void = session.run()
    if !later.isEmpty { await wait(for: session, turns: 1) }
    for message in later { session.send(message) }
    session.send(.end)
    await ending
  }

  /// Types one text after the other, each once the turn before is over.
  func type(_ texts: [String]) async {
    let session = session()
    async let ending: Void = session.run()
    for (index, text) in texts.enumerated() {
      session.send(.typed(text))
      await wait(for: session, turns: index + 1)
    }
    session.send(.end)
    await ending
  }

  private func wait(for session: AssistantSession, turns: Int) async {
    while log.turns.count < turns || !session.isListening { try? await Task.sleep(for: .milliseconds(2)) }
  }

  private func session() -> AssistantSession {
    let interpreter = ScriptedInterpreter(meanings: ["light on": .call(light), "garage": .call(garage)])
    let recorder = recorder
    // A session ends once it is asleep; who has answered or asked would stay awake for seconds.
    var limits = Session.Limits()
    limits.followUp = .seconds(1)
    limits.confirmation = .seconds(1)
    return AssistantSession(
      parts: SessionParts(
        interpreter: interpreter, hands: hands, wording: PlainWording(),
        model: model.map { AnsweringModel($0, persona: "You are a house.", situation: Self.situation()) }, voice: voice,
        log: log, needsWake: needsWake),
      limits: limits, observer: { recorder.take($0) })
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
      .transcript(Heard.Words(text: "light on")),
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

  @Test func anAlarmIsNobodysTurn() async {
    let house = House()
    await house.run([.typed("light on")], then: [.step(.rang(Alarm(label: "eggs", length: .seconds(300))))])
    #expect(house.voice.said == ["did set_light"] + [String](repeating: "ring eggs", count: 8))
    #expect(house.log.turns.count == 2)
    #expect(house.log.turns.last?.latency == TurnLatency())
    #expect(house.log.turns.last?.transcript == "")
    #expect(house.log.turns.last?.outcome == .answered)
  }

  @Test func wordsThatTheRecogniserDoesNotStandByDoNothing() async {
    let house = House()
    await house.run([
      .speechStarted(at: .zero),
      .speechStopped(at: .zero, reason: .silence, endpoint: .zero, decided: ContinuousClock().now),
      .transcript(.uncertain("light on")),
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

  private static let speech: AssistantSession.Message = .speechStarted(at: .zero)
  private static let stop: AssistantSession.Message = .speechStopped(
    at: .zero, reason: .silence, endpoint: .zero, decided: ContinuousClock().now)
  private static let wake: AssistantSession.Message = .woke(phrase: "hey", score: 1, at: .zero)
  private static let fan = ToolCall(
    id: "7", name: "set_fan", arguments: ["on": true], origin: .model, confidence: 0.9)
  private static let answer: [GenerationEvent] = [.toolCall(fan), .finished(.toolCalls)]
  private static let words = Heard.Words(text: "some air please")

  @Test func whatWasBegunAtThePauseAnswersTheSameWords() async {
    var house = House()
    let model = ScriptedModel([Self.answer, [.text("It is on."), .finished(.stop)]])
    house.model = model
    await house.run([Self.speech, .supposed(Self.words, pause: 1), Self.stop, .transcript(Self.words)])
    #expect(house.hands.performed == [Self.fan])
    // One for the draft, one for the result.
    #expect(model.requests.count == 2)
    #expect(model.requests.map(\.situation) == ["It is 1.", "It is 1."])
  }

  @Test func anAnswerIsBegunAtTheFirstSilenceAndKeptIfTheWordsStay() async {
    for first in ["some air please", "some hair please"] {
      var house = House()
      let model = ScriptedModel([Self.answer, [.text("It is on."), .finished(.stop)]])
      house.model = model
      await house.run([
        Self.speech, .hushed(first), .supposed(Self.words, pause: 1), Self.stop, .transcript(Self.words),
      ])
      // The same words: the draft's call, and the answer to its result. Others: the draft's, and theirs.
      let isKept = first == Self.words.text
      #expect(model.requests.count == 2)
      #expect(model.requests.first?.messages.last == .user(first))
      #expect(house.hands.performed == (isKept ? [Self.fan] : []))
      #expect(house.voice.said == ["It is on."])
    }
  }

  @Test func aServerIsAskedAtThePauseOnly() async {
    var house = House()
    let model = ScriptedModel([Self.answer, [.text("It is on."), .finished(.stop)]], isAtHand: false)
    house.model = model
    await house.run([
      Self.speech, .hushed("some hair"), .supposed(Self.words, pause: 1), Self.stop, .transcript(Self.words),
    ])
    #expect(house.hands.performed == [Self.fan])
    #expect(model.requests.count == 2)
  }

  @Test func whatWasBegunForOtherWordsIsNeitherDoneNorSaid() async {
    var house = House()
    let model = ScriptedModel([Self.answer, [.text("No."), .finished(.stop)]])
    house.model = model
    await house.run([
      Self.speech, .supposed(Self.words, pause: 1), .supposed(nil, pause: 1), Self.stop,
      .transcript(Heard.Words(text: "some air please is what she said")),
    ])
    #expect(house.hands.performed.isEmpty)
    #expect(house.voice.said == ["No."])
    #expect(model.requests.count == 2)
  }

  @Test func whoOnlyAsksIsAskedBackBeforeAnythingIsSwitched() async {
    for (text, isDone) in [
      ("is the fan on", false), ("um what is the fan doing", false), ("could you turn the fan on", true),
      ("how about some air", true), ("i want some air", true),
    ] {
      var house = House()
      house.model = ScriptedModel([Self.answer, [.text("It is on."), .finished(.stop)]])
      await house.run([.typed(text)])
      #expect(house.hands.performed == (isDone ? [Self.fan] : []), "\(text)")
      if !isDone { #expect(house.voice.said.first == "shall I set_fan?") }
    }
  }

  @Test func theModelKnowsWhatWasAskedFirstAndWhatCameOfIt() async {
    func heard(after answer: String) async -> [ChatMessage] {
      var house = House()
      let done: [[GenerationEvent]] = answer == "yes" ? [[.text("It is on."), .finished(.stop)]] : []
      let model = ScriptedModel([Self.answer] + done + [[.text("Hello."), .finished(.stop)]])
      house.model = model
      await house.type(["is the fan on", answer, "good morning"])
      #expect(model.unusedSteps == 0)
      return model.requests.last?.messages ?? []
    }
    let asked: [ChatMessage] = [
      .system("You are a house."), .user("is the fan on"), .assistant(text: "shall I set_fan?", calls: []),
    ]
    // A call that was not made is nowhere.
    #expect(
      await heard(after: "no") == asked + [
        .user("no"), .assistant(text: "all right", calls: []), .user("good morning"),
      ])
    let result = ToolResult(id: Self.fan.id, name: Self.fan.name, isSuccess: true, output: .null)
    #expect(
      await heard(after: "yes") == asked + [
        .user("yes"), .assistant(text: "", calls: [Self.fan]), .tool(result),
        .assistant(text: "It is on.", calls: []), .user("good morning"),
      ])
  }

  @Test func whatAPhraseAskedFirstIsKnownToTheModelToo() async {
    var house = House()
    let model = ScriptedModel([[.text("Hello."), .finished(.stop)]])
    house.model = model
    await house.type(["garage", "yes", "good morning"])
    let result = ToolResult(id: garage.id, name: garage.name, isSuccess: true, output: .null)
    #expect(
      model.requests.last?.messages == [
        .system("You are a house."), .user("garage"), .assistant(text: "shall I open_garage?", calls: []),
        .user("yes"), .assistant(text: "", calls: [garage]), .tool(result),
        .assistant(text: "did open_garage", calls: []), .user("good morning"),
      ])
  }

  @Test func betweenTwoTurnsTheModelReadsWhatTheNextOneBeginsWith() async {
    var house = House()
    let model = ScriptedModel([])
    house.model = model
    await house.type(["light on"])
    #expect(model.requests.isEmpty && model.prefilled.count == 1)
    let result = ToolResult(id: light.id, name: light.name, isSuccess: true, output: .null)
    #expect(
      model.prefilled.last?.messages == [
        .system("You are a house."), .user("light on"), .assistant(text: "", calls: [light]), .tool(result),
        .assistant(text: "did set_light", calls: []), .user(""),
      ])
    #expect(model.prefilled.last?.situation.isEmpty == false)
  }

  @Test func aPhraseNeedsNoDraft() async {
    var house = House()
    let model = ScriptedModel([])
    house.model = model
    let words = Heard.Words(text: "light on")
    await house.run([Self.speech, .supposed(words, pause: 1), Self.stop, .transcript(words)])
    #expect(house.hands.performed == [light])
    #expect(model.requests.isEmpty)
  }

  @Test func halfHeardWordsGoToTheModelWhereSomebodyHasCalled() async {
    var house = House()
    house.needsWake = true
    house.model = ScriptedModel([[.text("I do not know."), .finished(.stop)]])
    await house.run([Self.wake, Self.speech, Self.stop, .transcript(.uncertain("light on"))])
    // A phrase that the recogniser does not stand by is no command.
    #expect(house.hands.performed.isEmpty)
    #expect(house.voice.said == ["I do not know."])
  }

  @Test func whatIsHalfHeardIsAskedAboutWhereTheModelIsNotVerySure() async {
    for (confidence, isDone) in [(0.85, true), (0.75, false)] {
      var house = House()
      house.needsWake = true
      var call = Self.fan
      call.confidence = confidence
      house.model = ScriptedModel([[.toolCall(call), .finished(.toolCalls)], [.text("Done."), .finished(.stop)]])
      await house.run([Self.wake, Self.speech, Self.stop, .transcript(.uncertain("some air please"))])
      #expect(house.hands.performed == (isDone ? [call] : []))
      #expect(house.voice.said.first == (isDone ? "Done." : "shall I set_fan?"))
    }
  }

  @Test func whatMostReadingsMeanIsDone() async {
    func answer(_ on: Bool, _ confidence: Double?) -> [GenerationEvent] {
      let call = ToolCall(
        id: "7", name: "set_fan", arguments: ["on": .bool(on)], origin: .model, confidence: confidence)
      return [.toolCall(call), .finished(.toolCalls)]
    }
    let done: [GenerationEvent] = [.text("Done."), .finished(.stop)]
    // The readings of what was heard; what the model makes of each; what is done, and how sure it is.
    let cases: [([(String, Double)], [[GenerationEvent]], Bool?, Double)] = [
      (
        [("some air", 1), ("no air", 0.8), ("know air", 0.7)],
        [answer(true, 0.9), answer(false, 0.9), answer(false, 0.8)], nil, 0
      ),
      (
        [("no air", 1), ("know air", 1), ("some air", 0.8)], [answer(true, 0.4), answer(false, 1), answer(false, 1)],
        false, 2 / 2.8
      ),
      ([("some air", 1), ("sum air", 0.5)], [answer(true, 0.9), answer(true, 0.5)], true, 1.15 / 1.5),
      // Not among them: it speaks for itself all the same.
      ([("sum air", 1)], [answer(true, 0.7), answer(true, 0.8)], true, 0.75),
      // The same thing twice is one thing; who does not say how sure it is has no say.
      (
        [("some air", 1), ("sum air", 0.5)], [answer(true, 0.9), [answer(true, 0.8)[0]] + answer(true, 0.7)], true,
        1.25 / 1.5
      ),
      ([("some air", 1), ("sum air", 1)], [answer(true, nil), answer(true, nil)], nil, 0),
      // One that fails has no say either; alone, what was heard best is held to more.
      ([("some air", 1), ("sum air", 1)], [answer(true, 0.7)], nil, 0),
    ]
    for (readings, answers, on, confidence) in cases {
      var house = House()
      house.needsWake = true
      let model = ScriptedModel(answers + (on == nil ? [] : [done]), isQuick: true)
      house.model = model
      var words = Heard.Words.uncertain("some air")
      words.readings = readings.map { Transcript.Reading(text: $0.0, likelihood: $0.1) }
      await house.run([Self.wake, Self.speech, Self.stop, .transcript(words)])
      #expect(model.unusedSteps == 0)
      #expect(house.hands.performed.map(\.arguments["on"]) == (on.map { [.bool($0)] } ?? []))
      guard let on else {
        #expect(house.voice.said.first == "shall I set_fan?")
        continue
      }
      #expect(abs((house.hands.performed.first?.confidence ?? 0) - confidence) < 1e-9)
      // What is remembered is what was understood.
      let understood = on ? "some air" : "no air"
      #expect(model.requests.last?.messages.contains(.user(understood)) == true)
      #expect(house.log.turns.first?.transcript == understood)
    }
  }

  @Test func readingsAreLeftAloneWhereTheRecogniserIsSureOrTheModelSlow() async {
    for isQuick in [true, false] {
      var house = House()
      let model = ScriptedModel([Self.answer, [.text("Done."), .finished(.stop)]], isQuick: isQuick)
      house.model = model
      house.needsWake = !isQuick
      var words = isQuick ? Self.words : .uncertain("some air please")
      words.readings = [Transcript.Reading(text: "some hair please", likelihood: 1)]
      await house.run([Self.wake, Self.speech, Self.stop, .transcript(words)])
      #expect(model.requests.first?.messages.last == .user("some air please"))
      #expect(house.hands.performed == [Self.fan])
      #expect(model.unusedSteps == 0)
    }
  }

  @Test func aNumberThatNobodySaidIsAskedAbout() async {
    for (text, isDone) in [
      ("some air at seventy please", false), ("some air at seven please", true), ("less air", true),
    ] {
      var house = House()
      let call = ToolCall(id: "7", name: "set_air", arguments: ["level": 7], origin: .model, confidence: 0.99)
      house.model = ScriptedModel([[.toolCall(call), .finished(.toolCalls)], [.text("Done."), .finished(.stop)]])
      await house.run([.typed(text)])
      #expect(house.hands.performed == (isDone ? [call] : []))
      #expect(house.voice.said.first == (isDone ? "Done." : "shall I set_air?"))
    }
  }

  @Test(arguments: [
    (answer: [GenerationEvent.text("Nice weather."), .finished(.stop)], calls: [ToolCall]()),
    (answer: Self.answer, calls: [Self.fan]),
  ])
  func whatIsHalfHeardUncalledIsDoneOrNothing(answer: [GenerationEvent], calls: [ToolCall]) async {
    var house = House()
    house.needsWake = true
    let model = ScriptedModel([answer] + (calls.isEmpty ? [] : [[.text("Done."), .finished(.stop)]]))
    house.model = model
    await house.run(
      [Self.wake, Self.speech, Self.stop, .transcript(Heard.Words(text: "light on"))],
      // The follow-up, without calling again.
      then: [Self.speech, Self.stop, .transcript(.uncertain("some air please"))])
    #expect(house.hands.performed == [light] + calls)
    #expect(house.voice.said == ["did set_light"] + (calls.isEmpty ? [] : ["Done."]))
    #expect(house.log.turns.map(\.outcome) == [.acted, calls.isEmpty ? .nothingHeard : .acted])
    #expect(model.unusedSteps == 0)
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

extension Heard.Words {
  /// Words that no phrase has.
  fileprivate static func uncertain(_ text: String) -> Heard.Words {
    var words = Heard.Words(text: text)
    words.isCertain = false
    return words
  }
}
