#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Where a writer's bytes go: a file, a pipe, or memory. Used by one thread at a time.
@safe final class ByteOutput {
  let name: String
  private(set) var position: Int64 = 0
  private(set) var memory: [UInt8] = []
  private var descriptor: Int32

  /// Collects everything in ``memory``.
  init(name: String) {
    self.name = name
    descriptor = -1
  }

  /// Takes over `descriptor` and closes it.
  init(descriptor: Int32, name: String) {
    self.name = name
    self.descriptor = descriptor
  }

  /// Creates the file at `path`, or empties it; `-` is standard output. Readable by its owner alone: it is speech.
  convenience init(path: String) throws(AudioFileError) {
    if path == "-" {
      let copy = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
      guard copy >= 0 else { throw Self.systemError("standard output") }
      self.init(descriptor: copy, name: "standard output")
      return
    }
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.systemError(path) }
    self.init(descriptor: descriptor, name: path)
  }

  deinit { if descriptor >= 0 { _ = Glibc.close(descriptor) } }

  /// Whether earlier bytes can be written again.
  var canPatch: Bool { descriptor < 0 || lseek(descriptor, 0, SEEK_CUR) == position }

  func append(_ bytes: UnsafeRawBufferPointer) throws(AudioFileError) {
    if descriptor < 0 {
      unsafe memory.append(contentsOf: bytes)
    } else {
      var sent = 0
      while sent < bytes.count {
        let count = unsafe write(descriptor, bytes.baseAddress! + sent, bytes.count - sent)
        if count < 0 {
          if errno == EINTR { continue }
          throw Self.systemError(name)
        }
        sent += count
      }
    }
    position += Int64(bytes.count)
  }

  func append(_ bytes: [UInt8]) throws(AudioFileError) {
    var failure: AudioFileError?
    unsafe bytes.withUnsafeBytes { buffer in
      do throws(AudioFileError) { unsafe try append(buffer) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Writes `bytes` over what stands at `offset`; only where ``canPatch``.
  func patch(_ bytes: [UInt8], at offset: Int) throws(AudioFileError) {
    if descriptor < 0 {
      memory.replaceSubrange(offset..<offset + bytes.count, with: bytes)
      return
    }
    guard unsafe pwrite(descriptor, bytes, bytes.count, off_t(offset)) == bytes.count else {
      throw Self.systemError(name)
    }
  }

  /// Closes the file; errors that the system kept until then appear here.
  func close() throws(AudioFileError) {
    guard descriptor >= 0 else { return }
    let closing = descriptor
    descriptor = -1
    if Glibc.close(closing) != 0, errno != EINTR { throw Self.systemError(name) }
  }

  private static func systemError(_ name: String) -> AudioFileError {
    let number = errno
    return AudioFileError(.system, "write", name, unsafe String(cString: strerror(number)), errno: number)
  }
}
