/// What a fuzzer calls with arbitrary bytes; each returns for every input, and traps where a promise is broken.
public enum ModelFuzzing {
  /// A model file: what loads computes the logits of some tokens, whatever its weights are.
  public static func model(_ bytes: Span<UInt8>) {
    guard let file = try? GGUFFile(bytes: bytes, name: "fuzz.gguf"),
      let parameters = try? HyperParameters(file)
    else { return }
    // A file decides how long its context may be, and the caller how long it is.
    let options = TransformerOptions(context: min(32, parameters.contextLength), threads: 1, batch: 4)
    guard let model = try? Transformer(file: file, options: options) else { return }
    var logits: [Float] = []
    let tokens = (0..<min(7, options.context)).map { TokenID($0 % model.vocabularyCount) }
    try? model.evaluate(tokens, logits: .last, into: &logits)
    precondition(logits.count == model.vocabularyCount, "\(logits.count) logits")
  }

  /// The header of a snapshot: what is accepted is written back equal.
  public static func snapshot(_ bytes: Span<UInt8>) {
    let bytes = bytes.indices.map { bytes[$0] }
    guard let header = try? SnapshotHeader(bytes, atMost: 4096) else { return }
    precondition(header.bytes == Array(bytes[..<header.bytes.count]), "a header did not write back equal")
  }
}
