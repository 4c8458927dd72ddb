import Glibc

/// Reading and writing the small files that recognition needs: dictionaries, language models, caches.
enum ModelFile {
  /// A pronunciation dictionary has 3 MB; nothing that is read whole has more than this.
  static let maximumBytes = 64 << 20

  /// All bytes of a regular file.
  static func read(_ path: String) throws(TranscriptionError) -> [UInt8] {
    func failure(_ reason: String, _ number: Int32?) -> TranscriptionError {
      TranscriptionError(
        .fileUnreadable, "read \(path)", reason, errno: number,
        remedy: "Install the package pocketsphinx-en-us, or correct the path.")
    }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("it cannot be opened", errno) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw failure("its size is unknown", errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw failure("it is not a file", nil) }
    guard status.st_size <= maximumBytes else {
      throw failure("it has \(status.st_size) bytes, and \(maximumBytes) are allowed", nil)
    }
    let size = Int(status.st_size)
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let got = unsafe Glibc.read(descriptor, buffer.baseAddress! + count, size - count)
        if got <= 0 { break }
        count += got
      }
    }
    guard bytes.count == size else { throw failure("it ends after \(bytes.count) of \(size) bytes", nil) }
    return bytes
  }

  /// Size and time of change, to tell whether a cache made from the file is still right.
  static func stamp(_ path: String) throws(TranscriptionError) -> String {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      throw TranscriptionError(
        .fileUnreadable, "read \(path)", "it is not there", errno: errno,
        remedy: "Install the package pocketsphinx-en-us, or correct the path.")
    }
    return "\(path) \(status.st_size) \(status.st_mtim.tv_sec)"
  }

  static func exists(_ path: String) -> Bool { unsafe access(path, R_OK) == 0 }

  /// Writes a file so that a reader, or a power cut, never finds half of it.
  static func write(_ bytes: [UInt8], to path: String) throws(TranscriptionError) {
    func failure(_ reason: String) -> TranscriptionError {
      TranscriptionError(
        .cacheUnwritable, "write \(path)", reason, errno: errno,
        remedy: "Make the folder writable for the service's user, and check that the disk is not full.")
    }
    let temporary = "\(path).\(getpid()).part"
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure("it cannot be created") }
    var start = 0
    while start < bytes.count {
      let written = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress! + start, $0.count - start)
      }
      if written <= 0 { break }
      start += written
    }
    let isComplete = start == bytes.count && fsync(descriptor) == 0
    close(descriptor)
    guard isComplete, unsafe rename(temporary, path) == 0 else {
      let error = failure("the bytes are refused")
      unsafe unlink(temporary)
      throw error
    }
  }

  /// Creates a folder and those above it.
  static func createFolder(_ path: String) throws(TranscriptionError) {
    var partial = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      partial += "/\(part)"
      if unsafe mkdir(partial, 0o755) != 0, errno != EEXIST {
        throw TranscriptionError(
          .cacheUnwritable, "create the folder \(partial)", "the system refuses it", errno: errno,
          remedy: "Choose a cache folder that the service's user may write.")
      }
    }
  }

  /// FNV-1a, 64 bits, as 16 hexadecimal digits: names cache files by what they were made from.
  static func fingerprint(_ parts: some Sequence<String>) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for part in parts {
      for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      hash = (hash ^ 0xff) &* 0x100_0000_01b3
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
