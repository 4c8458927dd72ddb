import Glibc
import OperatingSystem

/// A folder that lives as long as the value; its files are removed with it.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    let environment = processEnvironment()
    var template = Array(((environment["TMPDIR"] ?? "/tmp") + "/earshot-XXXXXX").utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw SystemFailure(path: "a temporary folder", number: errno) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in (try? namesInFolder(path).get()) ?? [] { unsafe _ = unlink(path + "/" + name) }
    unsafe _ = rmdir(path)
  }
}
