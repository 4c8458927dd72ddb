internal import CKernels

/// Finds a model file's tensors by name, checks type and shape before anything is read, and knows at the end which were
/// not asked for.
struct TensorLookup {
  let vectors = FloatStorage()
  private let file: GGUFFile
  private let pack: WeightPack?
  private var unused: Set<String>

  init(_ file: GGUFFile, pack: WeightPack?) {
    self.file = file
    self.pack = pack
    unused = Set(file.tensors.map(\.name))
  }

  func has(_ name: String) -> Bool { file.tensor(name) != nil }

  /// A matrix [rows × columns] of a type that has kernels; `rows` nil: any number, 1 to 4 Mi.
  mutating func matrix(_ name: String, columns: Int, rows: Int?) throws(InferenceError) -> WeightMatrix {
    let tensor = try take(name)
    guard tensor.dimensions.count == 2, tensor.dimensions[0] == columns,
      rows.map({ $0 == tensor.dimensions[1] }) ?? (1...Self.mostRows).contains(tensor.dimensions[1])
    else {
      throw invalid(
        "the tensor \(name) is \(tensor.dimensions), allowed is [\(columns), \(rows.map(String.init) ?? "1 to \(Self.mostRows)")]"
      )
    }
    try requireKernel(tensor)
    return unsafe WeightMatrix(
      type: tensor.type, rows: tensor.dimensions[1], columns: columns, bytes: file.bytes(of: tensor),
      packed: pack?.matrix(tensor))
  }

  /// The matrix `stem`.weight and, where the file has it, `stem`.bias.
  mutating func projection(
    _ stem: String, columns: Int, rows: Int, needsBias: Bool = false
  ) throws(InferenceError) -> Projection {
    let matrix = try matrix(stem + ".weight", columns: columns, rows: rows)
    let hasBias = needsBias || has(stem + ".bias")
    return unsafe Projection(
      matrix: matrix, bias: hasBias ? UnsafePointer(try vector(stem + ".bias", count: rows)) : nil)
  }

  /// A vector as floats.
  mutating func vector(_ name: String, count: Int) throws(InferenceError) -> UnsafePointer<Float> {
    let tensor = try take(name)
    guard tensor.dimensions.first == count, tensor.dimensions.dropFirst().allSatisfy({ $0 == 1 }) else {
      throw invalid("the tensor \(name) is \(tensor.dimensions), allowed is [\(count)]")
    }
    guard tensor.type.blockElements == 1 else {
      throw invalid(
        "the tensor \(name) is of type \(tensor.type.name), allowed are F32, F16, BF16", code: .unsupported)
    }
    try requireKernel(tensor)
    let out = unsafe try vectors.allocate(count, for: name)
    unsafe _ = ckernels_dequantise(Int32(tensor.type.rawValue), file.bytes(of: tensor).baseAddress!, out, count)
    return unsafe UnsafePointer(out)
  }

  /// RoPE divisors, each above 0; nil where the file has none.
  mutating func divisors(_ name: String, count: Int) throws(InferenceError) -> [Float]? {
    guard has(name) else { return nil }
    let values = unsafe Array(UnsafeBufferPointer(start: try vector(name, count: count), count: count))
    for (index, value) in values.enumerated() where !(value > 1e-6 && value < 1e9) {
      throw invalid("the tensor \(name) is \(value) at \(index), allowed are 1e-6 to 1e9")
    }
    return values
  }

  /// An unknown tensor means a graph that is not this one.
  func refuseUnused() throws(InferenceError) {
    guard let name = unused.min() else { return }
    throw invalid(
      "the tensor \(name) has no place in this architecture (and \(unused.count - 1) more)", code: .unsupported)
  }

  /// Above any vocabulary; the largest seen is 262,208.
  private static let mostRows = 1 << 22

  private mutating func take(_ name: String) throws(InferenceError) -> GGUFTensor {
    guard let tensor = file.tensor(name) else { throw invalid("the tensor \(name) is missing") }
    unused.remove(name)
    return tensor
  }

  /// Whether the kernels have the type is asked of them, with the tensor's first block.
  private func requireKernel(_ tensor: GGUFTensor) throws(InferenceError) {
    let bytes = unsafe file.bytes(of: tensor)
    let block = tensor.type.blockElements
    let known = unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: block) { out in
      unsafe bytes.count >= tensor.type.blockBytes
        && ckernels_dequantise(Int32(tensor.type.rawValue), bytes.baseAddress!, out.baseAddress!, block) == 0
    }
    guard known else {
      throw invalid("the tensor \(tensor.name) is of type \(tensor.type.name), which has no kernel", code: .unsupported)
    }
  }

  private func invalid(_ reason: String, code: InferenceError.Code = .fileInvalid) -> InferenceError {
    .model(file.path, reason, code: code)
  }
}
