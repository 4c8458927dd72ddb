import Actions
import ArgumentParser
import Assistant
import Audio
import Configuration
import Speech
import Tools

struct BenchSoak: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "soak",
    abstract: "Many turns at full speed: whether memory stays where it is.",
    discussion: """
      Voices speak sentences into a stream that is repeated without an end and heard as fast as this machine can, through \
      turn detection, recognition, actions on a simulated board and spoken replies. Shown is the resident memory as turns \
      go by. Each round must end its turns as the first one did.

        earshot bench soak
        earshot bench soak --turns 200 --json
      """)

  @Option(
    help: ArgumentHelp("The configuration; its board is simulated. Default: configs/kitchen.yaml.", valueName: "file"))
  var config: String?
  @Option(help: "How many turns.") var turns = 2_000
  @Option(help: "Voices, with commas between them.") var voices = "slt,rms,awb,kal16"
  @Flag(help: "One JSON object.") var json = false

  func validate() throws {
    guard (1...1_000_000).contains(turns) else { throw ValidationError("--turns must be between 1 and 1000000") }
  }

  func run() async throws {
    var loaded = try BenchTurns.load(config)
    loaded.configuration.wake.clear()
    // Meant for people, who do not say the same thing three times a second.
    for index in loaded.configuration.tools.indices { loaded.configuration.tools[index].policy.rateLimit = nil }
    let script = try Script(sentences: Self.sentences, voices: voices.split(separator: ",").map(String.init))
    let source = RepeatedSource(try Self.recording(of: script))
    let house = try await House(loaded, isSimulated: true, log: NoActionLog())
    let watch = SoakWatch(turns: turns, perRound: script.lines.count, every: max(1, turns / 20))
    // Replies are made and thrown away.
    let sink = FileSink(path: "/dev/null")
    let conversation = try opening("the recording") {
      try Conversation(house: house, source: source, manner: .recorded, sink: sink, log: NoTurnLog()) { event in
        guard case .turn(let outcome, _) = event else { return }
        if watch.take(outcome) { source.stop() }
      }
    }
    await conversation.session.run()
    conversation.stop()
    sink.stop()
    await house.runner.finishRunning()
    _ = await house.runner.shutDown()
    let report = watch.report
    out(json ? JSONValue.object(report.json).text() : report.text)
  }

  /// All lines, each with silence behind it.
  private static func recording(of script: Script) throws -> [Float] {
    var samples: [Float] = []
    for line in script.lines {
      try FliteSynthesiser(named: line.voice).synthesise(line.text) { chunk in
        for index in chunk.indices { samples.append(chunk[index]) }
        return true
      }
      samples += [Float](repeating: 0, count: SampleRate.speech.frames(in: .milliseconds(1_200)))
    }
    return samples
  }

  private static let sentences = [
    "turn on the kitchen light", "switch off the hall light", "turn on the fan", "what time is it",
    "did you see the football match last night",
  ]
}
