import ArgumentParser
import Configuration
import Journal
import Tools

struct History: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what was done, newest last.",
    discussion: """
      Reads the journal: every turn's outcome and every action with what came of it. What was said is there only where \
      the configuration keeps transcripts.
      """)

  @OptionGroup var options: ConfigurationOptions
  @Option(help: "How many entries.") var limit = 20
  @Flag(help: "One JSON object a line.") var json = false

  func run() async throws {
    let configuration = try options.load().configuration
    try await Journals.show(configuration.journal, limit: max(1, min(limit, 10_000)), json: json)
  }
}
