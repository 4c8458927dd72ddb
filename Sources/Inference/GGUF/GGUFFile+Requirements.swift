extension GGUFFile {
  /// The integer of a key that has to be there; throws `fileInvalid` with file, key, value and range.
  public func requireInteger(_ key: String, in range: ClosedRange<Int>) throws(InferenceError) -> Int {
    let allowed = "integers from \(range.lowerBound) to \(range.upperBound) are allowed"
    guard let value = metadata.integer(key) else { throw missing(key, allowed) }
    guard range ~= value else { throw refusal("the key \(key) has the value \(value); \(allowed)") }
    return value
  }

  /// The finite number of a key that has to be there.
  public func requireNumber(_ key: String, in range: ClosedRange<Double>) throws(InferenceError) -> Double {
    let allowed = "numbers from \(range.lowerBound) to \(range.upperBound) are allowed"
    guard let value = metadata.number(key) else { throw missing(key, allowed) }
    guard range ~= value else { throw refusal("the key \(key) has the value \(value); \(allowed)") }
    return value
  }

  /// The text of a key that has to be there.
  public func requireString(_ key: String) throws(InferenceError) -> String {
    guard let value = metadata.string(key) else { throw missing(key, "a text is allowed") }
    return value
  }

  /// The strings of an array that has to be there.
  public func requireStrings(_ key: String, count: ClosedRange<Int>) throws(InferenceError) -> ByteStrings {
    let allowed = "\(count.lowerBound) to \(count.upperBound) strings are allowed"
    // Counted before they are copied.
    guard let found = metadata.count(key) else { throw missing(key, allowed) }
    guard count ~= found else { throw refusal("the key \(key) has \(found) elements; \(allowed)") }
    guard let strings = metadata.strings(key) else { throw missing(key, allowed) }
    return strings
  }

  /// The tensor of that name and exactly these dimensions, the contiguous one first.
  public func requireTensor(_ name: String, dimensions: [Int]) throws(InferenceError) -> GGUFTensor {
    let shape = dimensions.map(String.init).joined(separator: " × ")
    guard let tensor = tensor(name) else { throw refusal("it has no tensor \(name), which has to be \(shape)") }
    guard tensor.dimensions == dimensions else {
      let found = tensor.dimensions.map(String.init).joined(separator: " × ")
      throw refusal("the tensor \(name) is \(found); it has to be \(shape)")
    }
    return tensor
  }

  /// An error about a value that only its reader can judge, in the words of this file's own errors.
  public func refusal(_ reason: String, remedy: String = "Convert the model again, or use another file of it.")
    -> InferenceError
  {
    InferenceError(.fileInvalid, "could not use the model \(path): \(reason)", remedy: remedy)
  }

  private func missing(_ key: String, _ allowed: String) -> InferenceError {
    let what = metadata.contains(key) ? "has a value of another type" : "is not there"
    return refusal("the key \(key) \(what); \(allowed)")
  }
}
