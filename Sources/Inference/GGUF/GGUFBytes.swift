import Glibc

/// The bytes of a model file: mapped, or copied for a test or a fuzzer. Read only, and released with the last reference.
@safe final class GGUFBytes: Sendable {
  // Never written and released only in `deinit`: any thread may read.
  nonisolated(unsafe) let buffer: UnsafeRawBufferPointer
  private let isMapped: Bool

  var count: Int { unsafe buffer.count }

  /// Maps a regular file that is not empty.
  init(mapping path: String) throws(InferenceError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw Self.unreadable(
        path, "it cannot be opened", errno: errno, remedy: "Check the path and who may read the file.")
    }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw Self.unreadable(path, "its length cannot be read", errno: errno, remedy: "Check the disk.")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw Self.unreadable(path, "it is not a regular file", remedy: "Give the path of a GGUF file.")
    }
    guard let length = Int(exactly: status.st_size) else {
      throw Self.unreadable(
        path, "its \(status.st_size) bytes are more than this processor can address",
        remedy: "Use a smaller model or a 64-bit system.")
    }
    guard length > 0 else {
      throw InferenceError(
        .fileInvalid, "could not read the model \(path): it is empty", remedy: "Download or copy the file again.")
    }
    guard let start = unsafe mmap(nil, length, PROT_READ, MAP_PRIVATE, descriptor, 0), unsafe start != MAP_FAILED else {
      let reason = errno
      throw InferenceError(
        reason == ENOMEM ? .outOfMemory : .fileUnreadable,
        "could not read the model \(path): its \(length) bytes cannot be mapped", errorNumber: reason,
        remedy: reason == ENOMEM
          ? "Allow the process more address space (ulimit -v, LimitAS=)."
          : "Put it on a disk that files can be mapped from.")
    }
    unsafe buffer = UnsafeRawBufferPointer(start: start, count: length)
    isMapped = true
  }

  /// Copies `bytes`.
  init(copying bytes: Span<UInt8>) {
    // Aligned as a mapping is, so that both are read alike.
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
    unsafe bytes.withUnsafeBytes { source in unsafe copy.copyMemory(from: source) }
    unsafe buffer = UnsafeRawBufferPointer(copy)
    isMapped = false
  }

  deinit {
    if isMapped {
      unsafe _ = munmap(UnsafeMutableRawPointer(mutating: buffer.baseAddress), buffer.count)
    } else {
      unsafe buffer.deallocate()
    }
  }

  /// The number at `offset`, little endian at any alignment. Traps outside the bytes.
  func load<Number: FixedWidthInteger>(_ offset: Int, as type: Number.Type = Number.self) -> Number {
    precondition(offset >= 0 && offset <= count - MemoryLayout<Number>.size, "offset \(offset) in \(count) bytes")
    return unsafe Number(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: Number.self))
  }

  /// Calls `body` with the bytes of `range`. Traps outside the bytes.
  func withBytes<Result>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "bytes \(range) of \(count)")
    return unsafe body(UnsafeRawBufferPointer(rebasing: buffer[range]))
  }

  private static func unreadable(_ path: String, _ why: String, errno: Int32 = 0, remedy: String) -> InferenceError {
    InferenceError(.fileUnreadable, "could not read the model \(path): \(why)", errorNumber: errno, remedy: remedy)
  }
}
