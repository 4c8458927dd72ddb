/// Reads a model file's header from front to back; whatever it gives out lies inside the file.
struct GGUFCursor {
  let bytes: GGUFBytes
  /// For errors.
  let path: String
  private(set) var offset = 0

  init(bytes: GGUFBytes, path: String) {
    self.bytes = bytes
    self.path = path
  }

  var remaining: Int { bytes.count - offset }

  /// Eight bytes at most. `what` names it in the error.
  mutating func number<Number: FixedWidthInteger>(
    _ what: @autoclosure () -> String, as type: Number.Type = Number.self
  ) throws(InferenceError) -> Number {
    let size = MemoryLayout<Number>.size
    guard size <= remaining else { throw truncated(what(), needs: UInt64(size)) }
    defer { offset += size }
    return bytes.load(offset)
  }

  mutating func skip(_ count: Int, _ what: @autoclosure () -> String) throws(InferenceError) {
    guard count <= remaining else { throw truncated(what(), needs: UInt64(count)) }
    offset += count
  }

  /// Goes past a string of any bytes and gives where they lie.
  mutating func string(_ what: @autoclosure () -> String) throws(InferenceError) -> Range<Int> {
    let length = try number("the length of \(what())", as: UInt64.self)
    guard length <= UInt64(remaining) else { throw truncated(what(), needs: length) }
    defer { offset += Int(length) }
    return offset..<offset + Int(length)
  }

  /// A key's or tensor's name: `limit` bytes at most, UTF-8, not empty, no NUL.
  mutating func name(_ what: @autoclosure () -> String, limit: Int) throws(InferenceError) -> String {
    let start = offset
    let range = try string(what())
    guard 1...limit ~= range.count else {
      throw invalid("\(what()) at byte \(start) is \(range.count) bytes long; 1 to \(limit) are allowed")
    }
    let name = unsafe bytes.withBytes(range) { buffer -> String? in
      unsafe buffer.contains(0) ? nil : String(validating: buffer, as: UTF8.self)
    }
    guard let name else { throw invalid("\(what()) at byte \(start) is not UTF-8 text without NUL") }
    return name
  }

  func truncated(_ what: String, needs count: UInt64) -> InferenceError {
    invalid(
      "\(what) needs \(count) bytes at byte \(offset), and the file has \(max(0, remaining)) more (\(bytes.count) in all)"
    )
  }

  func invalid(_ reason: String, remedy: String = GGUFFile.damaged) -> InferenceError {
    InferenceError(.fileInvalid, "could not read the model \(path): \(reason)", remedy: remedy)
  }

  func unsupported(_ reason: String, remedy: String) -> InferenceError {
    InferenceError(.unsupported, "could not read the model \(path): \(reason)", remedy: remedy)
  }
}
