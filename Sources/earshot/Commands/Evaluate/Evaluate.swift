import ArgumentParser

struct Evaluate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval", abstract: "Find out how well a model does what it is asked.",
    subcommands: [EvaluateTools.self])
}
