import Glibc
import Journal
import Synchronization
import Testing
import Tools

/// A folder that goes with the test.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var template = Array("\(base)/earshot-journal-XXXXXX".utf8CString)
    let made = unsafe template.withUnsafeMutableBufferPointer { unsafe mkdtemp($0.baseAddress!) != nil }
    try #require(made)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in ["j.sqlite", "j.sqlite-wal", "j.sqlite-shm", "j.sqlite.damaged"] {
      unsafe _ = unlink("\(path)/\(name)")
    }
    unsafe _ = rmdir(path)
  }

  var file: String { path + "/j.sqlite" }

  func exists(_ name: String) -> Bool { unsafe access("\(path)/\(name)", F_OK) == 0 }

  func read(_ name: String = "j.sqlite") throws -> [UInt8] {
    let descriptor = unsafe open("\(path)/\(name)", O_RDONLY)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
    }
  }

  func write(_ bytes: [UInt8], to name: String = "j.sqlite") throws {
    let descriptor = unsafe open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
    try #require(count == bytes.count)
  }
}

struct JournalTests {
  static let call = ToolCall(id: "c1", name: "set_light", arguments: ["room": "kitchen", "on": true], origin: .phrase)
  static let done = ToolResult(id: "c1", name: "set_light", isSuccess: true, output: ["line": 17])

  private static func open(_ folder: TemporaryFolder, _ options: JournalOptions = JournalOptions()) async throws
    -> Journal
  {
    try await Journal(path: folder.file, options: options, onTrouble: { Issue.record("\($0)") })
  }

  @Test func timersOutliveTheDaemonUntilTheyAreReplaced() async throws {
    let folder = try TemporaryFolder()
    let tea = JournalTimer(id: 3, label: "tea", length: .seconds(240), rings: WallTime(milliseconds: 5_000))
    let bread = JournalTimer(id: 7, label: "", length: .seconds(3_600), rings: WallTime(milliseconds: 9_000))
    let first = try await Self.open(folder)
    #expect(await first.timers().isEmpty)
    await first.save([bread, tea])
    #expect(try await Self.open(folder).timers() == [tea, bread])
    await first.save([tea])
    #expect(try await Self.open(folder).timers() == [tea])
    await first.save([])
    #expect(try await Self.open(folder).timers().isEmpty)
  }

