import Glibc
import Inference
import TestSupport
import Testing

@testable import RemoteInference

enum KeyFile {
  static func write(_ text: String, to path: String, mode: mode_t) throws {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw TestSystemError(call: "open", errno: errno) }
    defer { close(descriptor) }
    // Whatever the umask is.
    guard fchmod(descriptor, mode) == 0 else { throw TestSystemError(call: "fchmod", errno: errno) }
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw TestSystemError(call: "write", errno: errno) }
      bytes = bytes.dropFirst(count)
    }
  }
}

@Suite struct ServerKeyTests {
  private func read(_ text: String, mode: mode_t = 0o600) throws -> ServerKey {
    try withTemporaryFolder { folder in
      try KeyFile.write(text, to: folder + "/key", mode: mode)
      return try ServerKey(file: folder + "/key")
    }
  }

  @Test func whiteSpaceAroundAKeyIsNotPartOfIt() throws {
    #expect(try read(" \tabc-123\r\n").authorization == "Bearer abc-123")
    #expect(try read(String(repeating: "k", count: 4096), mode: 0o640).authorization.utf8.count == 4103)
  }

  @Test func noTextShowsAKey() throws {
    let key = try read("abc-123")
    var dumped = ""
    dump(key, to: &dumped)
    #expect("\(key) \(String(reflecting: key)) \(dumped)".contains("abc") == false)
  }

  @Test(arguments: ["", " \n", "two words", "abc\u{0}", "schlüssel", String(repeating: "k", count: 4097)])
  func whatIsNoKeyIsRefused(text: String) {
    let error = #expect(throws: InferenceError.self) { try read(text) }
    #expect(error?.code == .fileInvalid)
  }

  @Test func aKeyThatEverybodyMayReadIsRefused() {
    let error = #expect(throws: InferenceError.self) { try read("abc", mode: 0o644) }
    #expect(error?.message.contains("everybody") == true)
  }

  @Test func aMissingFileAndAFolderAreErrors() throws {
    #expect(throws: InferenceError.self) { try ServerKey(file: "/proc/self/no-such-key") }
    let missing = #expect(throws: InferenceError.self) { try ServerKey(file: "/proc/self/no-such-key") }
    #expect(missing?.code == .fileUnreadable)
    #expect(missing?.errorNumber == ENOENT)
    #expect(#expect(throws: InferenceError.self) { try ServerKey(file: "/proc") }?.code == .fileInvalid)
  }
}
