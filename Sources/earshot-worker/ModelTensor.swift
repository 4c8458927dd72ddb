import COnnxRuntime

/// What a model's file declares of one input or output.
struct ModelTensor: CustomStringConvertible {
  var name = ""
  var isFloat = false
  /// -1 where any size is taken; empty for a single number, and where nothing is known.
  var shape: [Int] = []

  init() {}

  init(_ tensor: cox_tensor) {
    let tensor = tensor
    name = unsafe withUnsafeBytes(of: tensor.name) {
      unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    isFloat = tensor.element == Int32(COX_FLOAT) && tensor.rank <= Int(COX_RANK)
    let sizes = unsafe withUnsafeBytes(of: tensor.shape) { unsafe Array($0.bindMemory(to: Int64.self)) }
    shape = sizes.prefix(tensor.rank).map { Int($0) }
  }

  /// Whether a tensor of exactly `sizes` may go in.
  func takes(_ sizes: [Int]) -> Bool {
    isFloat && shape.count == sizes.count && zip(shape, sizes).allSatisfy { $0 == $1 || $0 == -1 }
  }

  /// Whether it is one number, as far as the file says.
  var isOneNumber: Bool { isFloat && shape.allSatisfy { $0 == 1 || $0 == -1 } }

  var description: String { "\(name) \(shape)\(isFloat ? "" : " (not of floats)")" }
}
