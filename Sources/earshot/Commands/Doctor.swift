import Actions
import ArgumentParser
import Configuration
import Glibc
import SoundCards
import Tools

struct Doctor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what would keep Earshot from working well here, each with its remedy.",
    discussion: """
      Looks at the configuration, the sound devices, GPIO, permissions, models and real-time priority of this machine. It \
      opens devices and closes them again; it switches nothing. Exit code 0 where nothing is wrong, 69 otherwise.
      """)

  @OptionGroup var options: ConfigurationOptions

  func run() async throws {
    let examination = Examination(terminal: Terminal(environment: processEnvironment(), descriptor: STDOUT_FILENO))
    let problems = await examination.run(options)
    out(problems == 0 ? "Nothing is in the way." : "\(problems) problem\(problems == 1 ? "" : "s").")
    if problems > 0 { throw ExitCode(ExitStatus.unavailable.rawValue) }
  }
}
