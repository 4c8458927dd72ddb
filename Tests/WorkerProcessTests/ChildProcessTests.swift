import Glibc
import Testing

@testable import WorkerProcess

@Suite(.timeLimit(.minutes(1))) struct ChildProcessTests {
  /// The status with which `pid` ended, once it has.
  private func end(of pid: pid_t) -> Int32 {
    var status: Int32 = 0
    while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return status
  }

  private func start() throws -> pid_t {
    let child = try ChildProcess(executable: WorkerExecutable.find())
    // Here the descriptors are closed, and nothing else is done to the process: as when the daemon is killed.
    return child.pid
  }

  @Test func workerEndsByItselfWhenTheDaemonIsGone() throws {
    let pid = try start()
    #expect(end(of: pid) == 0)
  }

  @Test func workerEndsByItselfWhileItsModelIsInUse() throws {
    func startLoaded() throws -> pid_t {
      let child = try ChildProcess(executable: WorkerExecutable.find())
      let model = try ModelFolder("\(fixtureFolder("sherpa"))/tones-voice").voice()
      let requests: [WorkerRequest] = [
        .hello(version: workerProtocolVersion), .load(model),
        .speak(id: 1, text: String(repeating: "More and more words. ", count: 150), speaker: 0, speed: 1),
      ]
      for bytes in requests.map(\.frame.bytes) {
        let sent = unsafe bytes.withUnsafeBytes { unsafe send(child.socket, $0.baseAddress!, $0.count, 0) }
        #expect(sent == bytes.count)
      }
      // Until it has answered once, so that it is loading or speaking when the socket closes.
      var byte: UInt8 = 0
      while unsafe recv(child.socket, &byte, 1, 0) < 0, errno == EAGAIN { sched_yield() }
      return child.pid
    }
    #expect(end(of: try startLoaded()) == 0)
  }

  @Test func bytesThatAreNoProtocolEndTheWorkerWithAReason() throws {
    let child = try ChildProcess(executable: WorkerExecutable.find())
    let bytes: [UInt8] = [0xff, 0xff, 0xff, 0xff, 1]
    #expect(unsafe bytes.withUnsafeBytes { unsafe send(child.socket, $0.baseAddress!, $0.count, 0) } == 5)
    var tail = ErrorTail()
    while !tail.isClosed { tail.read(from: child.standardError) }
    #expect(tail.text.contains("could not understand the other process"))
    #expect(child.reap(forced: false) == "it ended with status 65")
  }

  @Test func statusOfAnEndedProcessIsReported() throws {
    let child = try ChildProcess(executable: "/bin/false")
    #expect(child.reap(forced: false) == "it ended with status 1")
  }

  @Test func endOfStandardErrorIsKeptWithoutControlCharacters() {
    var tail = ErrorTail()
    tail.append(Array(repeating: UInt8(ascii: "x"), count: 10_000))
    tail.append(Array("\nfirst\u{1b}[31m\nsecond\n\n".utf8))
    #expect(tail.text.hasSuffix("first[31m / second"))
    #expect(tail.text.count <= ErrorTail.shownCharacters)
  }
}
