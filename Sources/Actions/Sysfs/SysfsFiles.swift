internal import Glibc
package import OperatingSystem

/// Attribute files of one class in sysfs, named relative to its folder, such as `pwmchip0/export`.
package protocol SysfsFiles: Sendable {
  func read(_ path: String) -> Result<String, SystemCallFailure>
  func write(_ text: String, to path: String) -> SystemCallFailure?
  func names(in path: String) -> Result<[String], SystemCallFailure>
  /// Where a link leads; relative or absolute, as it stands there.
  func linkTarget(_ path: String) -> Result<String, SystemCallFailure>
}

/// Files below a real folder.
package struct FolderSysfsFiles: SysfsFiles {
  package var root: String

  package init(root: String) { self.root = root }

  package func read(_ path: String) -> Result<String, SystemCallFailure> {
    let descriptor = unsafe open("\(root)/\(path)", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return .failure(.last) }
    defer { close(descriptor) }
    // An attribute is never longer than a page; a list of triggers may be.
    var bytes = [UInt8](repeating: 0, count: 65536)
    var count = 0
    while count < bytes.count {
      let read = unsafe bytes.withUnsafeMutableBytes {
        unsafe Glibc.read(descriptor, $0.baseAddress! + count, $0.count - count)
      }
      if read < 0 && errno == EINTR { continue }
      if read < 0 { return .failure(.last) }
      if read == 0 { break }
      count += read
    }
    var text = bytes.prefix(count)
    while text.last == UInt8(ascii: "\n") || text.last == UInt8(ascii: " ") { text.removeLast() }
    return .success(String(decoding: text, as: UTF8.self))
  }

  package func write(_ text: String, to path: String) -> SystemCallFailure? {
    // Truncating means nothing to sysfs and makes a plain file, as tests have, hold just this text.
    let descriptor = unsafe open("\(root)/\(path)", O_WRONLY | O_TRUNC | O_CLOEXEC)
    guard descriptor >= 0 else { return .last }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    // One write is one command; a driver takes it whole or refuses it.
    while true {
      let written = unsafe Glibc.write(descriptor, bytes, bytes.count)
      if written == bytes.count { return nil }
      if written < 0 && errno == EINTR { continue }
      return written < 0 ? .last : SystemCallFailure(EIO)
    }
  }

  package func names(in path: String) -> Result<[String], SystemCallFailure> {
    namesInFolder(path.isEmpty ? root : "\(root)/\(path)")
  }

  package func linkTarget(_ path: String) -> Result<String, SystemCallFailure> {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlink("\(root)/\(path)", &bytes, bytes.count)
    guard count >= 0 else { return .failure(.last) }
    return .success(String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self))
  }
}

/// Whether a name from the configuration may stand as one part of a path.
func isPathComponent(_ name: String) -> Bool {
  !name.isEmpty && name.utf8.count <= 255 && name != "." && name != ".."
    && name.utf8.allSatisfy { $0 != UInt8(ascii: "/") && $0 >= 0x20 && $0 != 0x7f }
}
