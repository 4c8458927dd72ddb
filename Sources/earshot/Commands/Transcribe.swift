import ArgumentParser
import Assistant
import Audio
import Configuration
import OperatingSystem
import Synchronization
import Tools
import Transcription

struct Transcribe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what is heard in an audio file; nothing is done.",
    discussion: """
      Every turn of the file goes through voice activity, turn detection and the configured recogniser. Words that the \
      recogniser does not stand by are shown as such: they would not have acted.

        earshot transcribe --config configs/kitchen.yaml turn.opus
      """)

  @OptionGroup var options: ConfigurationOptions
  @Argument(help: "A WAV or Ogg Opus file; - is standard input.") var file: String
  @Flag(help: "One JSON object for each turn, one a line.") var json = false

  func run() async throws {
    let loaded = try options.load()
    let configuration = loaded.configuration
    let ears = try Ears.make(configuration, phrases: loaded.phrases)
    var fileOptions = FileSource.Options()
    fileOptions.trailingSilence = configuration.turns.silence + .milliseconds(500)
    let source = FileSource(path: file, options: fileOptions)
    try opening(file) { try source.start() }
    let reader = Reader(json: json)
    let loop = ListenLoop(source: source, manner: .recorded, listener: reader)
    let thread = try startThread("listen") { loop.run(with: ears) }
    thread.join()
    // A recogniser in the worker answers from its own thread.
    reader.waitUntilListening(timeout: .seconds(30))
    source.stop()
    if let failure = source.failure { throw CommandFailure(status: .badData, description: failure.description) }
  }

  /// Prints each turn's words; takes the next turn only when the words of the last one are there.
  private final class Reader: Listener {
    private let json: Bool
    private let isWaiting = Atomic<Bool>(false)

    init(json: Bool) { self.json = json }

    var attention: Attention { isWaiting.load(ordering: .acquiring) ? .deaf : .open }
    var isAwake: Bool { true }

    func waitUntilListening(timeout: Duration) { waiting(until: { attention == .open }, timeout: timeout) }

    func take(_ heard: Heard) {
      switch heard {
      case .stopped: isWaiting.store(true, ordering: .releasing)
      case .transcript(let transcript, _, let utterance):
        print(transcript, utterance)
        isWaiting.store(false, ordering: .releasing)
      case .woke, .speechStarted, .partial, .hushed, .supposed, .discarded, .overlapped, .overlapDismissed,
        .interrupted:
        break
      }
    }

    private func print(_ transcript: Transcript, _ utterance: Utterance) {
      if json {
        out(
          JSONValue.object([
            "text": .string(transcript.text), "accepted": .bool(transcript.isAccepted),
            "engine": .string(transcript.engine), "start_ms": .integer(Int64(utterance.start.milliseconds)),
            "end_ms": .integer(Int64(utterance.end.milliseconds)),
          ]).text())
      } else {
        let span = "\(seconds(utterance.start))–\(seconds(utterance.end)) s"
        out("\(span)  \(transcript.text)\(transcript.isAccepted ? "" : "  (not accepted)")")
      }
    }

    private func seconds(_ time: SampleTime) -> String {
      let tenths = time.milliseconds / 100
      return "\(tenths / 10).\(tenths % 10)"
    }
  }
}
