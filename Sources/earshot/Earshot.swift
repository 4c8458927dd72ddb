import ArgumentParser
import Audio
import CLinux
import Glibc
import SoundCards

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
      CommandGroup(name: "Language model", subcommands: [ModelCommand.self, Evaluate.self]),
      CommandGroup(name: "Set-up", subcommands: [Config.self, Devices.self, Doctor.self]),
      CommandGroup(name: "Measuring", subcommands: [Bench.self]),
    ])

  /// Runs the command and turns what goes wrong into a message and an exit code of sysexits.
  static func main() async {
    // A reader that goes away is an error of one write, not the end of the program.
    _ = signal(SIGPIPE, SIG_IGN)
    // Each thread would otherwise keep one of its own: megabytes that do nothing on a board with little memory.
    clx_limit_heaps(2)
    do {
      let command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        var command = command
        try command.run()
      }
    } catch let failure as CommandFailure {
      fail(failure)
    } catch let error as SoundCardError {
      fail(CommandFailure(error))
    } catch let error as AudioFileError {
      fail(CommandFailure(status: error.isMissing ? .noInput : .badData, description: error.description))
    } catch {
      exit(withError: error)
    }
  }

  private static func fail(_ failure: CommandFailure) -> Never {
    note("earshot: \(failure)")
    Glibc.exit(failure.status.rawValue)
  }
}

/// Also what `earshot --version` says; CHANGELOG.md tells what changed.
let earshotVersion = "0.1.0"
