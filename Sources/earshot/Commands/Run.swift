import ArgumentParser
import Configuration
import Logging

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The daemon, in the foreground.",
    discussion: """
      Listens to the configured microphone until SIGTERM or Ctrl-C. Under systemd it reports when it is ready and feeds \
      the watchdog. When it ends, every output is put into its safe state.
      """)

  @OptionGroup var options: ConfigurationOptions
  @Flag(help: "Switch nothing: GPIO, PWM and LEDs in memory. Programs do run.") var simulate = false
  @Flag(help: "Also print every event to standard output, one JSON object a line.") var json = false

  func run() async throws {
    let loaded = try options.loadWithTools()
    let configuration = loaded.configuration
    let level = Logger.Level(rawValue: configuration.logLevel.rawValue) ?? .info
    LoggingSystem.bootstrap { _ in DaemonLog(level: level, environment: processEnvironment()) }
    try await Daemon(loaded: loaded, isSimulated: simulate, printsEvents: json).run()
  }
}
