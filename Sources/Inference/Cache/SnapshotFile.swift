internal import Glibc

/// A snapshot being written or read, with a running checksum of what follows the header.
struct SnapshotFile: ~Copyable {
  private let path: String
  // Written under this name until it is whole; nil: being read.
  private let part: String?
  private var descriptor: Int32
  private var hash = XXHash64()
  private(set) var byteCount = 0

  /// Begins a file that replaces `path` when it is finished.
  init(writing path: String) throws(InferenceError) {
    self.path = path
    let part = path + ".part"
    self.part = part
    descriptor = unsafe open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw Self.failed("write the snapshot \(path)") }
  }

  init(reading path: String) throws(InferenceError) {
    self.path = path
    part = nil
    // A FIFO in the file's place must not hold the caller up.
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.failed("read the snapshot \(path)") }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      let error = Self.failed("read the snapshot \(path)")
      close(descriptor)
      throw error
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw Self.unusable(path, "it is no file")
    }
    byteCount = Int(status.st_size)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    // Nothing that was not finished stays behind; after finishing, nothing has this name.
    if let part { unsafe unlink(part) }
  }

  /// The header comes first, in one piece; what follows is hashed.
  mutating func write(_ header: [UInt8]) throws(InferenceError) {
    try unsafe header.withUnsafeBufferPointer { bytes throws(InferenceError) in
      try unsafe writeAll(UnsafeRawBufferPointer(bytes))
    }
  }

  mutating func write(_ rows: UnsafeMutableRawBufferPointer) throws(InferenceError) {
    unsafe hash.update(UnsafeRawBufferPointer(rows))
    try unsafe writeAll(UnsafeRawBufferPointer(rows))
  }

  /// Writes the checksum, waits for the disk and gives the file its name.
  mutating func finish() throws(InferenceError) {
    try unsafe withUnsafeBytes(of: hash.value.littleEndian) { bytes throws(InferenceError) in
      try unsafe writeAll(bytes)
    }
    guard let part, fsync(descriptor) == 0, unsafe rename(part, path) == 0 else {
      throw Self.failed("write the snapshot \(path)")
    }
    // The new name is on the disk too when its folder is.
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let directory = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if directory >= 0 {
      fsync(directory)
      close(directory)
    }
  }

  /// The next bytes, fewer than `count` at the end of the file.
  mutating func read(upTo count: Int) throws(InferenceError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: min(count, byteCount))
    let got = try unsafe bytes.withUnsafeMutableBufferPointer { buffer throws(InferenceError) in
      try unsafe readAll(UnsafeMutableRawBufferPointer(buffer))
    }
    return Array(bytes[..<got])
  }

  mutating func read(into rows: UnsafeMutableRawBufferPointer) throws(InferenceError) {
    guard try unsafe readAll(rows) == rows.count else { throw Self.unusable(path, "it ends early") }
    unsafe hash.update(UnsafeRawBufferPointer(rows))
  }

  /// Compares the checksum that follows what was read.
  mutating func checkPayload() throws(InferenceError) {
    var stored: UInt64 = 0
    let got = try unsafe withUnsafeMutableBytes(of: &stored) { buffer throws(InferenceError) in
      try unsafe readAll(buffer)
    }
    guard got == 8, UInt64(littleEndian: stored) == hash.value else {
      throw Self.unusable(path, "its checksum does not fit")
    }
  }

  private func writeAll(_ bytes: UnsafeRawBufferPointer) throws(InferenceError) {
    var done = 0
    while done < bytes.count {
      let count = unsafe Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Self.failed("write the snapshot \(path)") }
      done += count
    }
  }

  private func readAll(_ bytes: UnsafeMutableRawBufferPointer) throws(InferenceError) -> Int {
    var done = 0
    while done < bytes.count {
      let count = unsafe Glibc.read(descriptor, bytes.baseAddress! + done, bytes.count - done)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Self.failed("read the snapshot \(path)") }
      if count == 0 { break }
      done += count
    }
    return done
  }

  private static func failed(_ action: String) -> InferenceError {
    let number = errno
    let text = unsafe String(cString: strerror(number))
    return InferenceError(
      .fileUnreadable, "could not \(action): \(text)", errorNumber: number,
      remedy: "Check the folder, its owner and the space on the disk; without a snapshot the prompt is computed anew.")
  }

  static func unusable(_ path: String, _ reason: String) -> InferenceError {
    InferenceError(
      .fileInvalid, "could not use the snapshot \(path): \(reason)",
      remedy: "It is made anew from the prompt; nothing is lost but time.")
  }
}
