import Glibc

/// Calls `body` with the path of a new, empty folder and removes it afterwards with the files that lie directly in it.
public func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
  var template = Array((base + "/earshot-test-XXXXXX").utf8CString)
  guard unsafe mkdtemp(&template) != nil else { throw TestSystemError(call: "mkdtemp", errno: errno) }
  let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  defer {
    if let folder = unsafe opendir(path) {
      while let entry = unsafe readdir(folder) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        }
        if name != "." && name != ".." { unsafe unlink(path + "/" + name) }
      }
      unsafe closedir(folder)
    }
    unsafe rmdir(path)
  }
  return try body(path)
}

/// Both ends of a pipe; whoever gets an end closes it.
public struct Pipe: Sendable {
  public let reader: Int32
  public let writer: Int32

  public init() throws {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw TestSystemError(call: "pipe", errno: errno) }
    (reader, writer) = (ends[0], ends[1])
  }

  /// Writes all of `bytes` into the pipe.
  public func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes[sent...].withUnsafeBytes { unsafe write(writer, $0.baseAddress, $0.count) }
      guard count > 0 else { throw TestSystemError(call: "write", errno: errno) }
      sent += count
    }
  }

  public func closeWriter() { close(writer) }
}

public struct TestSystemError: Error, Sendable {
  public var call: String
  public var errno: Int32

  public init(call: String, errno: Int32) {
    self.call = call
    self.errno = errno
  }
}
