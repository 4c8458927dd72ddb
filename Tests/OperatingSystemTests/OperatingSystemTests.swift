import Glibc
import OperatingSystem
import Synchronization
import TestSupport
import Testing

@Suite struct OperatingSystemTests {
  @Test func joinReturnsOnceTheBodyHasRunAndMayBeRepeated() throws {
    let name = Mutex("")
    let thread = try PlainThread(name: "a name longer than it may be") {
      let descriptor = unsafe open("/proc/thread-self/comm", O_RDONLY)
      defer { close(descriptor) }
      var kept = [UInt8](repeating: 0, count: 64)
      let count = unsafe read(descriptor, &kept, kept.count)
      name.withLock { $0 = String(decoding: kept.prefix(count), as: UTF8.self) }
    }
    thread.join()
    thread.join()
    #expect(name.withLock { $0 } == "a name longer t\n")
  }

  @Test func aDetachedThreadRunsItsBody() throws {
    let done = Semaphore()
    try PlainThread.detach(stackBytes: 256 * 1024) { done.signal() }
    done.wait()
  }

  @Test func aSignalIsReadableUntilItIsCleared() throws {
    let wake = try WakeDescriptor()
    var polled = pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0)
    #expect(unsafe poll(&polled, 1, 0) == 0)
    wake.signal()
    wake.signal()
    #expect(unsafe poll(&polled, 1, 0) == 1)
    wake.clear()
    #expect(unsafe poll(&polled, 1, 0) == 0)
  }

  @Test(arguments: [
    (Duration.zero, Int32(0)), (.nanoseconds(1), 1), (.milliseconds(20), 20), (.microseconds(20_001), 21),
    (.seconds(-1), 0), (.seconds(9_000_000_000), 2_000_000_000),
  ])
  func waitsAreRoundedUpToMilliseconds(duration: Duration, milliseconds: Int32) {
    #expect(duration.pollMilliseconds == milliseconds)
  }

  @Test func aFolderIsListedSortedAndAtMostToItsLimit() throws {
    try withTemporaryFolder { folder in
      for name in ["b", "c", "a"] { close(unsafe creat("\(folder)/\(name)", 0o600)) }
      #expect(namesInFolder(folder) == .success(["a", "b", "c"]))
      let limited = try namesInFolder(folder, limit: 2).get()
      #expect(limited.count == 2)
      #expect(namesInFolder(folder + "/none") == .failure(SystemCallFailure(ENOENT)))
    }
  }

  @Test func whatBelongsToTheProgramIsSoughtBesideItFirst() {
    let places = ProgramFolder.places(of: "part")
    #expect(places.first == ProgramFolder.path + "/part")
    #expect(places.count == 3)
    #expect(unsafe access(ProgramFolder.path, X_OK) == 0)
  }
}
