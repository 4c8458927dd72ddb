import Actions
import Assistant
import AudioCapture
import Configuration
import Inference
import OrderedCollections
import SoundCards
import Tools

/// Shows a script being performed: what is said, what each stage makes of it and when, what is switched.
struct Stage {
  private let loaded: LoadedConfiguration
  private var configuration: Configuration { loaded.configuration }
  private let terminal = Terminal(environment: processEnvironment())

  init(_ loaded: LoadedConfiguration) { self.loaded = loaded }

  func perform(_ script: Script) async throws {
    let room = try Room.virtual()
    let house = try await House(
      loaded, isSimulated: true, log: NoActionLog(), timers: TimerKeeper(store: NoTimerStore()))
    tellRoom(room, house)
    let watcher = watch(house)
    let model = try await LanguageModels.make(configuration) { note($0) }
    if let model { note("Language model: \(model.model.name), for what fits no phrase") }
    let rehearsal = try Rehearsal(house: house, room: room, model: model)
    note("Microphone: \(room.source.format.map { "\($0)" } ?? "open"), listening")
    var outcomes: [TurnOutcome] = []
    for line in script.lines {
      out("")
      out(terminal.bold(line.isTyped ? "typed, as no phrase has it: " : "\(line.voice) says: ") + "\"\(line.display)\"")
      let take = try await rehearsal.say(line)
      show(take)
      outcomes.append(take.turn?.outcome ?? .nothingHeard)
    }
    await rehearsal.end()
    await house.runner.finishRunning()
    _ = await house.runner.shutDown()
    watcher?.cancel()
    out("")
    let (acted, asked) = (outcomes.count { $0 == .acted }, outcomes.count { $0 == .asked })
    out(
      "That was the whole loop: \(acted) of \(outcomes.count) sentences acted, \(asked) asked back, the rest did nothing."
    )
    out(
      "Next: your own microphone with `earshot devices` and `earshot listen`, then your own sentences: configs/kitchen.yaml"
    )
  }

  private func tellRoom(_ room: Room, _ house: House) {
    note("Sound card: \(room.description) (ALSA, in real time; no real card is used)")
    note("Board: simulated (no real line is switched; programs of the configuration do run)")
    note("Tools: \(configuration.tools.map(\.definition.name).joined(separator: ", "))")
  }

  /// Prints what moves on the simulated board as it moves.
  private func watch(_ house: House) -> Task<Void, Never>? {
    guard let board = house.simulated else { return nil }
    let names = Dictionary(configuration.lines.map { ($0.address, $0.name) }, uniquingKeysWith: { first, _ in first })
    let changes = board.changes()
    let terminal = terminal
    // Cancelled at the end of the performance.
    return Task {
      for await change in changes {
        guard case .value(let line, let isOn) = change else { continue }
        let lamp = isOn ? terminal.yellow("●") : "○"
        out("   \(lamp) simulated line \(names[line.address] ?? "\(line)") is \(isOn ? "on" : "off")")
      }
    }
  }

  private func show(_ take: Rehearsal.Take) {
    let latency = take.turn?.latency
    if !take.line.isTyped {
      row("heard", "\(Int(take.spoken.milliseconds)) ms of speech", at: nil)
      for case .wake(let word, let score, _) in take.events {
        row("called", "\"\(word)\" (\(Int((score * 100).rounded())) % sure)", at: nil)
      }
      for case .speechStopped(_, let reason) in take.events {
        row("end of turn", explain(reason), at: latency?.endpoint)
      }
      row(
        "words", take.transcripts.last.map { "\"\($0)\"" } ?? "none that were meant for the assistant",
        at: latency?.recognition)
    }
    for call in take.calls {
      let sure = call.confidence.map { " (\(Int(($0 * 100).rounded())) % sure)" } ?? ""
      row("action", "\(call.name) \(JSONValue.object(call.arguments).text())\(sure)", at: latency?.action)
    }
    for result in take.results where !result.isSuccess {
      row("failed", result.output["error"]?.stringValue ?? result.output.text(), at: nil)
    }
    if !take.replies.isEmpty {
      row("reply", "\"\(take.replies.joined(separator: " "))\"", at: latency?.firstAudio)
    }
    row("outcome", take.turn?.outcome.rawValue ?? "no speech noticed", at: nil)
  }

  private func explain(_ reason: SpeechStopReason) -> String {
    switch reason {
    case .complete: "a whole sentence, and a short silence after it"
    case .silence: "a silence"
    case .limit: "longer than any turn may be"
    }
  }

  private func row(_ stage: String, _ text: String, at time: Duration?) {
    let when = time.map { "\(Int($0.milliseconds.rounded())) ms" } ?? ""
    out("   " + terminal.dim(stage.rightPadded(to: 12)) + when.leftPadded(to: 8) + "  " + text)
  }
}
