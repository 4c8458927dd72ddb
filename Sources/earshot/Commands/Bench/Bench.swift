import ArgumentParser

struct Bench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure Earshot on this machine.",
    subcommands: [BenchTurns.self, BenchWake.self, BenchAudio.self, BenchSoak.self, BenchModel.self])
}
