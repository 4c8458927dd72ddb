import Glibc

/// One running worker: its process id, our end of the socket pair and the reading end of its standard error.
///
/// The child gets nothing else of ours: our descriptors are close-on-exec, it closes what a library left open, it has a
/// process group of its own (Ctrl-C in a terminal reaches the daemon first), and it ends by itself when our end of the
/// socket is closed, so that no orphan remains even when the daemon is killed.
@safe struct ChildProcess: ~Copyable {
  let pid: pid_t
  /// Non-blocking.
  let socket: Int32
  /// Non-blocking.
  let standardError: Int32

  /// The descriptor at which the worker finds its end of the socket pair.
  static let socketInChild: Int32 = 3
  /// Variables handed on; everything else of the daemon's environment stays here.
  private static let environmentKeys = [
    "PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "OMP_NUM_THREADS", "TSAN_OPTIONS", "ASAN_OPTIONS",
  ]

  init(executable: String) throws(WorkerError) {
    func failure(_ reason: String, _ number: Int32) -> WorkerError {
      WorkerError(
        .cannotSpawn, "start \(executable)", reason, errno: number,
        remedy: number == EMFILE || number == ENFILE
          ? "Raise LimitNOFILE of the service." : "Check that the file is there and may be executed.")
    }
    var pair: [Int32] = [-1, -1]
    guard unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0, &pair) == 0 else {
      throw failure("no socket pair", Glibc.errno)
    }
    // A socket pair rather than a pipe, because it is made with close-on-exec in one step.
    var pipe: [Int32] = [-1, -1]
    guard unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0, &pipe) == 0 else {
      let number = Glibc.errno
      for descriptor in pair { close(descriptor) }
      throw failure("no socket pair for its messages", number)
    }
    defer {
      close(pair[1])
      close(pipe[1])
    }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, pipe[1], 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, pipe[1], 2)
    unsafe posix_spawn_file_actions_adddup2(&actions, pair[1], Self.socketInChild)

    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var all = sigset_t()
    var none = sigset_t()
    unsafe sigfillset(&all)
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))

    let arguments = unsafe [strdup(executable), nil]
    var environment: [UnsafeMutablePointer<CChar>?] = unsafe []
    for key in Self.environmentKeys {
      guard let value = unsafe getenv(key) else { continue }
      unsafe environment.append(strdup("\(key)=\(unsafe String(cString: value))"))
    }
    unsafe environment.append(nil)
    defer {
      unsafe (arguments + environment).forEach { unsafe free($0) }
    }
    var pid: pid_t = 0
    let status = unsafe posix_spawn(&pid, executable, &actions, &attributes, arguments, environment)
    guard status == 0 else {
      close(pair[0])
      close(pipe[0])
      throw failure("the system refuses it", status)
    }
    self.pid = pid
    socket = pair[0]
    standardError = pipe[0]
    for descriptor in [socket, standardError] { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
  }

  deinit {
    close(socket)
    close(standardError)
  }

  /// Ends the process (at once when `forced`, otherwise after a moment's grace), waits for it and says how it ended.
  func reap(forced: Bool) -> String {
    var status: Int32 = 0
    if forced { kill(pid, SIGKILL) }
    // An ordinary end closes the socket a moment before the process can be waited for.
    for attempt in 0... {
      let result = unsafe waitpid(pid, &status, WNOHANG)
      if result == pid || (result < 0 && errno != EINTR) { break }
      if attempt == 200 { kill(pid, SIGKILL) }
      usleep(1_000)
    }
    let signal = status & 0x7f
    if signal == 0 { return "it ended with status \((status >> 8) & 0xff)" }
    return "it was ended by signal \(signal)"
  }
}
