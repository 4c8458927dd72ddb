import ArgumentParser
import Glibc
import Inference
import Tools

struct ModelLogits: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logits", abstract: "Compute what the model thinks comes next after some tokens.",
    discussion: """
      For comparing engines: --out writes float32, little endian, one row of the vocabulary for the last token, or with \
      --all for each.

        earshot model logits model.gguf --tokens 1,315,947 --top 5
      """)

  @OptionGroup var options: ModelOptions
  @Option(help: ArgumentHelp("Token numbers with commas between.", valueName: "ids")) var tokens: String
  @Flag(help: "Logits of every token, not of the last alone.") var all = false
  @Option(help: ArgumentHelp("How many of the most probable to print for the last token.", valueName: "count"))
  var top = 10
  @Option(help: ArgumentHelp("Write the logits into this file.", valueName: "file")) var out: String?
  @Flag(help: "One JSON object.") var json = false

  func run() throws {
    let ids = try tokens.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let id = TokenID(part.filter { $0 != " " }) else { throw ValidationError("--tokens: \(part) is no number") }
      return id
    }
    var logits: [Float] = []
    let vocabulary = try openingModel {
      let file = try GGUFFile(path: try options.file)
      let architecture = file.metadata.string("general.architecture") ?? ""
      var transformer = options.running.transformer(
        longest: file.metadata.integer(architecture + ".context_length"), weights: "exact")
      // Exact, so that engines are compared and not caches.
      if !options.running.isKVCacheGiven { transformer.keyValueType = .f32 }
      let model = try Transformer(file: file, options: transformer)
      try model.evaluate(ids, logits: all ? .all : .last, into: &logits)
      return model.vocabularyCount
    }
    if let out { try write(logits, to: out) }
    let last = logits.suffix(vocabulary)
    let order = last.indices.sorted { (last[$0], $1) > (last[$1], $0) }.prefix(max(0, top))
    let rows = order.map { (id: $0 - last.startIndex, logit: last[$0]) }
    if json {
      let object: JSONValue = [
        "shape": [.integer(Int64(logits.count / vocabulary)), .integer(Int64(vocabulary))],
        "top": .array(rows.map { [.integer(Int64($0.id)), .number(Double($0.logit))] }),
      ]
      earshot.out(object.text())
    } else {
      for row in rows { earshot.out("\(row.id)\t\(row.logit)") }
    }
  }

  private func write(_ logits: [Float], to path: String) throws {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw SystemFailure(path: path, number: errno) }
    defer { close(descriptor) }
    try unsafe logits.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let count = unsafe Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw SystemFailure(path: path, number: errno) }
        done += count
      }
    }
  }
}
