#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Bytes from outside, front to back: a file, a pipe, or memory. Holds at most 64 KiB of what it reads. Used by one thread
/// at a time; ``cancel()`` may be called from any.
@safe final class ByteInput {
  /// What to call it in messages.
  let name: String
  /// How many bytes have been taken.
  private(set) var position: Int64 = 0

  private var memory: [UInt8]
  private var memoryStart = 0
  private var memoryEnd: Int
  private let descriptor: Int32
  // The reading end of a pipe whose other end `cancel` closes: a read that waits for a silent pipe must be endable.
  private let cancelReader: Int32
  private let cancelWriter: Int32
  private var reachedEnd: Bool

  private static let bufferSize = 65_536

  init(bytes: [UInt8], name: String) {
    self.name = name
    memory = bytes
    memoryEnd = bytes.count
    descriptor = -1
    cancelReader = -1
    cancelWriter = -1
    reachedEnd = true
  }

  /// Takes over `descriptor` and closes it at the end.
  init(descriptor: Int32, name: String) throws(AudioFileError) {
    self.name = name
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else {
      let error = Self.systemError(name)
      close(descriptor)
      throw error
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    memory = [UInt8](repeating: 0, count: Self.bufferSize)
    memoryEnd = 0
    self.descriptor = descriptor
    cancelReader = ends[0]
    cancelWriter = ends[1]
    reachedEnd = false
  }

  /// Opens the file at `path`; `-` is standard input.
  convenience init(path: String) throws(AudioFileError) {
    if path == "-" {
      let copy = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
      guard copy >= 0 else { throw Self.systemError("standard input") }
      try self.init(descriptor: copy, name: "standard input")
      return
    }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.systemError(path) }
    var status = stat()
    if unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      close(descriptor)
      throw AudioFileError(.system, "read", path, "it is a folder", errno: EISDIR)
    }
    try self.init(descriptor: descriptor, name: path)
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    close(cancelReader)
    close(cancelWriter)
  }

  /// Whether reading can wait for somebody else: a pipe, a terminal, a socket.
  var mayBlock: Bool {
    guard descriptor >= 0 else { return false }
    var status = stat()
    return unsafe fstat(descriptor, &status) != 0 || status.st_mode & S_IFMT != S_IFREG
  }

  /// Makes the running read and all later ones report the end. Any thread, any number of times.
  func cancel() {
    guard cancelWriter >= 0 else { return }
    var byte: UInt8 = 1
    _ = unsafe write(cancelWriter, &byte, 1)
  }

  /// The next `count` bytes (at most 4,096) without taking them; fewer at the end.
  func peek(_ count: Int) throws(AudioFileError) -> ArraySlice<UInt8> {
    while memoryEnd - memoryStart < count, !reachedEnd { try fill() }
    return memory[memoryStart..<min(memoryEnd, memoryStart + count)]
  }

  /// Moves up to `target.count` bytes into `target` and returns how many: fewer only at the end.
  func read(into target: UnsafeMutableRawBufferPointer) throws(AudioFileError) -> Int {
    var copied = 0
    while copied < target.count {
      if memoryStart == memoryEnd {
        if reachedEnd { break }
        try fill()
        continue
      }
      copied += unsafe take(into: UnsafeMutableRawBufferPointer(rebasing: target[copied...]))
    }
    return copied
  }

  /// As ``read(into:)``, but returns what is there as soon as anything is; 0 only at the end.
  func readSome(into target: UnsafeMutableRawBufferPointer) throws(AudioFileError) -> Int {
    while memoryStart == memoryEnd {
      if reachedEnd { return 0 }
      try fill()
    }
    return unsafe take(into: target)
  }

  /// Takes exactly `count` bytes (at most 4,096), nil where fewer are left.
  func next(_ count: Int) throws(AudioFileError) -> [UInt8]? {
    let bytes = try peek(count)
    guard bytes.count == count else { return nil }
    memoryStart += count
    position += Int64(count)
    return Array(bytes)
  }

  /// Drops `count` bytes and returns how many were there to drop.
  func skip(_ count: Int64) throws(AudioFileError) -> Int64 {
    var left = count
    while left > 0 {
      if memoryStart == memoryEnd {
        if reachedEnd { break }
        try fill()
        continue
      }
      let step = min(Int64(memoryEnd - memoryStart), left)
      memoryStart += Int(step)
      position += step
      left -= step
    }
    return count - left
  }

  private func take(into target: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(memoryEnd - memoryStart, target.count)
    unsafe memory.withUnsafeBytes { bytes in
      unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[memoryStart..<memoryStart + count]))
    }
    memoryStart += count
    position += Int64(count)
    return count
  }

  private func fill() throws(AudioFileError) {
    if memoryStart > 0 {
      // Keep what was only looked at.
      memory.replaceSubrange(0..<(memoryEnd - memoryStart), with: memory[memoryStart..<memoryEnd])
      memoryEnd -= memoryStart
      memoryStart = 0
    }
    while true {
      var waiting = [
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: cancelReader, events: Int16(POLLIN), revents: 0),
      ]
      if unsafe poll(&waiting, 2, -1) < 0 {
        if errno == EINTR { continue }
        throw Self.systemError(name)
      }
      if waiting[1].revents != 0 {
        reachedEnd = true
        return
      }
      let space = memory.count - memoryEnd
      let count = unsafe memory.withUnsafeMutableBytes { bytes in
        unsafe Glibc.read(descriptor, bytes.baseAddress! + memoryEnd, space)
      }
      if count < 0 {
        if errno == EINTR || errno == EAGAIN { continue }
        throw Self.systemError(name)
      }
      if count == 0 { reachedEnd = true }
      memoryEnd += count
      return
    }
  }

  private static func systemError(_ name: String) -> AudioFileError {
    let number = errno
    return AudioFileError(.system, "read", name, unsafe String(cString: strerror(number)), errno: number)
  }
}
