import Glibc
import Testing

/// A folder of the test's own, readable by everybody, gone with the value.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/earshot-actions-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw POSIXError(number: errno) }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    unsafe chmod(path, 0o755)
  }

  struct POSIXError: Error { var number: Int32 }

  deinit { Self.remove(path) }

  private static func remove(_ path: String) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR, let folder = unsafe opendir(path) {
      while let entry = unsafe readdir(folder) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
          unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        }
        if name != "." && name != ".." { remove("\(path)/\(name)") }
      }
      unsafe closedir(folder)
      unsafe rmdir(path)
    } else {
      unsafe unlink(path)
    }
  }

  /// Writes a file and returns its path.
  @discardableResult
  func file(_ name: String, _ text: String, mode: mode_t = 0o644) throws -> String {
    let full = "\(path)/\(name)"
    let descriptor = unsafe open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw POSIXError(number: errno) }
    let bytes = Array(text.utf8)
    guard unsafe write(descriptor, bytes, bytes.count) == bytes.count else { throw POSIXError(number: errno) }
    fchmod(descriptor, mode)
    close(descriptor)
    return full
  }

  /// A shell script that can be run; the tests' programs, never the daemon's.
  func script(_ body: String) throws -> String { try file("program.sh", "#!/bin/sh\n" + body + "\n", mode: 0o755) }

  func folder(_ name: String) throws {
    guard unsafe mkdir("\(path)/\(name)", 0o755) == 0 else { throw POSIXError(number: errno) }
  }

  func text(of name: String) -> String? {
    let descriptor = unsafe open("\(path)/\(name)", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 65536)
    let count = unsafe read(descriptor, &bytes, bytes.count)
    return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}

/// Whether a process is there and no zombie.
func isAlive(_ process: Int32) -> Bool {
  let descriptor = unsafe open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return false }
  defer { close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: 1024)
  let count = unsafe read(descriptor, &bytes, bytes.count)
  // pid (name) state …
  guard count > 0, let end = bytes.prefix(count).lastIndex(of: UInt8(ascii: ")")) else { return false }
  return bytes[end + 2] != UInt8(ascii: "Z") && bytes[end + 2] != UInt8(ascii: "X")
}

/// Gives way until the condition holds; the event it waits for is on its way. False after very many turns.
func eventually(_ condition: () -> Bool) async -> Bool {
  for _ in 0..<200_000 {
    if condition() { return true }
    sched_yield()
    await Task.yield()
  }
  return condition()
}
