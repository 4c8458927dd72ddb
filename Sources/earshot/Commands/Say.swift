import ArgumentParser
import Audio
import AudioPlayback
import Configuration
import Speech

struct Say: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Speak a text.",
    discussion: """
      Speaks through the configured voice and loudspeaker, or into a WAV file. Numbers, units, dates and abbreviations are \
      said as people say them; markup is not said at all.

        earshot say "It is 21.5 °C in the hall."
        earshot say --voice rms --out hello.wav Hello
      """)

  @OptionGroup var options: ConfigurationOptions
  @Option(
    help: ArgumentHelp("Another voice of the configured engine (Flite: slt, rms, awb, kal16).", valueName: "name"))
  var voice: String?
  @Option(help: ArgumentHelp("Write a WAV file instead of playing; - is standard output.", valueName: "file"))
  var out: String?
  @Argument(help: "What to say.") var text: [String]

  func run() async throws {
    var configuration = try options.load().configuration
    if let voice { configuration.speech.voice = voice }
    let synthesiser = try Voices.make(configuration.speech)
    let sink: any AudioSink =
      if let out {
        FileSink(path: out, sampleRate: synthesiser.sampleRate)
      } else {
        LoudspeakerSink(device: configuration.audio.playback, sampleRate: synthesiser.sampleRate)
      }
    try starting(sink)
    defer { sink.stop() }
    let (problems, door) = AsyncStream<SpeechError?>.makeStream()
    let pipeline = SpeechPipeline(synthesiser: synthesiser, sink: sink) { report in
      switch report {
      case .failed(_, _, let problem): door.yield(problem)
      case .heard: door.finish()
      case .started, .queued, .allQueued: break
      }
    }
    try pipeline.start()
    defer { pipeline.stop() }
    let reply = pipeline.begin()
    for clause in ClauseSplitter.clauses(of: text.joined(separator: " ")) { pipeline.speak(clause, in: reply) }
    pipeline.end(reply)
    for await problem in problems {
      if let problem { throw CommandFailure(status: .unavailable, description: problem.description) }
    }
  }
}
