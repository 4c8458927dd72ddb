import ArgumentParser

struct Bench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure Earshot on this machine.",
    subcommands: [BenchTurns.self, BenchAudio.self, BenchSoak.self, BenchModel.self])
}
