import Actions
import ArgumentParser
import Assistant
import Configuration
import Glibc
import Phrases
import Tools

struct BenchTurns: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "turns",
    abstract: "Whole turns in real time: what is heard right, and how long it takes.",
    discussion: """
      Voices speak every sentence to a microphone that is really captured, on the virtual sound card or on PCMs of a \
      sound server or loopback card. Counted are commands that did what was said, commands that did something else, \
      commands that did nothing, and unrelated sentences that did anything. Latencies count from the last audible \
      sample in the room, with all waiting in them.

        earshot bench turns
        earshot bench turns --commands commands.txt --unrelated unrelated.txt --json
        earshot bench turns --commands Tests/Fixtures/turns/spoken.txt --model --wake --plot turns.svg
        earshot bench turns --capture mic --playback speaker --mouth user --monitor ref
        earshot bench turns --config Tests/Fixtures/scenes/story.yaml --scenes Tests/Fixtures/scenes/interruptions.txt
      """)

  @Option(
    help: ArgumentHelp("The configuration; its board is simulated. Default: configs/kitchen.yaml.", valueName: "file")
  )
  var config: String?
  @Option(
    help: ArgumentHelp(
      "Commands to speak, one a line; [0.7] is a pause. Default: eight of the kitchen.", valueName: "file"))
  var commands: String?
  @Option(help: ArgumentHelp("Sentences on which nothing may happen, one a line.", valueName: "file"))
  var unrelated: String?
  @Option(
    help: ArgumentHelp(
      "Instead of sentences, scenes in which somebody speaks over the reply, one a line: slt: tell me a story | 0.8 rms: stop",
      valueName: "file"))
  var scenes: String?
  @Option(help: "Voices, with commas between them.") var voices = "slt,rms,awb,kal16"
  @Option(help: ArgumentHelp("Capture PCM instead of the virtual card.", valueName: "PCM")) var capture: String?
  @Option(help: ArgumentHelp("Playback PCM of the assistant.", valueName: "PCM")) var playback = "default"
  @Option(help: ArgumentHelp("Playback PCM that the voices speak through.", valueName: "PCM")) var mouth = "default"
  @Option(
    help: ArgumentHelp(
      "Capture PCM that hears what the playback PCM plays: how soon a stopped voice is silent is measured there.",
      valueName: "PCM"))
  var monitor: String?
  @Flag(
    help: "Call the assistant by its first wake word before every sentence. Without it nobody needs to call.")
  var wake = false
  @Option(
    help: ArgumentHelp("Noise in the virtual room, in dBFS; voices have about -20.", valueName: "dBFS"))
  var noise: Float?
  @Flag(
    help:
      "With the configuration's language model, for sentences that no phrase has; they say what they mean: => set_fan {\"on\": true}."
  )
  var model = false
  @Option(help: ArgumentHelp("Draw the latencies into an SVG file.", valueName: "file")) var plot: String?
  @Option(
    help: ArgumentHelp(
      "Keep what the voices say as WAV files and lines.jsonl in an existing folder, to measure others with.",
      valueName: "folder"))
  var record: String?
  @Flag(help: "One JSON object.") var json = false
  @Flag(help: "Show every sentence that went wrong.") var verbose = false

  func run() async throws {
    var loaded = try Self.load(config)
    let name = wake ? loaded.configuration.wake.words.first?.word : nil
    guard name != nil || !wake else {
      throw ValidationError("--wake: the configuration has no wake word.")
    }
    if !wake { loaded.configuration.wake.clear() }
    loaded.configuration.wake.followUp = .zero
    let names = voices.split(separator: ",").map(String.init)
    let script = try Script(sentences: try commands.map(readLines) ?? Self.kitchen, voices: names)
    let others = try unrelated.map { try Script(sentences: try readLines($0), voices: names) }
    let room =
      try capture.map { try Room.real(capture: $0, playback: playback, mouth: mouth, monitor: monitor) }
      ?? Room.virtual()
    let house = try await House(
      loaded, isSimulated: true, log: NoActionLog(), timers: TimerKeeper(store: NoTimerStore()))
    room.setEcho([], noise: noise)
    let answering = model ? try await LanguageModels.make(loaded.configuration) { note($0) } : nil
    let rehearsal = try Rehearsal(house: house, room: room, model: answering)
    var recording = record.map { Recording(folder: $0) }
    if let scenes { return try await perform(try Scene.list(readLines(scenes), name: scenes), rehearsal, house) }
    var report = TurnReport(room: room.description)
    for (number, line) in script.lines.enumerated() {
      progress(number + 1, of: script.lines.count, line)
      let expected =
        line.call ?? house.phrases.match(line.words).map { Script.Call(name: $0.name, arguments: $0.arguments) }
      let decision = await decide(expected, in: house)
      try recording?.add(line, try rehearsal.speech(line), expected: expected)
      report.add(try await rehearsal.say(line.calling(name)), expected: expected, isQuestion: decision == .ask)
    }
    // One voice says each unrelated sentence, in turn, so that the set stays as long as it is.
    for (number, line) in (others?.everyVoiceInTurn ?? []).enumerated() {
      progress(number + 1, of: others?.everyVoiceInTurn.count ?? 0, line)
      try recording?.add(line, try rehearsal.speech(line), expected: nil)
      report.addUnrelated(try await rehearsal.say(line.calling(name)))
    }
    report.counters = rehearsal.counters
    try recording?.finish()
    try plot.map { try writeFile($0, report.plot.svg) }
    await rehearsal.end()
    await house.runner.finishRunning()
    _ = await house.runner.shutDown()
    out(json ? JSONValue.object(report.json).text() : report.text(isVerbose: verbose))
  }

  private func perform(_ scenes: [Scene], _ rehearsal: Rehearsal, _ house: House) async throws {
    var report = SceneReport()
    for (number, scene) in scenes.enumerated() {
      note("\(number + 1)/\(scenes.count)  \(scene.opening.voice): \(scene.opening.text) | \(scene.display)")
      let take = try await rehearsal.perform(scene)
      var isObeyed = false
      if case .voice(let line) = scene.sound, let expected = house.phrases.match(line.words) {
        isObeyed = take.calls.map(\.name) == [expected.name] && take.calls.first?.arguments == expected.arguments
      }
      report.add(take, expected: isObeyed)
    }
    await rehearsal.end()
    await house.runner.finishRunning()
    _ = await house.runner.shutDown()
    out(json ? JSONValue.object(report.json).text() : report.text(isVerbose: verbose))
  }

  /// The configuration at `path`, or the kitchen's.
  static func load(_ path: String?) throws -> LoadedConfiguration {
    guard let path = path ?? ResourceFiles.locate("configs/kitchen.yaml") else {
      throw CommandFailure(
        status: .noInput, description: "could not find configs/kitchen.yaml. Name one with --config.")
    }
    do { return try Configuration.load(path: path) } catch {
      throw CommandFailure(status: .badConfiguration, description: "\(error)")
    }
  }

  /// What the policy says of the call that a sentence means, before it is said.
  private func decide(_ expected: Script.Call?, in house: House) async -> ToolPolicy.Verdict? {
    guard let expected else { return nil }
    let call = ToolCall(id: CallID.next(), name: expected.name, arguments: expected.arguments, origin: .command)
    return await house.runner.decision(for: call).verdict
  }

  private func progress(_ number: Int, of total: Int, _ line: Script.Line) {
    note("\(number)/\(total)  \(line.voice): \(line.text)")
  }

  private static let kitchen = [
    "turn on the kitchen light", "switch off the hall light", "turn the bedroom light on", "lounge light off",
    "set the heating to twenty degrees", "close the blinds", "what time is it", "turn on the fan",
  ]
}

/// The lines of a text file that say something; what follows # is a note.
func readLines(_ path: String) throws -> [String] {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else {
    throw CommandFailure(status: .noInput, description: "\(SystemFailure(path: path, number: errno))")
  }
  defer { close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: 1 << 20)
  let count = unsafe read(descriptor, &bytes, bytes.count)
  guard count >= 0 else {
    throw CommandFailure(status: .noInput, description: "\(SystemFailure(path: path, number: errno))")
  }
  return String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n")
    .map { $0.prefix { $0 != "#" } }
    .map { $0.split(separator: " ").joined(separator: " ") }
    .filter { !$0.isEmpty }
}
