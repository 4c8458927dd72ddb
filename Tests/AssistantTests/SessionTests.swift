import Assistant
import Inference
import Testing
import Tools

private let light = ToolCall(id: "1", name: "set_light", arguments: ["room": .string("hall")], origin: .phrase)
private let eggs = Alarm(label: "eggs", length: .seconds(300))
private let lightOn = ToolResult(id: "1", name: "set_light", isSuccess: true, output: .null)

/// A session that has been led through `inputs`, one per second.
private func session(
  hasModel: Bool = false, needsWake: Bool = false, after inputs: [SessionInput]
) -> (Session, Duration) {
  var session = Session(hasModel: hasModel, needsWake: needsWake)
  var now = Duration.zero
  for input in inputs {
    now += .seconds(1)
    _ = session.advance(input, at: now)
  }
  return (session, now)
}

@Suite struct SessionTests {
  @Test func aPhraseIsDecidedPerformedAndAnswered() {
    var session = Session(hasModel: false)
    #expect(session.advance(.speechStarted, at: .zero) == [])
    #expect(session.advance(.turnEnded, at: .seconds(2)) == [])
    #expect(session.advance(.understood(.call(light)), at: .seconds(2)) == [.decide(light)])
    #expect(session.advance(.decided(callID: "1", .allow), at: .seconds(2)) == [.perform(light, isConfirmed: false)])
    #expect(
      session.advance(.performed(lightOn), at: .seconds(2)) == [
        .openVoice(1), .say(voice: 1, .result(lightOn, call: light)), .closeVoice(1),
      ])
    #expect(session.advance(.voiceEnded(voice: 1), at: .seconds(4)) == [.finish(turn: 1, .acted)])
    #expect(session.state == .asleep)
  }

  @Test func aRiskyCallIsPerformedOnlyAfterAYes() {
    var (session, now) = session(after: [
      .speechStarted, .turnEnded, .understood(.call(light)), .decided(callID: "1", .ask(reason: "always")),
    ])
    #expect(session.state.name == "speaking")
    #expect(session.advance(.voiceEnded(voice: 1), at: now) == [.finish(turn: 1, .asked)])
    #expect(session.state == .listening(confirming: light, deadline: now + session.limits.confirmation))
    _ = session.advance(.speechStarted, at: now)
    _ = session.advance(.turnEnded, at: now)
    #expect(session.advance(.understood(.confirmation(true)), at: now) == [.perform(light, isConfirmed: true)])
  }

  @Test(arguments: [Understanding.confirmation(false), .nothing, .words("well maybe")])
  func anythingButAYesIsANo(_ meaning: Understanding) {
    var (session, now) = session(after: [
      .speechStarted, .turnEnded, .understood(.call(light)), .decided(callID: "1", .ask(reason: "always")),
      .voiceEnded(voice: 1), .speechStarted, .turnEnded,
    ])
    let orders = session.advance(.understood(meaning), at: now)
    #expect(orders == [.openVoice(2), .say(voice: 2, .cancelled), .closeVoice(2)])
    #expect(session.advance(.voiceEnded(voice: 2), at: now) == [.finish(turn: 2, .refused)])
  }

  @Test func whoCallsByNameInsteadOfAnsweringHasSomethingElseToSay() {
    var (session, now) = session(
      hasModel: true, needsWake: true,
      after: [
        .woken, .turnEnded, .understood(.call(light)), .decided(callID: "1", .ask(reason: "always")),
        .voiceEnded(voice: 1), .woken, .turnEnded,
      ])
    #expect(
      session.advance(.understood(.words("is it raining")), at: now) == [
        .generate(generation: 1, .words("is it raining"))
      ])
    #expect(session.state.turn?.calls == [])
  }

  @Test func noAnswerInTimeIsANo() {
    var (session, now) = session(after: [
      .speechStarted, .turnEnded, .understood(.call(light)), .decided(callID: "1", .ask(reason: "always")),
      .voiceEnded(voice: 1),
    ])
    #expect(session.advance(.tick, at: now + .seconds(7)) == [])
    #expect(
      session.advance(.tick, at: now + .seconds(8)) == [.openVoice(2), .say(voice: 2, .cancelled), .closeVoice(2)])
  }

  @Test func anotherCommandInsteadOfAnAnswerIsDecidedAfresh() {
    var (session, now) = session(after: [
      .speechStarted, .turnEnded, .understood(.call(light)), .decided(callID: "1", .ask(reason: "always")),
      .voiceEnded(voice: 1), .speechStarted, .turnEnded,
    ])
    let other = ToolCall(id: "2", name: "set_fan", arguments: [:], origin: .phrase)
    #expect(session.advance(.understood(.call(other)), at: now) == [.decide(other)])
  }

  @Test func aDeniedCallIsNeverPerformed() {
    var (session, now) = session(after: [.speechStarted, .turnEnded, .understood(.call(light))])
    let orders = session.advance(.decided(callID: "1", .deny(reason: "quiet hours")), at: now)
    #expect(orders == [.openVoice(1), .say(voice: 1, .refusal(reason: "quiet hours")), .closeVoice(1)])
    #expect(session.advance(.voiceEnded(voice: 1), at: now) == [.finish(turn: 1, .refused)])
  }

  @Test func aModelAnswersWhatIsNoPhrase() {
    var (session, now) = session(hasModel: true, after: [.speechStarted, .turnEnded])
    #expect(
      session.advance(.understood(.words("who are you")), at: now) == [.generate(generation: 1, .words("who are you"))])
    #expect(
      session.advance(.generated(generation: 1, .text("I am ")), at: now) == [
        .openVoice(1), .say(voice: 1, .text("I am ")),
      ])
    #expect(
      session.advance(.generated(generation: 1, .text("Earshot.")), at: now) == [.say(voice: 1, .text("Earshot."))])
    #expect(session.advance(.generated(generation: 1, .finished(.stop)), at: now) == [.closeVoice(1)])
    #expect(session.advance(.voiceEnded(voice: 1), at: now) == [.finish(turn: 1, .answered)])
  }

  @Test func aModelsCallsAreCarriedOutInOrderAndItsAnswerFollowsTheirResults() {
    var first = light
    first.origin = .model
    let second = ToolCall(id: "2", name: "set_fan", arguments: [:], origin: .model)
    let fanOn = ToolResult(id: "2", name: "set_fan", isSuccess: true, output: .null)
    var (session, now) = session(
      hasModel: true, after: [.speechStarted, .turnEnded, .understood(.words("both please"))])
    #expect(session.advance(.generated(generation: 1, .toolCall(first)), at: now) == [])
    #expect(session.advance(.generated(generation: 1, .toolCall(second)), at: now) == [])
    #expect(session.advance(.generated(generation: 1, .finished(.toolCalls)), at: now) == [.decide(first)])
    #expect(session.advance(.decided(callID: "1", .allow), at: now) == [.perform(first, isConfirmed: false)])
    #expect(session.advance(.performed(lightOn), at: now) == [.decide(second)])
    #expect(session.advance(.decided(callID: "2", .allow), at: now) == [.perform(second, isConfirmed: false)])
    #expect(
      session.advance(.performed(fanOn), at: now) == [.generate(generation: 2, .results([lightOn, fanOn]))])
    _ = session.advance(.generated(generation: 2, .text("Done.")), at: now)
    _ = session.advance(.generated(generation: 2, .finished(.stop)), at: now)
    #expect(session.advance(.voiceEnded(voice: 1), at: now) == [.finish(turn: 1, .acted)])
  }

  @Test func aCallThatFailedIsRepairedOnce() {
    var call = light
    call.origin = .model
    var (session, now) = session(
      hasModel: true, after: [.speechStarted, .turnEnded, .understood(.words("some light"))])
    for generation in [1, 2] {
      call.id = "\(generation)"
      _ = session.advance(.generated(generation: generation, .toolCall(call)), at: now)
      _ = session.advance(.generated(generation: generation, .finished(.toolCalls)), at: now)
      _ = session.advance(.decided(callID: call.id, .allow), at: now)
      let broken = ToolResult(id: call.id, name: "set_light", isSuccess: false, output: .null)
      let orders = session.advance(.performed(broken), at: now)
      if generation == 1 {
        #expect(orders == [.generate(generation: 2, .results([broken]))])
      } else {
        #expect(orders == [.openVoice(1), .say(voice: 1, .result(broken, call: call)), .closeVoice(1)])
      }
    }
    #expect(session.advance(.voiceEnded(voice: 1), at: now) == [.finish(turn: 1, .failed)])
  }

  @Test func whatTakesLongIsHeardToBeWorkedOn() {
    var session = Session(hasModel: true)
    var now = Duration.seconds(2)
    for input: SessionInput in [.speechStarted, .turnEnded, .understood(.words("a story"))] {
      _ = session.advance(input, at: now)
    }
    #expect(session.advance(.tick, at: now + .milliseconds(600)) == [])
    now += session.limits.patience
    #expect(session.advance(.tick, at: now) == [.play(.thinking)])
    #expect(session.advance(.tick, at: now + .milliseconds(250)) == [])
    _ = session.advance(.generated(generation: 1, .text("Once")), at: now)
    #expect(session.advance(.tick, at: now + .seconds(3)) == [])
  }

  @Test func whatWasOverheardIsNeitherAskedAboutNorTalkedAbout() {
    let path: [SessionInput] = [.speechStarted, .turnEnded, .understood(.overheard("the light was on"))]
    var call = light
    call.origin = .model
    for decision in [CallDecision.ask(reason: "not sure"), .deny(reason: "never")] {
      var (session, now) = session(hasModel: true, after: path)
      _ = session.advance(.generated(generation: 1, .toolCall(call)), at: now)
      _ = session.advance(.generated(generation: 1, .finished(.toolCalls)), at: now)
      #expect(session.advance(.decided(callID: "1", decision), at: now) == [.finish(turn: 1, .nothingHeard)])
      #expect(session.state == .asleep)
    }
    var (session, now) = session(hasModel: true, after: path)
    #expect(session.advance(.generated(generation: 1, .text("Was it?")), at: now) == [])
    #expect(session.advance(.tick, at: now + .seconds(1)) == [])
    #expect(session.advance(.generated(generation: 1, .finished(.stop)), at: now) == [.finish(turn: 1, .nothingHeard)])
  }

  @Test func whatHasWordsOfItsOwnIsSaidSoAndNoModelIsAsked() {
    var first = light
    first.origin = .model
    let second = ToolCall(id: "2", name: "set_fan", arguments: [:], origin: .model)
    let fanOn = ToolResult(id: "2", name: "set_fan", isSuccess: true, output: .null)
    let fanBroken = ToolResult(id: "2", name: "set_fan", isSuccess: false, output: .null)
    for (worded, last, isAsked) in [
      (["set_light", "set_fan"], fanOn, false), (["set_light", "set_fan"], fanBroken, true),
      (["set_light"], fanOn, true),
    ] {
      var session = Session(hasModel: true, wordedTools: Set(worded))
      for input: SessionInput in [
        .speechStarted, .turnEnded, .understood(.words("both please")), .generated(generation: 1, .toolCall(first)),
        .generated(generation: 1, .toolCall(second)), .generated(generation: 1, .finished(.toolCalls)),
        .decided(callID: "1", .allow), .performed(lightOn), .decided(callID: "2", .allow),
      ] {
        _ = session.advance(input, at: .zero)
      }
      let orders = session.advance(.performed(last), at: .zero)
      if isAsked {
        #expect(orders == [.generate(generation: 2, .results([lightOn, last]))])
      } else {
        #expect(
          orders == [
            .openVoice(1), .say(voice: 1, .result(lightOn, call: first)), .say(voice: 1, .result(fanOn, call: second)),
            .closeVoice(1),
          ])
        #expect(session.advance(.voiceEnded(voice: 1), at: .zero) == [.finish(turn: 1, .acted)])
      }
    }
  }

  @Test func aModelThatOnlyCallsIsStoppedAfterItsRounds() {
    var call = light
    call.origin = .model
    var (session, now) = session(hasModel: true, after: [.speechStarted, .turnEnded, .understood(.words("loop"))])
    for round in 1...session.limits.generations {
      _ = session.advance(.generated(generation: round, .toolCall(call)), at: now)
      _ = session.advance(.generated(generation: round, .finished(.toolCalls)), at: now)
      _ = session.advance(.decided(callID: "1", .allow), at: now)
      _ = session.advance(.performed(lightOn), at: now)
    }
    #expect(session.state.name == "speaking")
    #expect(session.advance(.voiceEnded(voice: 1), at: now) == [.finish(turn: 1, .failed)])
  }

  @Test func muteStopsEverythingAtOnce() {
    var (session, now) = session(
      hasModel: true,
      after: [
        .speechStarted, .turnEnded, .understood(.words("tell me")), .generated(generation: 1, .text("Once upon ")),
      ])
    #expect(
      session.advance(.mute, at: now) == [.cancelGeneration(1), .stopVoice(1), .finish(turn: 1, .answered)])
    #expect(session.advance(.speechStarted, at: now) == [])
    #expect(session.state == .muted)
    _ = session.advance(.unmute, at: now)
    #expect(session.state == .asleep)
  }

  @Test func newsOfGivenUpWorkChangesNothing() {
    var (session, now) = session(
      hasModel: true,
      after: [
        .speechStarted, .turnEnded, .understood(.words("tell me")), .mute, .unmute, .speechStarted, .turnEnded,
        .understood(.words("again")),
      ])
    let before = session.state
    #expect(session.advance(.generated(generation: 1, .text("late")), at: now) == [])
    #expect(session.advance(.generationFailed(generation: 1), at: now) == [])
    #expect(session.advance(.voiceEnded(voice: 9), at: now) == [])
    #expect(session.state == before)
  }

  @Test func afterAnAnswerNobodyNeedsToCallAgainForAWhile() {
    var (session, now) = session(
      needsWake: true,
      after: [
        .woken, .speechStarted, .turnEnded, .understood(.call(light)), .decided(callID: "1", .allow),
        .performed(lightOn),
      ])
    #expect(!session.isAwake)
    _ = session.advance(.voiceEnded(voice: 1), at: now)
    #expect(session.isAwake)
    // A cough neither ends the follow-up nor prolongs it.
    _ = session.advance(.speechStarted, at: now + .seconds(5))
    _ = session.advance(.speechDiscarded, at: now + .seconds(5))
    #expect(session.state == .listening(confirming: nil, deadline: now + session.limits.followUp))
    _ = session.advance(.tick, at: now + session.limits.followUp)
    #expect(session.state == .asleep && !session.isAwake)
  }

  @Test func whoCallsAndSaysNothingIsWaitedFor() {
    var (session, now) = session(needsWake: true, after: [.woken, .speechStarted, .turnEnded])
    #expect(session.advance(.understood(.called), at: now) == [])
    #expect(session.state == .listening(confirming: nil, deadline: now + session.limits.afterWake))
    _ = session.advance(.tick, at: now + session.limits.afterWake)
    #expect(session.state == .asleep)
  }

  private static let speaking: [SessionInput] = [
    .speechStarted, .turnEnded, .understood(.call(light)), .decided(callID: "1", .allow), .performed(lightOn),
  ]

  @Test func aCoughPausesTheReplyAndItGoesOn() {
    var (session, now) = session(after: Self.speaking)
    #expect(session.attention == .guarded)
    #expect(session.advance(.overlapped, at: now) == [.pauseVoice(1)])
    #expect(session.advance(.overlapped, at: now) == [])
    #expect(session.advance(.overlapDismissed, at: now) == [.resumeVoice(1)])
    #expect(session.advance(.overlapDismissed, at: now) == [])
    #expect(session.advance(.voiceEnded(voice: 1), at: now) == [.finish(turn: 1, .acted)])
  }

  @Test func aReplyIsNeverPausedForLongerThanItsLimit() {
    var (session, now) = session(after: Self.speaking)
    _ = session.advance(.overlapped, at: now)
    now += session.limits.overlap
    #expect(session.state.deadline == now)
    #expect(session.advance(.tick, at: now) == [.resumeVoice(1)])
    #expect(session.state.name == "speaking")
  }

  @Test func whoCutsInIsListenedToAtOnce() {
    var (session, now) = session(after: Self.speaking)
    _ = session.advance(.overlapped, at: now)
    #expect(session.advance(.interrupted, at: now) == [.stopVoice(1), .finish(turn: 1, .acted)])
    #expect(session.attention == .open)
    _ = session.advance(.speechStarted, at: now)
    _ = session.advance(.turnEnded, at: now)
    #expect(session.advance(.understood(.call(light)), at: now) == [.decide(light)])
  }

  @Test func whoAnswersBeforeTheQuestionIsOverAnswersIt() {
    var (session, now) = session(after: [
      .speechStarted, .turnEnded, .understood(.call(light)), .decided(callID: "1", .ask(reason: "always")),
    ])
    #expect(session.advance(.interrupted, at: now) == [.stopVoice(1), .finish(turn: 1, .asked)])
    _ = session.advance(.speechStarted, at: now)
    _ = session.advance(.turnEnded, at: now)
    #expect(session.advance(.understood(.confirmation(true)), at: now) == [.perform(light, isConfirmed: true)])
  }

  @Test func aModelThatIsCutOffWritesNoFurther() {
    var (session, now) = session(hasModel: true, after: [.speechStarted, .turnEnded, .understood(.words("tell me"))])
    #expect(session.attention == .guarded)
    #expect(session.advance(.interrupted, at: now) == [.cancelGeneration(1), .finish(turn: 1, .refused)])
    _ = session.advance(.speechStarted, at: now)
    #expect(session.advance(.generated(generation: 1, .text("late")), at: now) == [])
    #expect(session.state.name == "listening")
  }

  @Test func whatIsBeingCarriedOutIsFinishedWithoutAWord() {
    var (session, now) = session(after: [
      .speechStarted, .turnEnded, .understood(.call(light)), .decided(callID: "1", .allow),
    ])
    #expect(session.advance(.interrupted, at: now) == [])
    #expect(session.advance(.performed(lightOn), at: now) == [.finish(turn: 1, .acted)])
    #expect(session.state.name == "listening")
  }

  @Test func stopEndsTheConversation() {
    var (session, now) = session(needsWake: true, after: [.woken, .speechStarted, .turnEnded])
    #expect(session.advance(.understood(.confirmation(false)), at: now) == [.finish(turn: 1, .nothingHeard)])
    #expect(session.state == .asleep)
  }

  @Test func anAlarmRingsAndSaysWhyUntilItHasRungLongEnough() {
    var session = Session(hasModel: false)
    #expect(session.advance(.rang(eggs), at: .zero) == [.openVoice(1), .play(.alarm), .closeVoice(1)])
    #expect(session.state.name == "speaking")
    #expect(
      session.advance(.voiceEnded(voice: 1), at: .seconds(1)) == [
        .openVoice(2), .say(voice: 2, .alarm(eggs)), .closeVoice(2),
      ])
    var (voice, sayings) = (2, 1)
    while session.state.name == "speaking", voice < 100 {
      let orders = session.advance(.voiceEnded(voice: voice), at: .seconds(voice))
      voice += 1
      sayings += orders.count { if case .say = $0 { true } else { false } }
    }
    #expect(voice == session.limits.rings + 1)
    #expect(sayings == 8)
    #expect(session.state == .asleep)
  }

  @Test func anAlarmEndsWithItsTimeWhateverItsVoiceDoes() {
    var (session, now) = session(after: [.rang(eggs)])
    #expect(
      session.advance(.tick, at: now + session.limits.ringing) == [.stopVoice(1), .finish(turn: 1, .answered)])
    #expect(session.state == .asleep)
  }

  @Test func anAlarmWaitsForWhoSpeaksAndForWhatIsSaid() {
    var (session, now) = session(after: [.speechStarted, .rang(eggs), .turnEnded, .understood(.call(light))])
    _ = session.advance(.decided(callID: "1", .allow), at: now)
    _ = session.advance(.performed(lightOn), at: now)
    #expect(
      session.advance(.voiceEnded(voice: 1), at: now) == [
        .finish(turn: 1, .acted), .openVoice(2), .play(.alarm), .closeVoice(2),
      ])
  }

  @Test func anAlarmDoesNotWaitForAFollowUpThatNobodyBegins() {
    var (session, now) = session(needsWake: true, after: [.woken])
    #expect(session.advance(.rang(eggs), at: now).contains(.play(.alarm)))
  }

  @Test func whoSpeaksOverAnAlarmEndsItAndIsListenedTo() {
    var (session, now) = session(needsWake: true, after: [.rang(eggs), .overlapped])
    #expect(session.advance(.interrupted, at: now) == [.stopVoice(1), .finish(turn: 1, .answered)])
    #expect(session.state == .listening(confirming: nil, deadline: now + session.limits.afterWake))
    _ = session.advance(.turnEnded, at: now)
    #expect(session.advance(.understood(.confirmation(false)), at: now) == [.finish(turn: 2, .nothingHeard)])
    #expect(session.state == .asleep)
  }

  @Test func aCoughDoesNotEndAnAlarm() {
    var (session, now) = session(after: [.rang(eggs), .overlapped])
    #expect(session.advance(.overlapDismissed, at: now) == [.resumeVoice(1)])
    #expect(session.advance(.voiceEnded(voice: 1), at: now).first == .openVoice(2))
  }

  @Test func alarmsRingOneAfterTheOther() {
    var (session, now) = session(after: [.rang(eggs), .rang(Alarm(length: .seconds(60)))])
    #expect(
      session.advance(.interrupted, at: now) == [.stopVoice(1), .finish(turn: 1, .answered)])
    _ = session.advance(.turnEnded, at: now)
    let orders = session.advance(.understood(.confirmation(false)), at: now)
    #expect(orders == [.finish(turn: 2, .nothingHeard), .openVoice(2), .play(.alarm), .closeVoice(2)])
  }

  @Test func aMutedAssistantSaysItOnce() {
    var (session, now) = session(after: [.mute])
    #expect(
      session.advance(.rang(eggs), at: now) == [.openVoice(1), .say(voice: 1, .alarm(eggs)), .closeVoice(1)])
    #expect(session.advance(.voiceEnded(voice: 1), at: now) == [])
    #expect(session.state == .muted)
  }

  @Test func withoutAWakeWordItIsAlwaysAwake() {
    #expect(Session(hasModel: false).isAwake)
    #expect(!Session(hasModel: false, needsWake: true).isAwake)
  }

  @Test(arguments: [false, true]) func everyDeadlineLeadsBackToSleep(needsWake: Bool) {
    for prefix in paths {
      var (session, now) = session(hasModel: true, needsWake: needsWake, after: prefix)
      // A question that nobody answers is itself answered aloud, hence more than one deadline.
      for _ in 0..<6 {
        guard let deadline = session.state.deadline else { break }
        now = max(now, deadline)
        _ = session.advance(.tick, at: now)
      }
      #expect([.asleep, .muted].contains(session.state), "\(prefix)")
    }
  }

  @Test(arguments: [false, true]) func everyInputIsTakenInEveryState(needsWake: Bool) {
    for prefix in paths {
      for input in inputs {
        var (session, now) = session(hasModel: true, needsWake: needsWake, after: prefix)
        let before = session.state
        let orders = session.advance(input, at: now)
        check(orders, from: before, to: session)
      }
    }
  }

  @Test(arguments: [false, true])
  func randomInputsNeverPerformWhatWasNotAllowedAndNeverLeaveAStateWithoutAWayBack(needsWake: Bool) {
    var random = SplitMix(seed: 7)
    var session = Session(hasModel: true, needsWake: needsWake)
    var now = Duration.zero
    var finished = Set<Int>()
    for step in 0..<500_000 {
      now += .milliseconds(Int.random(in: 0...4000, using: &random))
      let input = inputs.randomElement(using: &random)!
      let before = session.state
      let orders = session.advance(input, at: now)
      check(orders, from: before, to: session)
      for case .perform(let call, let isConfirmed) in orders {
        let isAllowed =
          isConfirmed ? input == .understood(.confirmation(true)) : input == .decided(callID: call.id, .allow)
        #expect(isAllowed, "step \(step): performed \(call.name) after \(input)")
      }
      for case .finish(let turn, _) in orders {
        #expect(finished.insert(turn).inserted, "turn \(turn) finished twice")
      }
    }
    #expect(finished.count > 1000)
  }

  private func check(_ orders: [SessionOrder], from before: SessionState, to session: Session) {
    if case .asleep = session.state, let turn = before.turn {
      #expect(orders.contains { if case .finish(turn.id, _) = $0 { true } else { false } }, "\(before) lost its turn")
    }
    switch session.state {
    case .asleep, .muted: #expect(session.state.deadline == nil)
    case .listening, .thinking, .acting, .speaking: #expect(session.state.deadline != nil)
    }
    if case .acting(let turn, _) = session.state { #expect(!turn.calls.isEmpty) }
  }
}

