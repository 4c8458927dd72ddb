import ArgumentParser
import Assistant
import Audio
import AudioCapture
import Configuration
import OperatingSystem
import SoundCards
import Synchronization
import Transcription

struct Listen: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show live what the microphone hears; nothing is done.",
    discussion: """
      Level, speech probability and the words as they come. Where the level stays at the left end, the microphone is \
      muted or the wrong one; where the probability moves while nobody speaks, something else talks. Ends with Ctrl-C.
      """)

  @OptionGroup var options: ConfigurationOptions

  func run() async throws {
    let loaded = try options.load()
    let configuration = loaded.configuration
    let ears = try Ears.make(configuration, phrases: loaded.phrases)
    let source = MicrophoneSource(
      device: configuration.audio.capture, channel: configuration.audio.channel, period: configuration.audio.period)
    try opening(source.name) { try source.start() }
    let view = LiveView(terminal: Terminal(environment: processEnvironment()), phrases: loaded.phrases)
    let loop = ListenLoop(source: source, manner: .live, listener: view) { view.show($0) }
    let thread = try startThread("listen") { loop.run(with: ears) }
    note("listening to \(source.name) (\(source.format.map { "\($0)" } ?? "")); Ctrl-C ends")
    await Signals.wait()
    loop.stop()
    thread.join()
    source.stop()
    note("")
  }
}
