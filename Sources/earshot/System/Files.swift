import Glibc

/// Writes a small file at once, replacing what was there.
func writeFile(_ path: String, _ text: String) throws {
  let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
  guard descriptor >= 0 else { throw SystemFailure(path: path, number: errno) }
  defer { close(descriptor) }
  var text = text
  try text.withUTF8 { bytes in
    var done = 0
    while done < bytes.count {
      let count = unsafe write(descriptor, bytes.baseAddress! + done, bytes.count - done)
      if count < 0, errno != EINTR { throw SystemFailure(path: path, number: errno) }
      done += max(0, count)
    }
  }
}

/// A system call that failed on a file.
struct SystemFailure: Error, CustomStringConvertible {
  var path: String
  var number: Int32
  var description: String { "\(path): \(unsafe String(cString: strerror(number))) (errno \(number))" }
}
