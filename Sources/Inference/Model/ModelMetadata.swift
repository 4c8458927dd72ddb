/// Reads a model file's numbers under the architecture's prefix, each within its range, and says what is wrong with one.
struct ModelMetadata {
  let path: String
  let prefix: String
  private let metadata: GGUFMetadata
  private let keys: Set<String>

  init(_ file: GGUFFile, prefix: String) {
    path = file.path
    metadata = file.metadata
    keys = Set(file.metadata.keys)
    self.prefix = prefix
  }

  /// The key's full name: `llama.block_count` for `block_count`.
  func full(_ key: String) -> String { "\(prefix).\(key)" }

  func has(_ key: String) -> Bool { keys.contains(full(key)) }

  /// A whole number; absent: `fallback`, and an error where there is none.
  func integer(_ key: String, in range: ClosedRange<Int>, default fallback: Int? = nil) throws(InferenceError) -> Int {
    guard has(key) else { return try required(key, fallback) }
    guard let value = metadata.integer(full(key)) else { throw wrongType(key, "a whole number") }
    guard range.contains(value) else {
      throw invalid("the key \(full(key)) is \(value), allowed are \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// A finite number; absent: `fallback`, and an error where there is none.
  func number(
    _ key: String, in range: ClosedRange<Double>, default fallback: Double? = nil
  ) throws(InferenceError) -> Double {
    guard has(key) else { return try required(key, fallback) }
    guard let value = metadata.number(full(key)) else { throw wrongType(key, "a number") }
    guard range.contains(value) else {
      throw invalid("the key \(full(key)) is \(value), allowed are \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// One of `names`; absent: nil.
  func name(_ key: String, of names: [String]) throws(InferenceError) -> String? {
    guard has(key) else { return nil }
    guard let value = metadata.string(full(key)) else { throw wrongType(key, "text") }
    guard names.contains(value) else {
      throw invalid(
        "the key \(full(key)) is \"\(value.prefix(40))\", allowed are \(names.joined(separator: ", "))",
        code: .unsupported)
    }
    return value
  }

  /// One whole number for all layers, or an array with one for each.
  func perLayer(
    _ key: String, layers: Int, in range: ClosedRange<Int>, default fallback: [Int]? = nil
  ) throws(InferenceError) -> [Int] {
    guard has(key) else { return try required(key, fallback) }
    guard let values = metadata.integers(full(key)) else {
      return Array(repeating: try integer(key, in: range), count: layers)
    }
    guard values.count == layers else {
      throw invalid("the key \(full(key)) has \(values.count) values, allowed are \(layers), one for each layer")
    }
    for (layer, value) in values.enumerated() where !range.contains(value) {
      throw invalid(
        "the key \(full(key)) is \(value) for layer \(layer), allowed are \(range.lowerBound) to \(range.upperBound)")
    }
    return values
  }

  /// Whether the key holds an array of whole numbers.
  func isArray(_ key: String) -> Bool { metadata.integers(full(key)) != nil }

  /// One truth value for each layer; nil where the key holds something else.
  func flags(_ key: String, layers: Int) throws(InferenceError) -> [Bool]? {
    guard let values = metadata.flags(full(key)) else { return nil }
    guard values.count == layers else {
      throw invalid("the key \(full(key)) has \(values.count) values, allowed are \(layers), one for each layer")
    }
    return values
  }

  /// What is wrong with this file.
  func invalid(_ reason: String, code: InferenceError.Code = .fileInvalid) -> InferenceError {
    .model(path, reason, code: code)
  }

  private func required<Value>(_ key: String, _ fallback: Value?) throws(InferenceError) -> Value {
    guard let fallback else { throw invalid("the key \(full(key)) is missing") }
    return fallback
  }

  private func wrongType(_ key: String, _ wanted: String) -> InferenceError {
    invalid("the key \(full(key)) is not \(wanted)")
  }
}

extension InferenceError {
  /// Why the model at `path` cannot be loaded.
  static func model(_ path: String, _ reason: String, code: Code = .fileInvalid) -> InferenceError {
    InferenceError(
      code, "could not load the model \(path): \(reason)",
      remedy: code == .unsupported
        ? "Use a file of a supported architecture and type; docs/models.md lists them."
        : "Download or convert the file again.")
  }
}
