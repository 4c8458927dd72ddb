import Glibc
import Inference
import TestSupport

/// Loads a tiny model for the time of `body`.
func withTransformer<Result>(
  _ name: String, _ quantisation: TinyModel.Quantisation = .f32, options: TransformerOptions = .tiny(),
  _ body: (Transformer) throws -> Result
) throws -> Result {
  try withTransformer(TinyModel.named(name).file(quantisation).bytes, options: options, body)
}

/// Loads a model from a file's bytes for the time of `body`.
func withTransformer<Result>(
  _ bytes: [UInt8], options: TransformerOptions = .tiny(), _ body: (Transformer) throws -> Result
) throws -> Result {
  try body(try Transformer(file: try GGUFFile(bytes: bytes.span, name: "tiny.gguf"), options: options))
}

func write(_ bytes: [UInt8], to path: String) throws {
  let file = unsafe fopen(path, "w")
  guard let file = unsafe file else { throw TestSystemError(call: "fopen", errno: errno) }
  defer { unsafe fclose(file) }
  guard unsafe bytes.withUnsafeBytes({ unsafe fwrite($0.baseAddress, 1, $0.count, file) }) == bytes.count else {
    throw TestSystemError(call: "fwrite", errno: errno)
  }
}

func read(_ path: String) throws -> [UInt8] {
  let file = unsafe fopen(path, "r")
  guard let file = unsafe file else { throw TestSystemError(call: "fopen", errno: errno) }
  defer { unsafe fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = unsafe fread(&buffer, 1, buffer.count, file)
    if count == 0 { return bytes }
    bytes.append(contentsOf: buffer[..<count])
  }
}

extension TransformerOptions {
  /// Small enough that several batches and rings come about.
  static func tiny(
    context: Int = TinyModel.context, _ type: KeyValueType = .f16, threads: Int = 2, batch: Int = 20, rewind: Int = 0
  ) -> TransformerOptions {
    TransformerOptions(context: context, keyValueType: type, threads: threads, batch: batch, rewind: rewind)
  }
}

/// What two computations of the same logits may differ by: another test may switch the kernels meanwhile, whose sums end
/// in other last bits, and some of the keys and values then round to the other neighbour.
let roundingNoise = 5e-4

/// Relative RMS difference.
func difference(_ got: [Float], _ wanted: [Float]) -> Double {
  guard got.count == wanted.count, !got.isEmpty else { return .infinity }
  let (error, size) = zip(got, wanted).reduce((0.0, 0.0)) { sums, pair in
    let d = Double(pair.0) - Double(pair.1)
    return (sums.0 + d * d, sums.1 + Double(pair.1) * Double(pair.1))
  }
  return (error / size).squareRoot()
}
