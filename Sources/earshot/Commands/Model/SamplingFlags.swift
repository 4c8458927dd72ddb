import ArgumentParser
import Inference

/// How words are chosen.
struct SamplingFlags: ParsableArguments {
  @Option(help: ArgumentHelp("An answer is not longer.", valueName: "tokens")) var maxTokens = 256
  @Option(help: "0: always the most probable token. Higher is more varied.") var temperature: Float = 0
  @Option(help: "Choose among this many of the most probable only; 0: all.") var topK = 0
  @Option(help: "Choose among the fewest whose probabilities reach this sum.") var topP: Float = 1
  @Option(help: "Choose among those at least this fraction as probable as the first.") var minP: Float = 0
  @Option(help: "How much tokens of the last 64 are disfavoured; 1: not at all.") var repetitionPenalty: Float = 1
  @Option(help: "The same seed gives the same text.") var seed: UInt64?

  func validate() throws {
    guard maxTokens >= 1 else { throw ValidationError("--max-tokens is \(maxTokens); at least 1 is needed") }
  }

  var options: SamplingOptions {
    SamplingOptions(
      temperature: temperature, topK: topK, topP: topP, minP: minP, repetitionPenalty: repetitionPenalty, seed: seed)
  }
}
