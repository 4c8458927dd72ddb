/// The first 24 bytes of a model file.
struct GGUFHeader {
  let version: UInt32
  let tensors: Int
  let keys: Int

  init(reading cursor: inout GGUFCursor) throws(InferenceError) {
    guard cursor.remaining >= GGUFLimits.headerBytes else {
      throw cursor.invalid("it is \(cursor.remaining) bytes long; the header alone takes \(GGUFLimits.headerBytes)")
    }
    let magic = unsafe cursor.bytes.withBytes(0..<4) { unsafe Array($0) }
    guard magic.elementsEqual("GGUF".utf8) else { throw Self.foreign(magic, cursor) }
    try cursor.skip(4, "the magic")
    version = try cursor.number("the version")
    if GGUFLimits.versions ~= version.byteSwapped {
      throw cursor.unsupported(
        "it is written for big-endian processors",
        remedy: "Use the little-endian file of the model, which is the usual one.")
    }
    guard GGUFLimits.versions ~= version else {
      throw cursor.unsupported(
        "it has version \(version) of the format; 2 and 3 are allowed",
        remedy: version < 2
          ? "Convert the model again with a current converter." : "Use a newer release of this program.")
    }
    let tensors = try cursor.number("the number of tensors", as: UInt64.self)
    let keys = try cursor.number("the number of keys", as: UInt64.self)
    self.tensors = try Self.check(tensors, "tensors", GGUFLimits.tensors, GGUFLimits.smallestTensor, cursor)
    self.keys = try Self.check(keys, "keys", GGUFLimits.keys, GGUFLimits.smallestKey, cursor)
  }

  /// A count that is allowed and for which the file has bytes enough.
  private static func check(
    _ count: UInt64, _ what: String, _ limit: Int, _ smallest: Int, _ cursor: GGUFCursor
  ) throws(InferenceError) -> Int {
    guard count <= UInt64(limit) else {
      throw cursor.invalid("it says that it has \(count) \(what); at most \(limit) are allowed")
    }
    guard Int(count) * smallest <= cursor.remaining else {
      throw cursor.invalid(
        "it says that it has \(count) \(what), which take \(Int(count) * smallest) bytes at least; \(cursor.remaining) follow"
      )
    }
    return Int(count)
  }

  /// What people give instead of a model.
  private static func foreign(_ magic: [UInt8], _ cursor: GGUFCursor) -> InferenceError {
    let text = magic.map { 32...126 ~= $0 ? String(UnicodeScalar($0)) : "." }.joined()
    let remedy =
      switch text {
      case "vers": "This seems to be a Git LFS pointer: fetch the model itself with git lfs pull."
      case "<!do", "<!DO", "<htm", "<HTM", "Entr", "Inva", "{\"er":
        "This seems to be a server's message: download the file again with its direct address."
      case "lmgg", "tjgg", "fmgg", "algg": "This is an older format of ggml: convert the model again to GGUF."
      default: "Give the path of a GGUF file; models in other formats have to be converted."
      }
    return cursor.invalid("it begins with \"\(text)\" instead of \"GGUF\"", remedy: remedy)
  }
}
