import Glibc
import Inference

/// What the server knows us by. It has no description, so that no log and no error can show it.
struct ServerKey: Sendable, CustomStringConvertible, CustomReflectable {
  private static let maximumBytes = 4096

  /// For the header `Authorization` and nothing else.
  let authorization: String

  var description: String { "(a key)" }
  var customMirror: Mirror { Mirror(self, children: []) }

  /// Reads a file that holds the key and nothing else but white space around it.
  /// - Throws: `fileUnreadable`, or `fileInvalid` for a file that everybody may read, is too long or holds no key.
  init(file path: String) throws(InferenceError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.unreadable(path, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw Self.unreadable(path, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw Self.invalid(path, "it is no plain file", "Name a file.") }
    guard status.st_mode & S_IROTH == 0 else {
      throw Self.invalid(path, "everybody on this machine may read it", "Take that right away: chmod o-rwx.")
    }
    var bytes = [UInt8](repeating: 0, count: Self.maximumBytes + 1)
    var count = 0
    while count < bytes.count {
      let got = unsafe bytes.withUnsafeMutableBytes {
        unsafe read(descriptor, $0.baseAddress! + count, $0.count - count)
      }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw Self.unreadable(path, errno) }
      if got == 0 { break }
      count += got
    }
    let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
    let key = bytes[..<count].drop(while: isSpace)
    let end = key.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? key.startIndex
    guard count <= Self.maximumBytes, key.startIndex < end, key[..<end].allSatisfy({ (0x21...0x7E).contains($0) })
    else {
      throw Self.invalid(
        path, "it does not hold one key of at most \(Self.maximumBytes) visible ASCII characters",
        "Write the key, and nothing else, into it.")
    }
    authorization = "Bearer " + String(decoding: key[..<end], as: UTF8.self)
  }

  private static func unreadable(_ path: String, _ number: Int32) -> InferenceError {
    InferenceError(
      .fileUnreadable, "could not read the server's key from \(path): \(unsafe String(cString: strerror(number)))",
      errorNumber: number, remedy: "Make it readable for the user that Earshot runs as.")
  }

  private static func invalid(_ path: String, _ reason: String, _ remedy: String) -> InferenceError {
    InferenceError(.fileInvalid, "could not take the server's key from \(path): \(reason)", remedy: remedy)
  }
}
