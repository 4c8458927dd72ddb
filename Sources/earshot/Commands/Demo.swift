import ArgumentParser
import Assistant
import Configuration

struct Demo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The whole loop, without a microphone, a loudspeaker or a configuration.",
    discussion: """
      Voices speak commands to a microphone. They are captured in real time through ALSA from a virtual sound card, go \
      through voice activity, turns and recognition, switch a simulated board, and are answered aloud. Each stage is shown \
      with the time since the end of speech.
      """)

  @Option(help: ArgumentHelp("Another configuration; its board is simulated.", valueName: "file")) var config: String?

  func run() async throws {
    guard let path = config ?? ResourceFiles.locate("configs/kitchen.yaml") else {
      throw CommandFailure(
        status: .noInput, description: "could not find configs/kitchen.yaml beside the program. Name one with --config."
      )
    }
    do {
      let loaded = try Configuration.load(path: path)
      try await Stage(loaded).perform(Script.demo(calling: loaded.configuration.wake.words.first?.word))
    } catch let error as ConfigurationError {
      throw CommandFailure(status: .badConfiguration, description: "\(error)")
    }
  }
}
