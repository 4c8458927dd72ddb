import Actions
import ArgumentParser
import Assistant
import Audio
import Configuration
import Journal
import Speech
import Synchronization
import Tools

struct Ask: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "One turn from a text, or all turns of an audio file.",
    discussion: """
      Goes the same way as the daemon: turns, recognition, phrases, policy, action, reply. What it does, it really does; \
      use --simulate to switch nothing.

        earshot ask --config configs/kitchen.yaml --simulate --text "turn on the kitchen light"
        earshot ask --config configs/kitchen.yaml --simulate --wav recording.wav --json
      """)

  @OptionGroup var options: ConfigurationOptions
  @Option(
    help: ArgumentHelp("A WAV or Ogg Opus file, with one turn or several; - is standard input.", valueName: "file"))
  var wav: String?
  @Option(help: "What was said, as text.") var text: String?
  @Option(help: ArgumentHelp("Write the spoken replies into this WAV file.", valueName: "file")) var out: String?
  @Flag(help: "Switch nothing: GPIO, PWM and LEDs in memory. Programs do run.") var simulate = false
  @Flag(help: "One JSON object for each event, one a line.") var json = false

  func validate() throws {
    guard (wav == nil) != (text == nil) else { throw ValidationError("give either --wav FILE or --text TEXT") }
  }

  func run() async throws {
    let loaded = try options.loadWithTools()
    let journal = try await Journals.open(loaded.configuration.journal)
    let house = try await House(loaded, isSimulated: simulate, log: journal.actionLog)
    let model = try await LanguageModels.make(loaded.configuration) { note("earshot: \($0)") }
    let isFailed = Atomic<Bool>(false)
    let printer = EventPrinter(json: json)
    let observer: @Sendable (SessionEvent) -> Void = { event in
      if case .error = event { isFailed.store(true, ordering: .relaxed) }
      printer.print(event)
    }
    if let text {
      try await type(text, in: house, model, log: journal.turnLog, observer: observer)
    } else if let wav {
      try await play(wav, in: house, model, log: journal.turnLog, observer: observer)
    }
    await house.runner.finishRunning()
    _ = await house.runner.shutDown()
    await journal.flush()
    if isFailed.load(ordering: .relaxed) { throw ExitCode(ExitStatus.software.rawValue) }
  }

  private func type(
    _ text: String, in house: House, _ model: AnsweringModel?, log: any TurnLog,
    observer: @escaping @Sendable (SessionEvent) -> Void
  ) async throws {
    let sink = out.map { FileSink(path: $0) }
    if let sink { try starting(sink) }
    let voice = try sink.map { sink in
      PipelineVoice(synthesiser: try Voices.make(house.configuration.speech), sink: sink) { problem in
        observer(.error(code: "speech", message: problem.description))
      }
    }
    try voice?.start()
    let session = AssistantSession(parts: house.parts(model: model, voice: voice, log: log), observer: observer)
    session.send(.typed(text))
    session.send(.end)
    await session.run()
    voice?.stop()
    sink?.stop()
  }

  private func play(
    _ path: String, in house: House, _ model: AnsweringModel?, log: any TurnLog,
    observer: @escaping @Sendable (SessionEvent) -> Void
  ) async throws {
    var fileOptions = FileSource.Options()
    fileOptions.trailingSilence = house.configuration.turns.silence + .milliseconds(500)
    let source = FileSource(path: path, options: fileOptions)
    let sink = out.map { FileSink(path: $0) }
    let conversation = try opening(path) {
      try Conversation(
        house: house, model: model, source: source, manner: .recorded, sink: sink, log: log, observer: observer)
    }
    await conversation.session.run()
    conversation.stop()
    source.stop()
    sink?.stop()
    if let failure = source.failure { throw CommandFailure(status: .badData, description: failure.description) }
  }
}
