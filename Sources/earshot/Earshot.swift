import ArgumentParser

/// The executable: one command per file in Commands/.
@main
struct Earshot: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "earshot",
    abstract: "A voice assistant that never leaves the house.",
    discussion: """
      A microphone, your own phrases, GPIO lines and programs, a loudspeaker; no cloud. Start with `earshot demo`: it \
      needs no microphone, no loudspeaker and no configuration.

      Results go to standard output, logs and progress to standard error. Exit codes follow sysexits: 0 done, 64 usage, \
      65 bad data, 66 no such input, 69 device or service missing, 70 our own fault, 77 not permitted, 78 bad \
      configuration.

      Shell completions: earshot --generate-completion-script bash|zsh|fish.
      """,
    version: earshotVersion,
    groupedSubcommands: [
      CommandGroup(name: "Assistant", subcommands: [Demo.self, Run.self, Ask.self, History.self]),
      CommandGroup(name: "Stages", subcommands: [Listen.self, Say.self, Transcribe.self, ToolsCommand.self]),
      CommandGroup(name: "Set-up", subcommands: [Config.self, Devices.self, Doctor.self]),
      CommandGroup(name: "Measuring", subcommands: [Bench.self]),
    ])
}

/// Also what `earshot --version` says; CHANGELOG.md tells what changed.
let earshotVersion = "0.1.0"
