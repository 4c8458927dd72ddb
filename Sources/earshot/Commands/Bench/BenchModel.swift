import ArgumentParser
import Inference
import Tools

struct BenchModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Measure how fast a language model reads and writes.",
    discussion: """
      Prefill is how fast a prompt is read, decode how fast an answer is written, both in tokens a second. The tokens are \
      arbitrary: speed does not depend on what they say.

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
      let file = try GGUFFile(path: options.file)
      let architecture = file.metadata.string("general.architecture") ?? ""
      let longest = file.metadata.integer(architecture + ".context_length")
      return (try Transformer(file: file, options: options.transformer(longest: longest)), clock.now - start)
    }
    var prefill: [(tokens: Int, rates: [Double])] = []
    var decode: [Double] = []
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
    report(prefill, decode, transformer, load)
  }

  private func lengths() throws -> [Int] {
    try prompt.split(separator: ",").map { part in
      guard let length = Int(part), length >= 1, length < options.context else {
        throw ValidationError("--prompt: \(part) is no length from 1 to below the context of \(options.context)")
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

  private func report(
    _ prefill: [(tokens: Int, rates: [Double])], _ decode: [Double], _ transformer: Transformer, _ load: Duration
  ) {
    if json {
      let phases = JSONObject(uniqueKeysWithValues: prefill.map { ("\($0.tokens)", Self.object($0.rates)) })
      let object: JSONValue = [
        "engine": "earshot", "threads": .integer(Int64(transformer.options.threads)), "prefill": .object(phases),
        "decode": ["\(generate)": Self.object(decode)], "load_s": .number(Self.rounded(load / .seconds(1))),
        "cache_bytes": .integer(Int64(transformer.cacheByteCount)),
        "scratch_bytes": .integer(Int64(transformer.scratchByteCount)),
      ]
      return out(object.text())
    }
    out(
      "loaded in \(Self.rounded(load / .seconds(1))) s, \(transformer.options.threads) threads; tokens/s, best and median"
    )
    for (tokens, rates) in prefill { out("prefill \(tokens)\t\(Self.text(rates))") }
    out("decode \(generate)\t\(Self.text(decode))")
  }

  private static func object(_ rates: [Double]) -> JSONValue {
    ["best": .number(rounded(rates.max() ?? 0)), "median": .number(rounded(median(rates)))]
  }

  private static func text(_ rates: [Double]) -> String { "\(rounded(rates.max() ?? 0))\t\(rounded(median(rates)))" }

  private static func median(_ rates: [Double]) -> Double { rates.sorted()[rates.count / 2] }

  private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
