import ArgumentParser
import Configuration
import Phrases

struct Config: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check a configuration, or show the one that counts.",
    subcommands: [Check.self, Show.self])

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Report every problem of a file with line and column, all at once.",
      discussion: "Exit code 0 where there is none, 78 otherwise. Nothing is opened but the file.")

    @Argument(help: "The configuration file.") var file: String

    func run() async throws {
      do {
        let loaded = try Configuration.load(path: file)
        try LanguageModels.check(loaded.configuration.model)
        for warning in loaded.warnings { note(warning.description(file: file)) }
        out(
          """
          \(file): no problem. \(loaded.configuration.tools.count) tools, \(loaded.phrases.templateCount) phrases, \
          \(loaded.configuration.lines.count) GPIO lines.
          """)
      } catch {
        throw CommandFailure(status: .badConfiguration, description: "\(error)")
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the effective configuration: every key, and where its value comes from.")

    @OptionGroup var options: ConfigurationOptions

    func run() async throws { out(try options.load().effective) }
  }
}
