internal import CLinux
internal import Glibc
internal import OperatingSystem
internal import Subprocess
internal import SystemPackage

/// What came of a program that was started.
struct ProgramOutcome: Hashable, Sendable {
  enum Ending: Hashable, Sendable {
    case exited(Int32)
    case signalled(Int32)
  }

  /// The first bytes of a stream; `isTruncated` where more came.
  struct Output: Hashable, Sendable {
    var bytes: [UInt8] = []
    var isTruncated = false
  }

  var ending: Ending
  var standardOutput: Output
  var standardError: Output
  /// The time limit was reached and the group was told to end.
  var isTimedOut: Bool
}

/// Starts programs: a session and process group of their own, a clean environment, descriptors 0 to 2 only, a time
/// limit, an output limit beyond which output is read and dropped.
///
/// When the program itself has ended, however it did, everything it left in its group is killed: no action outlives
/// its result. A process that must go on is started through the service manager (`systemd-run`).
enum ProgramRunner {
  /// - Throws: `notFound`, `permissionDenied`, `unsupported`, `inputOutput` where it could not be started, `cancelled`
  ///   where the task was cancelled (after the group is gone).
  static func run(_ invocation: ProgramInvocation) async throws(ActionError) -> ProgramOutcome {
    let operation = "run \(invocation.path)"
    // The program would read its input from a pipe whose other end could raise SIGPIPE here; a file in memory cannot.
    let input = unsafe invocation.input.withUnsafeBytes { unsafe clx_memory_file($0.baseAddress, $0.count) }
    guard input >= 0 else {
      throw ActionError(.inputOutput, operation, reason: SystemCallFailure.text(of: -input), errno: -input)
    }
    var options = PlatformOptions()
    options.createSession = true
    // Used where the task is cancelled.
    options.teardownSequence = [
      .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: invocation.terminationGrace)
    ]
    if let account = invocation.account {
      options.userID = account.userID
      options.groupID = account.groupID
      options.supplementaryGroups = account.groups
    }
    do {
      let result = try await Subprocess.run(
        .path(FilePath(invocation.path)), arguments: Arguments(invocation.arguments),
        // Each with its NUL: the library (1.0.2) hands the bytes to strdup and would read on past their end.
        environment: .custom(invocation.environment.map { Array($0.utf8) + [0] }),
        workingDirectory: FilePath(invocation.workingDirectory), platformOptions: options,
        input: .fileDescriptor(FileDescriptor(rawValue: input), closeAfterSpawningProcess: true), output: .sequence,
        error: .sequence
      ) { execution in
        await supervise(
          execution.processIdentifier.value, execution.standardOutput, execution.standardError, invocation)
      }
      var outcome = result.closureResult
      switch result.terminationStatus {
      case .exited(let code): outcome.ending = .exited(code)
      case .signaled(let signal): outcome.ending = .signalled(signal)
      }
      if Task.isCancelled && !outcome.isTimedOut {
        throw ActionError(.cancelled, operation, reason: "the session gave it up; the program was ended")
      }
      return outcome
    } catch let error as ActionError {
      throw error
    } catch let error as SubprocessError {
      throw startError(operation, error, invocation)
    } catch {
      throw ActionError(.inputOutput, operation, reason: "\(error)")
    }
  }

  private enum Event: Sendable {
    case output(ProgramOutcome.Output)
    case error(ProgramOutcome.Output)
    case exited
    case timeIsUp
    case graceIsOver
  }

  /// Runs beside the program until it has ended and its output is read. The program is a zombie until this returns, so
  /// that its number, which is also its group's, cannot mean anybody else while we signal it.
  private static func supervise(
    _ process: pid_t, _ output: SubprocessOutputSequence, _ error: SubprocessOutputSequence,
    _ invocation: ProgramInvocation
  ) async -> ProgramOutcome {
    var outcome = ProgramOutcome(
      ending: .exited(0), standardOutput: .init(), standardError: .init(), isTimedOut: false)
    let limit = invocation.outputLimitBytes
    await withTaskGroup(of: Event.self) { group in
      group.addTask { .output(await collect(output, limit: limit)) }
      group.addTask { .error(await collect(error, limit: limit, keepsEnd: true)) }
      group.addTask {
        await waitForEnd(of: process)
        return .exited
      }
      group.addTask {
        try? await Task.sleep(for: invocation.timeLimit)
        return .timeIsUp
      }
      var isRunning = true
      var isReading = 2
      while isRunning || isReading > 0, let event = await group.next() {
        switch event {
        case .output(let collected):
          outcome.standardOutput = collected
          isReading -= 1
        case .error(let collected):
          outcome.standardError = collected
          isReading -= 1
        case .exited:
          isRunning = false
          // Whoever is left in the group may hold our pipes; nobody in it outlives the program.
          kill(-process, SIGKILL)
        case .timeIsUp:
          guard isRunning else {
            // Only something that left the group and still writes keeps us reading.
            group.cancelAll()
            continue
          }
          // Cancelled sleeps end early as well; the teardown sequence ends the program then.
          if Task.isCancelled { continue }
          outcome.isTimedOut = true
          kill(-process, SIGTERM)
          group.addTask {
            try? await Task.sleep(for: invocation.terminationGrace)
            return .graceIsOver
          }
        case .graceIsOver:
          if isRunning { kill(-process, SIGKILL) }
        }
      }
      group.cancelAll()
    }
    return outcome
  }

  /// Waits until the process is a zombie, and leaves it one.
  private static func waitForEnd(of process: pid_t) async {
    let ended = try? await onBlockingThread { () -> Bool in
      var info = unsafe siginfo_t()
      while unsafe waitid(P_PID, id_t(process), &info, WEXITED | WNOWAIT) != 0 {
        if errno != EINTR { return false }
      }
      return true
    }
    if ended == true { return }
    // No thread to be had: look from time to time.
    while true {
      var info = unsafe siginfo_t()
      let status = unsafe waitid(P_PID, id_t(process), &info, WEXITED | WNOWAIT | WNOHANG)
      if status != 0 && errno != EINTR { return }
      // SIGCHLD is there only once the process has ended.
      let isOver = unsafe info.si_signo == SIGCHLD
      if status == 0 && isOver { return }
      // Not cancelled with the rest: the end must be seen.
      await Task { try? await Task.sleep(for: .milliseconds(50)) }.value
    }
  }

  /// The first `limit` bytes, or the last; all of them are read.
  private static func collect(
    _ sequence: SubprocessOutputSequence, limit: Int, keepsEnd: Bool = false
  ) async -> ProgramOutcome.Output {
    var output = ProgramOutcome.Output()
    do {
      for try await buffer in sequence {
        if Task.isCancelled {
          output.isTruncated = true
          break
        }
        if keepsEnd && output.bytes.count > limit {
          output.isTruncated = true
          output.bytes.removeFirst(output.bytes.count - limit)
        }
        // One buffer is a pipe's, 64 KiB, so that the end costs little more than the limit.
        let room = keepsEnd ? buffer.count : limit - output.bytes.count
        if buffer.count > room { output.isTruncated = true }
        if room > 0 {
          // Copied inside the call; the buffer ends with the iteration.
          unsafe buffer.withUnsafeBytes { unsafe output.bytes.append(contentsOf: $0.prefix(room)) }
        }
      }
    } catch {
      // A pipe that cannot be read any more has given what it had.
      output.isTruncated = true
    }
    if output.bytes.count > limit {
      output.isTruncated = true
      output.bytes.removeFirst(output.bytes.count - limit)
    }
    return output
  }
}