/// One way into every state, variants included.
private let paths: [[SessionInput]] = [
  [],
  [.mute],
  [.rang(eggs)],
  [.rang(eggs), .voiceEnded(voice: 1), .overlapped],
  [.speechStarted],
  [.speechStarted, .turnEnded],
  [.speechStarted, .turnEnded, .understood(.words("hello"))],
  [.speechStarted, .turnEnded, .understood(.words("hello")), .generated(generation: 1, .text("Hi"))],
  [.speechStarted, .turnEnded, .understood(.words("hello")), .generated(generation: 1, .text("Hi")), .overlapped],
  [
    .speechStarted, .turnEnded, .understood(.words("hello")), .generated(generation: 1, .text("Hi")),
    .generated(generation: 1, .toolCall(light)), .overlapped, .generated(generation: 1, .finished(.toolCalls)),
  ],
  [.speechStarted, .turnEnded, .understood(.call(light))],
  [.speechStarted, .turnEnded, .understood(.call(light)), .decided(callID: "1", .allow), .interrupted],
  [.speechStarted, .turnEnded, .understood(.call(light)), .decided(callID: "1", .allow)],
  [.speechStarted, .turnEnded, .understood(.call(light)), .decided(callID: "1", .allow), .performed(lightOn)],
  [.speechStarted, .turnEnded, .understood(.call(light)), .decided(callID: "1", .ask(reason: "r"))],
  [
    .speechStarted, .turnEnded, .understood(.call(light)), .decided(callID: "1", .ask(reason: "r")),
    .voiceEnded(voice: 1),
  ],
  [
    .speechStarted, .turnEnded, .understood(.call(light)), .decided(callID: "1", .ask(reason: "r")),
    .voiceEnded(voice: 1), .speechStarted, .turnEnded,
  ],
]

private let inputs: [SessionInput] = [
  .woken, .understood(.called), .speechStarted, .speechDiscarded, .turnEnded, .understood(.nothing),
  .understood(.call(light)),
  .understood(.words("hello")), .understood(.confirmation(true)), .understood(.confirmation(false)),
  .understood(.overheard("hello")),
  .typed(.call(light)), .typed(.words("hello")), .decided(callID: "1", .allow),
  .decided(callID: "1", .ask(reason: "r")), .decided(callID: "1", .deny(reason: "r")), .performed(lightOn),
  .generated(generation: 1, .text("Hi")), .generated(generation: 1, .toolCall(light)),
  .generated(generation: 1, .finished(.stop)), .generated(generation: 2, .text("Hi")),
  .overlapped, .overlapDismissed, .interrupted, .generationFailed(generation: 1), .voiceEnded(voice: 1),
  .voiceEnded(voice: 2), .voiceEnded(voice: 3), .mute, .unmute, .rang(eggs),
  .tick,
]

/// SplitMix64 (Steele, Lea, Flood 2014): small, seeded, good enough to choose inputs.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