  @Test func turnsAndActionsAreReadBackInTheirOrder() async throws {
    let folder = try TemporaryFolder()
    let options = JournalOptions(keepsTranscripts: true, keepsArguments: true)
    let journal = try await Self.open(folder, options)
    let turn = TurnRecord(
      began: WallTime(milliseconds: .max / 2), outcome: "acted", latencies: ["action": 41.5], transcript: "light on",
      reply: "The light is on.")
    #expect(
      await journal.actionStarted(
        Self.call, plan: "line 17 on", isConfirmed: true, at: WallTime(milliseconds: .max / 4)))
    await journal.actionFinished(Self.done, elapsed: .milliseconds(3), at: WallTime(milliseconds: .max / 4 + 5))
    await journal.record(turn)
    let expected = JournalAction.expected(
      state: .succeeded, started: .max / 4, finished: .max / 4 + 5, elapsed: 3, isConfirmed: true,
      arguments: .object(Self.call.arguments), plan: "line 17 on", output: Self.done.output)
    #expect(try await journal.history(limit: 10) == [.action(expected), .turn(turn)])
    #expect(try await journal.history(limit: 1) == [.turn(turn)])
    // Another process reads along.
    #expect(try await JournalReader(path: folder.file).history(limit: 10).count == 2)
    #expect(await journal.trouble == nil)
  }

  @Test func nothingThatIsSaidIsStoredByDefault() async throws {
    let folder = try TemporaryFolder()
    let journal = try await Self.open(folder)
    let call = ToolCall(id: "c", name: "note", arguments: ["text": "zebracrossing"], origin: .model)
    await journal.actionStarted(call, plan: "zebracrossing")
    await journal.actionFinished(ToolResult(id: "c", name: "note", isSuccess: true, output: "zebracrossing"))
    await journal.record(TurnRecord(began: .now, outcome: "acted", transcript: "zebracrossing", reply: "zebracrossing"))
    #expect(try await journal.history(limit: 10).count == 2)
    for name in ["j.sqlite", "j.sqlite-wal"] where folder.exists(name) {
      let text = String(decoding: try folder.read(name), as: UTF8.self)
      #expect(!text.contains("zebracrossing"))
    }
    await journal.flush()
    #expect(!String(decoding: try folder.read(), as: UTF8.self).contains("zebracrossing"))
    #expect(String(decoding: try folder.read(), as: UTF8.self).contains("note"))
  }

  @Test func anActionWithoutItsEndIsReportedAsInterrupted() async throws {
    let folder = try TemporaryFolder()
    do {
      let journal = try await Self.open(folder)
      #expect(journal.interrupted == [])
      await journal.actionStarted(Self.call, at: WallTime(milliseconds: WallTime.now.milliseconds - 5))
    }
    let journal = try await Self.open(folder)
    #expect(journal.interrupted.map(\.tool) == ["set_light"])
    #expect(journal.interrupted.map(\.state) == [.interrupted])
    // A result that comes late, or from another run with the same id, changes nothing.
    await journal.actionFinished(Self.done)
    guard case .action(let action)? = try await journal.history(limit: 5).last else {
      Issue.record("no action")
      return
    }
    #expect(action.state == .interrupted)
    #expect(try await Self.open(folder).interrupted == [])
  }

  @Test func theBeginningOfAnActionSurvivesAKill() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let journal = try await Journal(path: path, onTrouble: { _ in })
      await journal.actionStarted(
        ToolCall(id: "k", name: "open_garage", arguments: [:], origin: .phrase))
      kill(getpid(), SIGKILL)
    }
    let journal = try await Self.open(folder)
    #expect(journal.interrupted.map(\.tool) == ["open_garage"])
  }

  @Test func recordsBeyondCountAndAgeGo() async throws {
    let folder = try TemporaryFolder()
    let options = JournalOptions(maximumTurns: 20, maximumActions: 10, maximumAgeDays: 1)
    let journal = try await Self.open(folder, options)
    let now = WallTime.now.milliseconds
    await journal.record(TurnRecord(began: WallTime(milliseconds: now - 2 * 86_400_000), outcome: "failed"))
    for index in 0..<200 {
      await journal.record(TurnRecord(began: WallTime(milliseconds: now + Int64(index)), outcome: "acted"))
    }
    // Pruned every 64 records: never more than that above the limit.
    #expect(try await journal.history(limit: 1_000).count <= 20 + 64)
    let reopened = try await Self.open(folder, options)
    let turns = try await reopened.history(limit: 1_000)
    #expect(turns.count == 20)
    #expect(turns.last?.time.milliseconds == now + 199)
  }

  @Test func aFullJournalDropsTheOldestAndGoesOn() async throws {
    let folder = try TemporaryFolder()
    let options = JournalOptions(keepsTranscripts: true, maximumBytes: 200_000)
    let journal = try await Self.open(folder, options)
    let long = String(repeating: "word ", count: 1_000)
    for index in 0..<200 {
      await journal.record(
        TurnRecord(
          began: WallTime(milliseconds: WallTime.now.milliseconds + Int64(index)), outcome: "acted", transcript: long))
    }
    #expect(await journal.trouble == nil)
    await journal.flush()
    #expect(try folder.read().count <= 200_000)
    #expect(try await journal.history(limit: 1_000).count > 10)
  }

  @Test func troubleIsToldOnceAndEnds() async throws {
    let folder = try TemporaryFolder()
    let told = Mutex<[JournalError.Code]>([])
    // With all counters taken, even a journal without records is too small for a long one.
    let options = JournalOptions(keepsTranscripts: true, maximumBytes: 1)
    let journal = try await Journal(path: folder.file, options: options) { error in
      told.withLock { $0.append(error.code) }
    }
    for index in 0..<256 { await journal.count([String(1_000 + index) + String(repeating: "c", count: 60): 1]) }
    let long = String(repeating: "x", count: 16_000)
    for _ in 0..<20 { await journal.record(TurnRecord(began: .now, outcome: long, transcript: long, reply: long)) }
    #expect(await journal.trouble?.code == .full)
    #expect(told.withLock { $0 } == [.full])
    await journal.record(TurnRecord(began: .now, outcome: "answered"))
    #expect(await journal.trouble == nil)
    #expect(try await journal.history(limit: 5).count >= 1)
  }

  @Test func longTextsAreCutAndLongJSONIsLeftOut() async throws {
    let journal = try await Journal(inMemory: JournalOptions(keepsTranscripts: true, keepsArguments: true))
    let long = String(repeating: "é", count: 20_000)
    await journal.record(TurnRecord(began: .now, outcome: "acted", transcript: long))
    await journal.actionStarted(ToolCall(id: "1", name: "note", arguments: ["text": .string(long)], origin: .model))
    for entry in try await journal.history(limit: 5) {
      switch entry {
      case .turn(let turn): #expect((turn.transcript?.utf8.count ?? 0) <= 16_390)
      case .action(let action): #expect(action.arguments == nil)
      }
    }
  }

  @Test func countersAddUpAndAreBounded() async throws {
    let folder = try TemporaryFolder()
    do {
      let journal = try await Self.open(folder)
      await journal.count(["turns": 2, "overruns": 1])
      await journal.count(["turns": 3, "": 1])
    }
    let journal = try await Self.open(folder)
    #expect(try await journal.counters() == ["turns": 5, "overruns": 1])
    for index in 0..<300 { await journal.count(["c\(index)": 1]) }
    await journal.count(["turns": 1])
    #expect(try await journal.counters().count == 256)
    #expect(try await journal.counters()["turns"] == 6)
  }

  // MARK: broken files

  @Test(arguments: ["noise", "empty", "half", "header", "middle", "short"])
  func aDamagedFileIsMovedAsideAndANewOneBegun(kind: String) async throws {
    let folder = try TemporaryFolder()
    do {
      let journal = try await Self.open(folder, JournalOptions(keepsTranscripts: true))
      for _ in 0..<50 {
        await journal.record(
          TurnRecord(began: .now, outcome: "acted", transcript: String(repeating: "words ", count: 200)))
      }
      await journal.flush()
    }
    var bytes = try folder.read()
    #expect(bytes.count > 40_000)
    switch kind {
    case "noise": bytes = (0..<5_000).map { UInt8(truncatingIfNeeded: $0 * 31 + 7) }
    case "empty": bytes = []
    case "half": bytes.removeLast(bytes.count / 2)
    case "header": for index in 0..<16 { bytes[index] = 0 }
    case "middle": for index in 4_096..<20_000 { bytes[index] = 0xA5 }
    default: bytes = Array(bytes.prefix(50))
    }
    try folder.write(bytes)
    let journal = try await Self.open(folder)
    // An empty file is what a new journal begins as.
    #expect((journal.notice?.code == .damaged) == (kind != "empty"))
    #expect(folder.exists("j.sqlite.damaged") == (kind != "empty"))
    if let notice = journal.notice { #expect(notice.description.contains("was damaged; a new one was begun")) }
    await journal.record(TurnRecord(began: .now, outcome: "acted"))
    #expect(try await journal.history(limit: 10).count == 1)
  }

  /// Whatever a byte of the file becomes, the journal opens, reads and writes, or says that it cannot.
  @Test func flippedBytesNeverTrap() async throws {
    let folder = try TemporaryFolder()
    do {
      let journal = try await Self.open(folder, JournalOptions(keepsTranscripts: true, keepsArguments: true))
      for index in 0..<10 {
        await journal.record(
          TurnRecord(began: .now, outcome: "acted", latencies: ["action": 1], transcript: "word \(index)"))
        await journal.actionStarted(Self.call)
        await journal.actionFinished(Self.done)
      }
      await journal.flush()
    }
    let bytes = try folder.read()
    var state: UInt64 = 1
    for _ in 0..<60 {
      var mutant = bytes
      for _ in 0..<4 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        mutant[Int(state >> 33) % mutant.count] = UInt8(truncatingIfNeeded: state >> 20)
      }
      for name in ["j.sqlite-wal", "j.sqlite-shm", "j.sqlite.damaged"] { unsafe _ = unlink("\(folder.path)/\(name)") }
      try folder.write(mutant)
      do {
        let journal = try await Journal(path: folder.file, onTrouble: { _ in })
        _ = try await journal.history(limit: 100)
        await journal.record(TurnRecord(began: .now, outcome: "acted"))
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
  }

  @Test func aNewerFileIsRefusedAndLeftAlone() async throws {
    let folder = try TemporaryFolder()
    do {
      let journal = try await Self.open(folder)
      await journal.flush()
    }
    // Rename the migration in the file, as if one were there that this version does not know.
    let name = Array("CREATE TABLE grdb_migrations".utf8)
    var bytes = try folder.read()
    #expect(bytes.firstRange(of: name) != nil)
    // The migrations' only row is the text "1" at the end of its page.
    let pages = stride(from: 0, to: bytes.count, by: 4_096)
    var isChanged = false
    for page in pages where !isChanged {
      let end = min(page + 4_096, bytes.count)
      if end - page == 4_096, bytes[page] == 0x0D, bytes[end - 1] == UInt8(ascii: "1") {
        bytes[end - 1] = UInt8(ascii: "9")
        isChanged = true
      }
    }
    try #require(isChanged)
    try folder.write(bytes)
    let error = await #expect(throws: JournalError.self) { try await Journal(path: folder.file, onTrouble: { _ in }) }
    #expect(error?.code == .newerVersion)
    #expect(!folder.exists("j.sqlite.damaged"))
  }

  @Test func unreachablePlacesAreRefusedWithARemedy() async throws {
    for path in ["/nonexistent/folder/j.sqlite", "/proc/j.sqlite", "/"] {
      let error = await #expect(throws: JournalError.self) { try await Journal(path: path, onTrouble: { _ in }) }
      #expect(error?.code == .cannotOpen || error?.code == .notPermitted, "\(path): \(error?.description ?? "")")
      #expect(error?.remedy.isEmpty == false)
    }
    #expect(throws: JournalError.self) { try JournalReader(path: "/nonexistent/j.sqlite") }
  }

  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
      (1_795_379_246_250, "2026-11-22T20:27:26.250Z"), (-1, "1969-12-31T23:59:59.999Z"),
      (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
      (Int64.max, "9223372036854775807 ms"),
    ] as [(Int64, String)])
  func wallTimesAreWrittenAsRFC3339(milliseconds: Int64, text: String) {
    #expect(WallTime(milliseconds: milliseconds).description == text)
  }
}

extension JournalAction {
  static func expected(
    state: State, started: Int64, finished: Int64, elapsed: Double, isConfirmed: Bool, arguments: JSONValue,
    plan: String, output: JSONValue
  ) -> JournalAction {
    JournalAction(
      callID: "c1", tool: "set_light", origin: .phrase, state: state, started: WallTime(milliseconds: started),
      finished: WallTime(milliseconds: finished), elapsedMilliseconds: elapsed, isConfirmed: isConfirmed,
      arguments: arguments, plan: plan, output: output)
  }
}
