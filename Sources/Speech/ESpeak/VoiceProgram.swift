import Glibc

/// One run of a program that reads text and writes audio: started without a shell, in a process group of its own, with
/// three sockets as its standard streams, and gone when ``run(input:output:)`` returns.
///
/// Sockets and not pipes, because a write to a program that has gone must return an error: a pipe raises SIGPIPE, which
/// ends a process that does not ignore it.
struct VoiceProgram {
  /// Absolute path.
  let path: String
  /// Without the program's own name.
  let arguments: [String]
  /// How long the program may be silent while it is waited for, as it makes speech far faster than real time.
  let stallLimit: Duration

  /// Bytes of standard error that are kept for the message.
  private static let maximumErrorBytes = 512
  /// How often `output` is asked whether to go on while the program is silent.
  private static let askInterval = Duration.milliseconds(20)

  /// Runs the program to its end. `output` gets its bytes as they come, and an empty span every 20 ms while there are
  /// none; when it returns false, the program is killed and the call returns at once.
  /// Throws when the program cannot be started, stalls, or ends with another status than 0.
  func run(input: [UInt8], output: (Span<UInt8>) throws(SpeechError) -> Bool) throws(SpeechError) {
    var streams = try Streams(program: path)
    defer { streams.closeAll() }
    let process = try spawn(&streams)
    var reaped = false
    defer {
      if !reaped {
        // The group, so that a helper which the program started goes too.
        kill(-process, SIGKILL)
        _ = Self.wait(for: process)
      }
    }

    let nothing: [UInt8] = []
    var sent = 0
    var errorText: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16_384)
    var quietSince = ContinuousClock.now
    while streams.output >= 0 || streams.error >= 0 {
      let ready = streams.poll(wantsToSend: sent < input.count, for: Self.askInterval)
      if ready.isEmpty {
        guard try output(nothing.span) else { return }
        guard ContinuousClock.now - quietSince < stallLimit else {
          throw SpeechError(
            .timedOut, "cannot get speech from \(path) within \(stallLimit)", errorNumber: ETIMEDOUT,
            remedy: "Try the voice by hand with the same text.")
        }
        continue
      }
      quietSince = .now
      if ready.contains(.input) { streams.send(input, from: &sent) }
      if ready.contains(.error), let count = streams.receive(from: \.error, into: &buffer) {
        errorText += buffer.prefix(min(count, Self.maximumErrorBytes - errorText.count))
      }
      if ready.contains(.output), let count = streams.receive(from: \.output, into: &buffer) {
        guard try output(buffer.span.extracting(..<count)) else { return }
        quietSince = .now
      }
    }
    let status = Self.wait(for: process)
    reaped = true
    guard status == 0 else {
      let said = String(decoding: errorText.filter { (0x20..<0x7F).contains($0) }, as: UTF8.self)
      throw SpeechError(
        .voiceFailed,
        "cannot get speech from \(path): it ended with \(Self.describe(status))"
          + (said.isEmpty ? "" : " and said: \(said)"),
        remedy: "Try the voice by hand with the same text.")
    }
  }

  private func spawn(_ streams: inout Streams) throws(SpeechError) -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    for (descriptor, standard) in zip(streams.far, [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]) {
      unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, standard)
    }
    // The daemon may block or ignore signals; the program starts with the system's defaults.
    var none = sigset_t()
    var all = sigset_t()
    unsafe sigemptyset(&none)
    unsafe sigfillset(&all)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var process: pid_t = 0
    let argv = unsafe Self.cStrings([path] + arguments)
    let environment = unsafe Self.cStrings(["PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8"])
    defer {
      for index in unsafe argv.indices { unsafe free(argv[index]) }
      for index in unsafe environment.indices { unsafe free(environment[index]) }
    }
    let result = unsafe posix_spawn(&process, path, &actions, &attributes, argv, environment)
    guard result == 0 else {
      throw SpeechError(
        result == ENOENT ? .notInstalled : .startFailed, "cannot start \(path)", errorNumber: result,
        remedy: "Check that it is installed and may be run.")
    }
    streams.closeFar()
    return process
  }

  /// Copies for the system, ended by nil; each is to be freed.
  private static func cStrings(_ strings: [String]) -> [UnsafeMutablePointer<CChar>?] {
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe []
    for string in strings { unsafe pointers.append(strdup(string)) }
    unsafe pointers.append(nil)
    return unsafe pointers
  }

  private static func wait(for process: pid_t) -> Int32 {
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status
  }

  private static func describe(_ status: Int32) -> String {
    status & 0x7F == 0 ? "status \(status >> 8 & 0xFF)" : "signal \(status & 0x7F)"
  }
}
