/// A model file, mapped read-only and checked completely when it is opened.
///
/// ```
/// "GGUF" · u32 version · u64 tensors · u64 keys
/// keys    × { string key · u32 type · value }
/// tensors × { string name · u32 dimensions · u64 dimension… · u32 type · u64 offset }
/// padding to the alignment · tensors' bytes, each at its offset from here
/// ```
/// Everything is little endian; a string is its length in eight bytes and then its bytes. Source: docs/gguf.md of ggml.
///
/// The weights are not read before somebody touches them. A file that another program shortens while it is mapped ends
/// the process on the next access to what is gone, so models are replaced by renaming, not by overwriting. Safe for use
/// from any thread.
@safe public final class GGUFFile: Sendable {
  /// As it was given.
  public let path: String
  /// Length of the file.
  public let byteCount: Int
  /// 2 or 3.
  public let version: UInt32
  public let metadata: GGUFMetadata
  /// In file order.
  public let tensors: [GGUFTensor]
  private let indices: [String: Int]
  let storage: GGUFBytes

  /// Throws `fileUnreadable`, `outOfMemory`, `fileInvalid` or `unsupported`; the message names the file, the key or the
  /// tensor, the value and what is allowed.
  public convenience init(path: String) throws(InferenceError) {
    try self.init(GGUFBytes(mapping: path), path: path)
  }

  /// The same for a copy of `bytes`; `name` stands for the path.
  package convenience init(bytes: Span<UInt8>, name: String) throws(InferenceError) {
    try self.init(GGUFBytes(copying: bytes), path: name)
  }

  private init(_ storage: GGUFBytes, path: String) throws(InferenceError) {
    var cursor = GGUFCursor(bytes: storage, path: path)
    let header = try GGUFHeader(reading: &cursor)
    let metadata = try GGUFMetadata(reading: &cursor, count: header.keys)
    let table = try GGUFTensorTable(reading: &cursor, count: header.tensors, metadata: metadata)
    self.path = path
    byteCount = storage.count
    version = header.version
    self.metadata = metadata
    tensors = table.tensors
    indices = table.indices
    self.storage = storage
  }

  public func tensor(_ name: String) -> GGUFTensor? { indices[name].map { tensors[$0] } }

  /// The tensor's blocks, in the file; valid as long as this object lives. Traps for a tensor of another file that does
  /// not lie inside this one.
  public func bytes(of tensor: GGUFTensor) -> UnsafeRawBufferPointer {
    precondition(
      tensor.offset >= 0 && tensor.byteCount >= 0 && tensor.offset <= byteCount - tensor.byteCount,
      "\(tensor.name) lies outside \(path)")
    return unsafe UnsafeRawBufferPointer(rebasing: storage.buffer[tensor.offset..<tensor.offset + tensor.byteCount])
  }

  static let damaged = "The file is damaged or cut short: download or copy it again and compare its checksum."
}
