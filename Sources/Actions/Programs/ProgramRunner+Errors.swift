internal import Glibc
internal import OperatingSystem
internal import Subprocess
internal import SystemPackage

extension ProgramRunner {
  /// Why a path is no program for this user, or nil.
  static func whyNotExecutable(_ path: String) -> ActionError? {
    let operation = "run \(path)"
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      let failure = SystemCallFailure.last
      return ActionError(
        failure.number == EACCES ? .permissionDenied : .notFound, operation,
        reason: failure.number == EACCES ? "a folder on the way is closed to this user" : "there is no such program",
        errno: failure.number, remedy: "Install it, or correct the path.")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      return ActionError(.invalidConfiguration, operation, reason: "it is not a file", remedy: "Correct the path.")
    }
    // Root may execute what has any execute bit, as the kernel sees it.
    guard unsafe access(path, X_OK) == 0 else {
      return ActionError(
        .permissionDenied, operation, reason: "it is not executable", errno: EACCES, remedy: "chmod +x it.")
    }
    return nil
  }

  static func startError(
    _ operation: String, _ error: SubprocessError, _ invocation: ProgramInvocation
  ) -> ActionError {
    let number = error.underlyingError?.rawValue
    if error.code == .failedToChangeWorkingDirectory {
      return ActionError(
        .notFound, operation, reason: "its working directory cannot be entered", errno: number,
        remedy: "Create the folder, or correct `working_directory`.")
    }
    if error.code == .executableNotFound || number == EACCES || number == ENOENT {
      // The library tells every kind of "not this one" as "not found".
      return whyNotExecutable(invocation.path)
        ?? ActionError(
          .notFound, operation, reason: "its interpreter is missing, or the chosen user may not run it",
          errno: number, remedy: "Look at its first line (#!) and at its permissions.")
    }
    switch number {
    case EPERM?:
      return ActionError(
        .permissionDenied, operation, reason: "this process may not change its user", errno: number,
        remedy: "Give the service AmbientCapabilities=CAP_SETUID CAP_SETGID CAP_KILL, or leave `user` out.")
    case ENOEXEC?:
      return ActionError(
        .unsupported, operation, reason: "it is no program for this machine, or a script without #!", errno: number)
    case E2BIG?:
      return ActionError(.invalidArguments, operation, reason: "its arguments are too long", errno: number)
    default:
      return ActionError(
        .inputOutput, operation, reason: number.map(SystemCallFailure.text(of:)) ?? "it could not be started",
        errno: number)
    }
  }
}
