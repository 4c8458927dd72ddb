/// What went wrong with a worker process, its messages or the model that it was to load.
///
/// The description reads: could not do X to Y: reason (number). What to do.
public struct WorkerError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Hashable, Sendable {
    /// The `earshot-worker` program was not found.
    case executableMissing
    /// The system refused to start the program; ``WorkerError/errno`` says why.
    case cannotSpawn
    /// The other side sent bytes that are not the protocol; the connection is closed.
    case protocolViolation
    /// The other side speaks another version of the protocol.
    case versionMismatch
    /// A model folder lacks a file, or nothing in it is known.
    case modelFolder
    /// The worker could not load the model.
    case loadFailed
    /// The process ended or was ended.
    case died
    /// It did not answer in time.
    case timedOut
    /// More was waiting to be sent to it than is kept.
    case overloaded
    /// There is no running worker: not started yet, being restarted, or stopped.
    case notReady
    /// The worker answered that this request failed.
    case requestFailed
    /// The request was taken back by its owner.
    case cancelled
  }

  public var code: Code
  /// What was attempted, as it reads after "could not": `start earshot-worker`.
  public var action: String
  public var reason: String
  /// The system's error number, where there is one.
  public var errno: Int32?
  /// A full sentence that says what to do.
  public var remedy: String

  public init(_ code: Code, _ action: String, _ reason: String, errno: Int32? = nil, remedy: String) {
    self.code = code
    self.action = action
    self.reason = reason
    self.errno = errno
    self.remedy = remedy
  }

  public var description: String {
    let number = errno.map { " (errno \($0))" } ?? ""
    return "could not \(action): \(reason)\(number). \(remedy)"
  }

  package static func noThread(_ name: String, errno: Int32) -> WorkerError {
    WorkerError(
      .cannotSpawn, "start the thread \(name)", "the system refuses it", errno: errno,
      remedy: "Raise TasksMax of the service, or end other programs.")
  }

  static func violation(_ reason: String) -> WorkerError {
    WorkerError(
      .protocolViolation, "understand the other process", reason,
      remedy: "Install earshot and earshot-worker of the same version.")
  }
}
