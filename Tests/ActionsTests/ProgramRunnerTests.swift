import Glibc
import OperatingSystem
import Testing
import Tools

@testable import Actions

@Suite struct ProgramRunnerTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(
    _ script: String, _ arguments: [String] = [], call: JSONObject = [:], input: ProgramAction.Input = .none,
    limit: Duration = .seconds(60), grace: Duration = .milliseconds(20), bytes: Int = 65536, user: String? = nil,
    environment: OrderedDictionary<String, String> = [:], workingDirectory: String? = nil
  ) async throws -> (ProgramInvocation, ProgramOutcome) {
    let action = ProgramAction(
      arguments: [try folder.script(script)] + arguments, input: input, timeLimit: limit, terminationGrace: grace,
      outputLimitBytes: bytes, user: user, environment: environment, workingDirectory: workingDirectory)
    let invocation = try PreparedProgram(action).invocation(call)
    return (invocation, try await ProgramRunner.run(invocation))
  }

  private func result(_ script: String, limit: Duration = .seconds(60), bytes: Int = 65536) async throws -> ToolResult {
    let (invocation, outcome) = try await run(script, limit: limit, bytes: bytes)
    return outcome.result(of: invocation, ToolCall(id: "1", name: "t", arguments: [:], origin: .command))
  }

  @Test func eachElementArrivesAsOneArgument() async throws {
    let (_, outcome) = try await run(
      #"for a in "$@"; do printf '[%s]' "$a"; done"#, ["--room", "{room}", "x={n}y", "{list}", "$HOME;`id`", "{{}}"],
      call: ["room": "the kitchen; rm -rf *", "n": -5, "list": [1, "two"], "unused": 1])
    #expect(
      outcome.standardOutput.text == #"[--room][the kitchen; rm -rf *][x=-5y][[1,"two"]][$HOME;`id`][{}]"#)
    #expect(outcome.ending == .exited(0))
  }

  @Test func environmentIsCleanButForWhatWasAdded() async throws {
    unsafe setenv("EARSHOT_TEST_SECRET", "leaked", 1)
    let (_, outcome) = try await run(
      "/usr/bin/env", environment: ["MODE": "a b", "LANG": "C"], workingDirectory: "/tmp")
    var lines = Set(outcome.standardOutput.text.split(separator: "\n").map { String($0.prefix { $0 != "=" }) })
    // The shell's own.
    lines.subtract(["PWD", "OLDPWD", "SHLVL", "_"])
    #expect(lines == ["PATH", "LANG", "HOME", "USER", "LOGNAME", "SHELL", "MODE"])
    let whole = outcome.standardOutput.text.split(separator: "\n")
    #expect(whole.contains("MODE=a b") && whole.contains("LANG=C"))
    #expect(whole.contains("USER=\(UserAccount.current.name)") && whole.contains("HOME=\(UserAccount.current.home)"))
  }

  @Test func argumentsArriveAsJSONOnStandardInput() async throws {
    let (_, outcome) = try await run("cat", call: ["room": "kitchen", "on": true], input: .json)
    #expect(outcome.standardOutput.value == ["room": "kitchen", "on": true])
    let (_, empty) = try await run("cat; echo end", call: ["room": "kitchen"])
    #expect(empty.standardOutput.text == "end")
  }

  @Test func programThatIgnoresALargeInputDoesNoHarm() async throws {
    let (_, outcome) = try await run(
      "exec true", call: ["text": .string(String(repeating: "x", count: 1 << 20))], input: .json)
    #expect(outcome.ending == .exited(0))
  }

  @Test func programThatHangsIsEnded() async throws {
    let result = try await result("sleep 1000", limit: .milliseconds(50))
    #expect(!result.isSuccess)
    #expect(result.output["code"] == "timedOut")
    #expect(result.output["error"]?.stringValue?.contains("longer than 50 milliseconds") == true)
  }

  @Test func programThatIgnoresTermIsKilled() async throws {
    let (_, outcome) = try await run(
      "trap '' TERM; while :; do sleep 1000; done", limit: .milliseconds(100))
    #expect(outcome.isTimedOut)
    #expect(outcome.ending == .signalled(SIGKILL))
  }

  @Test func floodIsReadToItsEndAndCut() async throws {
    let (invocation, outcome) = try await run("head -c 100000000 /dev/zero | tr '\\0' 'a'; echo late >&2", bytes: 1000)
    #expect(outcome.ending == .exited(0))
    #expect(outcome.standardOutput.bytes == [UInt8](repeating: UInt8(ascii: "a"), count: 1000))
    #expect(outcome.standardOutput.isTruncated)
    #expect(outcome.standardError.text == "late")
    let result = outcome.result(of: invocation, ToolCall(id: "1", name: "t", arguments: [:], origin: .command))
    #expect(result.output["truncated"] == true)
  }

  @Test func endOfStandardErrorIsKept() async throws {
    let result = try await result(
      "head -c 300000 /dev/zero | tr '\\0' 'e' >&2; echo last words >&2; exit 3", bytes: 100)
    #expect(result.output["status"] == 3)
    #expect(result.output["stderr"]?.stringValue?.hasSuffix("eelast words") == true)
    #expect(result.output["stderr"]?.stringValue?.utf8.count ?? 0 <= 100)
  }

  @Test func crashNamesItsSignal() async throws {
    let result = try await result("kill -SEGV $$")
    #expect(result.output["signal"] == .integer(Int64(SIGSEGV)))
    #expect(result.output["error"]?.stringValue?.contains("SIGSEGV") == true)
    #expect(result.output["code"] == "programFailed")
  }

  @Test func exitStatusIsToldWithWhatWasSaid() async throws {
    let result = try await result("echo out; echo the door is stuck >&2; exit 7")
    #expect(result.output["status"] == 7)
    #expect(result.output["output"] == "out")
    #expect(result.output["stderr"] == "the door is stuck")
  }

  @Test func grandchildThatKeepsOutputOpenIsKilledWithTheGroup() async throws {
    let (_, outcome) = try await run("trap '' TERM; sleep 1000 & echo $!")
    let grandchild = try #require(Int32(outcome.standardOutput.text))
    #expect(outcome.ending == .exited(0))
    #expect(!outcome.isTimedOut)
    #expect(await eventually { !isAlive(grandchild) })
  }

  @Test func grandchildThatIgnoresTermDoesNotOutliveTheTimeLimit() async throws {
    let (_, outcome) = try await run(
      "(trap '' TERM; exec sleep 1000) & echo $!; wait", limit: .milliseconds(200))
    let grandchild = try #require(Int32(outcome.standardOutput.text))
    #expect(outcome.isTimedOut)
    #expect(await eventually { !isAlive(grandchild) })
  }

  @Test func grandchildThatLeftTheGroupDoesNotKeepUsWaiting() async throws {
    let (_, outcome) = try await run("setsid sleep 1000 & echo $!; sleep 0.1")
    let runaway = try #require(Int32(outcome.standardOutput.text))
    #expect(outcome.ending == .exited(0))
    kill(runaway, SIGKILL)
  }

  @Test func floodFromOutsideTheGroupEndsWithTheTimeLimit() async throws {
    let (_, outcome) = try await run(
      "echo $$; setsid sh -c 'echo $$ > pid; exec yes' & until [ -s pid ]; do sleep 0.01; done",
      limit: .milliseconds(1_500), bytes: 100, workingDirectory: folder.path)
    #expect(outcome.ending == .exited(0))
    let runaway = try #require(folder.text(of: "pid").flatMap { Int32($0.dropLast()) })
    kill(runaway, SIGKILL)
  }

  @Test func cancelledCallEndsTheProgram() async throws {
    let script = try folder.script("echo $$ > pid.part; mv pid.part pid; exec sleep 1000")
    let invocation = try PreparedProgram(
      ProgramAction(
        arguments: [script], terminationGrace: .milliseconds(20), workingDirectory: folder.path)
    ).invocation([:])
    let task = Task { try await ProgramRunner.run(invocation) }
    let folder = folder
    #expect(await eventually { folder.text(of: "pid") != nil })
    task.cancel()
    await #expect { try await task.value } throws: { ($0 as? ActionError)?.code == .cancelled }
    let process = try #require(folder.text(of: "pid").flatMap { Int32($0.dropLast()) })
    #expect(!isAlive(process))
  }

  @Test func outputThatIsJSONBecomesJSON() async throws {
    #expect(try await result(#"echo '{"celsius": 21.5, "ok": true}'"#).output["output"]?["celsius"] == 21.5)
    #expect(try await result("echo 42").output["output"] == 42)
    #expect(try await result("echo '{\"broken\": '").output["output"] == "{\"broken\": ")
    #expect(try await result("true").output["output"] == "")
  }

  @Test func cutJSONIsText() async throws {
    #expect(try await result("echo 12345", bytes: 3).output["output"] == "123")
  }

  @Test func outputThatIsNotUTF8IsRepaired() async throws {
    #expect(try await result(#"printf 'a\377b\200'"#).output["output"] == "a\u{FFFD}b\u{FFFD}")
  }

  @Test(.enabled(if: geteuid() == 0)) func programRunsAsTheChosenUserWithItsGroupsOnly() async throws {
    let nobody = try UserAccount(named: "nobody")
    let (_, outcome) = try await run("id -u; id -g; id -G; echo $HOME $USER", user: "nobody")
    let lines = outcome.standardOutput.text.split(separator: "\n").map(String.init)
    #expect(lines[0] == String(nobody.userID))
    #expect(lines[1] == String(nobody.groupID))
    #expect(Set(lines[2].split(separator: " ").map(String.init)) == Set(nobody.groups.map(String.init)))
    #expect(lines[3] == "\(nobody.home) nobody")
  }

  @Test(.enabled(if: geteuid() == 0)) func withoutPrivilegesTheUserCannotBeChanged() async {
    await #expect(processExitsWith: .success) {
      guard setgid(65534) == 0, setuid(65534) == 0 else { exit(2) }
      let action = ProgramAction(arguments: ["/bin/true"], user: "root")
      do throws(ActionError) {
        _ = try PreparedProgram(action)
        exit(3)
      } catch {
        guard error.code == .permissionDenied, "\(error)".contains("CAP_SETUID") else { exit(4) }
      }
      // The kernel's own answer, past our check.
      do {
        var invocation = try PreparedProgram(ProgramAction(arguments: ["/bin/true"])).invocation([:])
        invocation.account = try UserAccount(named: "root")
        _ = try await ProgramRunner.run(invocation)
        exit(5)
      } catch let error as ActionError {
        guard error.code == .permissionDenied, error.errno == EPERM else { exit(6) }
      }
      exit(0)
    }
  }

  @Test func unknownUserSaysSo() {
    #expect { try PreparedProgram(ProgramAction(arguments: ["/bin/true"], user: "no-such-user")) } throws: {
      ($0 as? ActionError)?.code == .notFound && "\($0)".contains("no-such-user")
    }
  }

  @Test func noDescriptorLeaksIntoTheProgram() async throws {
    let held = unsafe open("/dev/null", O_RDONLY)  // without close-on-exec on purpose
    defer { close(held) }
    let (_, outcome) = try await run("exec ls /proc/self/fd")
    // 3 is the folder that ls reads.
    #expect(outcome.standardOutput.text == "0\n1\n2\n3")
  }

  @Test func programLeadsASessionOfItsOwn() async throws {
    let (_, outcome) = try await run("cut -d' ' -f 1,5,6 /proc/$$/stat")
    let numbers = outcome.standardOutput.text.split(separator: " ")
    #expect(Set(numbers).count == 1)
  }

  @Test func noDescriptorAndNoZombieIsLeftBehind() async {
    await #expect(processExitsWith: .success) {
      func descriptors() -> Int { (try? namesInFolder("/proc/self/fd").get().count) ?? -1 }
      do {
        let good = try PreparedProgram(ProgramAction(arguments: ["/bin/echo", "x"], input: .json)).invocation([:])
        let hanging = try PreparedProgram(
          ProgramAction(
            arguments: ["/bin/sleep", "1000"], timeLimit: .milliseconds(5), terminationGrace: .milliseconds(5))
        ).invocation([:])
        var missing = good
        missing.path = "/nonexistent/program"
        // The first runs make what the library keeps for good.
        _ = try await ProgramRunner.run(good)
        _ = try await ProgramRunner.run(hanging)
        _ = try? await ProgramRunner.run(missing)
        // It may open one or two more with another thread of its own; a leak would be one for each run.
        let before = descriptors() + 4
        for _ in 0..<20 {
          _ = try await ProgramRunner.run(good)
          _ = try await ProgramRunner.run(hanging)
          _ = try? await ProgramRunner.run(missing)
        }
        var status: Int32 = 0
        let left = unsafe waitpid(-1, &status, WNOHANG)
        // Anything that runs next may change it.
        let reason = errno
        guard left == -1, reason == ECHILD else { exit(3) }
        // The library closes what it watched a process with on a thread of its own, a moment after the result.
        for _ in 0..<1_000 where descriptors() > before { usleep(10_000) }
        exit(descriptors() <= before ? 0 : 4)
      } catch {
        exit(2)
      }
    }
  }

  @Test func whatCannotBeRunSaysWhy() async throws {
    func refusal(_ path: String) -> ActionError? {
      do throws(ActionError) {
        _ = try PreparedProgram(ProgramAction(arguments: [path]))
        return nil
      } catch {
        return error
      }
    }
    #expect(refusal("/nonexistent/garage")?.code == .notFound)
    let plain = try folder.file("plain.txt", "hello")
    #expect(refusal(plain)?.code == .permissionDenied)
    #expect(refusal(plain)?.remedy == "chmod +x it.")
    #expect(refusal("/tmp")?.code == .invalidConfiguration)
    #expect(refusal("garage")?.code == .invalidConfiguration)
    #expect(refusal("")?.code == .invalidConfiguration)
  }

  @Test func whatGoesMissingAfterTheCheckSaysWhyToo() async throws {
    let script = try folder.script("true")
    let invocation = try PreparedProgram(ProgramAction(arguments: [script])).invocation([:])
    unsafe chmod(script, 0o644)
    await #expect { try await ProgramRunner.run(invocation) } throws: {
      ($0 as? ActionError)?.code == .permissionDenied
    }
    try folder.file("program.sh", "#!/nonexistent/interpreter\n", mode: 0o755)
    await #expect { try await ProgramRunner.run(invocation) } throws: { "\($0)".contains("interpreter") }
    unsafe unlink(script)
    await #expect { try await ProgramRunner.run(invocation) } throws: { ($0 as? ActionError)?.code == .notFound }
    let lost = try PreparedProgram(
      ProgramAction(arguments: ["/bin/true"], workingDirectory: folder.path + "/nowhere")
    ).invocation([:])
    await #expect { try await ProgramRunner.run(lost) } throws: { "\($0)".contains("working directory") }
  }

  @Test func argumentsThatCannotBePassedAreRefusedBeforeTheStart() throws {
    let program = try PreparedProgram(ProgramAction(arguments: ["/bin/echo", "{text}", "--", "{text}"]))
    let loose = try PreparedProgram(ProgramAction(arguments: ["/bin/echo", "--", "{text}"]))
    func refusal(_ text: JSONValue?) -> String {
      do throws(ActionError) {
        _ = try program.invocation(text.map { ["text": $0] } ?? [:])
        return ""
      } catch {
        return error.code == .invalidArguments ? error.reason : "\(error)"
      }
    }
    #expect(refusal("a\u{0}b").contains("NUL"))
    #expect(refusal(.string(String(repeating: "x", count: 131_072))).contains("131071"))
    #expect(refusal(nil).contains("missing"))
    #expect(refusal("--force").contains("hyphen"))
    #expect(refusal(-5) == "")
    #expect(try loose.invocation(["text": "--force"]).arguments == ["--", "--force"])
  }

  @Test func longestArgumentArrives() async throws {
    let text = String(repeating: "x", count: 131_071)
    let (_, outcome) = try await run("printf %s \"$1\" | wc -c", ["{text}"], call: ["text": .string(text)])
    #expect(outcome.standardOutput.text.contains("131071"))
  }

  @Test(arguments: ["{", "}", "{}", "a{b", "a}b", "{a{b}}", "x\u{0}"])
  func malformedTemplateIsRefused(_ text: String) {
    #expect(throws: ActionError.self) { try ArgumentTemplate(parsing: text) }
  }
}
