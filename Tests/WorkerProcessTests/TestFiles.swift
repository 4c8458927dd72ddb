import Glibc
import WorkerProcess

/// Tests/Fixtures/NAME of this checkout.
func fixtureFolder(_ name: String, file: String = #filePath) -> String {
  let parts = file.split(separator: "/").dropLast(2)
  return "/" + parts.joined(separator: "/") + "/Fixtures/" + name
}

struct FileFailure: Error { let path: String }

func readFile(_ path: String) throws -> [UInt8] {
  guard let file = unsafe fopen(path, "rb") else { throw FileFailure(path: path) }
  defer { unsafe fclose(file) }
  return unsafe [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
    count = unsafe fread(buffer.baseAddress!, 1, buffer.count, file)
  }
}

/// A folder of its own for one test, deleted with this object.
final class TemporaryFolder {
  let path: String
  private let root: String

  init(_ name: String) throws {
    var template = Array("/tmp/earshot-test-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw FileFailure(path: "/tmp") }
    root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    path = "\(root)/\(name)"
    guard unsafe mkdir(path, 0o755) == 0 else { throw FileFailure(path: path) }
  }

  func write(_ text: String, to name: String) throws {
    guard let file = unsafe fopen("\(path)/\(name)", "wb") else { throw FileFailure(path: name) }
    unsafe fputs(text, file)
    unsafe fclose(file)
  }

  deinit {
    if let folder = unsafe opendir(path) {
      while let entry = unsafe readdir(folder) {
        let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) {
          unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        unsafe unlink("\(path)/\(name)")
      }
      unsafe closedir(folder)
    }
    unsafe rmdir(path)
    unsafe rmdir(root)
  }
}

/// Waits on a thread of the test's own; a test that would wait for ever fails after a minute.
final class Answer<Value: Sendable>: Sendable {
  private let stream: AsyncStream<Value>
  private let continuation: AsyncStream<Value>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .unbounded) }

  func put(_ value: Value) { continuation.yield(value) }
  func end() { continuation.finish() }

  /// The first value for which `matches` is true.
  func first(where matches: (Value) -> Bool = { _ in true }) async -> Value? {
    for await value in stream where matches(value) { return value }
    return nil
  }

  func all() async -> [Value] {
    var values: [Value] = []
    for await value in stream { values.append(value) }
    return values
  }
}
