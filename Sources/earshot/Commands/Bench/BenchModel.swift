import ArgumentParser
import Inference
import Tools

struct BenchModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Measure how fast a language model reads and writes.",
    discussion: """
      Prefill is how fast a prompt is read, decode how fast an answer is written, both in tokens a second. The tokens are \
      arbitrary: speed does not depend on what they say.

      Writing a token reads all weights once, so memory bounds it; reading a prompt multiplies, so the processor does. Both \
      are measured in the same run, and each speed is also given as the part of that bound it reaches. A run in which two \
      threads do less than 1.8 times what one does is marked: something else uses the machine.

        earshot bench model model.gguf --prompt 16,64,256 --generate 16 --repeat 3
      """)

  @OptionGroup var options: ModelOptions
  @Option(help: ArgumentHelp("Lengths of prompts, with commas between.", valueName: "tokens")) var prompt = "16,64,256"
  @Option(help: ArgumentHelp("Tokens to write.", valueName: "tokens")) var generate = 16
  @Option(help: ArgumentHelp("How often each is measured.", valueName: "times")) var `repeat` = 3
  @Flag(help: "One JSON object.") var json = false

  func validate() throws {
    guard generate >= 1, `repeat` >= 1 else { throw ValidationError("--generate and --repeat are at least 1") }
    _ = try lengths()
  }

  func run() throws {
    let lengths = try lengths()
    let (transformer, load) = try openingModel {
      let clock = ContinuousClock()
      let start = clock.now
      let file = try GGUFFile(path: try options.file)
      let architecture = file.metadata.string("general.architecture") ?? ""
      let longest = file.metadata.integer(architecture + ".context_length")
      let notice = PackingNotice { note($0) }
      let transformer = try Transformer(
        file: file, options: options.running.transformer(longest: longest), progress: notice.told
      ) { note("earshot: \($0)") }
      return (transformer, clock.now - start)
    }
    var prefill: [(tokens: Int, rates: [Double])] = []
    var decode: [Double] = []
    let threads = transformer.options.threads
    var speed = try openingModel { try MachineSpeed.measure(threads: threads) }
    try openingModel {
      // The first pass brings the weights into memory.
      try transformer.evaluate(tokens(8, of: transformer))
      for length in lengths {
        let rates = try (0..<`repeat`).map { round in
          transformer.truncate(to: 0)
          note("prefill \(length) tokens, \(round + 1) of \(`repeat`)")
          return try rate(of: length) { try transformer.evaluate(tokens(length, of: transformer)) }
        }
        prefill.append((length, rates))
      }
      var logits: [Float] = []
      for round in 0..<`repeat` {
        transformer.truncate(to: 0)
        try transformer.evaluate(tokens(8, of: transformer))
        note("decode \(generate) tokens, \(round + 1) of \(`repeat`)")
        decode.append(
          try rate(of: generate) {
            for token in tokens(generate, of: transformer) {
              try transformer.evaluate([token], logits: .last, into: &logits)
            }
          })
      }
    }
    speed = try openingModel { speed.best(try MachineSpeed.measure(threads: threads)) }
    let result = ModelSpeed(
      prefill: prefill, decode: (generate, decode), machine: speed, transformer: transformer, load: load)
    out(json ? result.object.text() : result.text)
  }

  private func lengths() throws -> [Int] {
    try prompt.split(separator: ",").map { part in
      guard let length = Int(part), length >= 1, length < options.running.context else {
        throw ValidationError(
          "--prompt: \(part) is no length from 1 to below the context of \(options.running.context)")
      }
      return length
    }
  }

  private func tokens(_ count: Int, of transformer: Transformer) -> [TokenID] {
    (0..<count).map { TokenID(($0 * 7919 + 13) % min(1000, transformer.vocabularyCount)) }
  }

  private func rate(of tokens: Int, _ work: () throws -> Void) rethrows -> Double {
    let time = try ContinuousClock().measure(work)
    return Double(tokens) / (time / .seconds(1))
  }
}
