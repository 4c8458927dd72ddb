import Glibc

/// What became of a stream after an error.
public enum PCMRecovery: Hashable, Sendable {
  /// Nothing was wrong with the stream: a call was interrupted or came too early.
  case unchanged
  /// It goes on where a suspend interrupted it.
  case resumed
  /// It was prepared again (and started, where asked); what it held is lost.
  case restarted
  /// The device is gone or cannot be brought back.
  case lost
}

extension PCMPort where Self: ~Copyable {
  /// Brings the stream back after `error` (a negative errno) and, with `starting`, starts it again. What snd_pcm_recover does, but it neither prints nor sleeps through a signal of
  /// `wake`.
  ///
  /// An xrun (-EPIPE) and a wrong state (-EBADFD) need preparing; after a suspend (-ESTRPIPE) the device is asked to
  /// resume for up to 5 s first; -EINTR and -EAGAIN need nothing.
  public func recover(from error: Int32, starting: Bool, wake: EventDescriptor) -> PCMRecovery {
    switch -error {
    case EINTR, EAGAIN: return .unchanged
    case EPIPE, EBADFD: break
    case ESTRPIPE:
      var result = resume()
      var attempts = 0
      while result == -EAGAIN, attempts < 200, !wake.wait(milliseconds: 25) {
        attempts += 1
        result = resume()
      }
      // A device that cannot resume loses what it held, and starts anew.
      if result == 0 { return .resumed }
    default: return .lost
    }
    guard prepare() >= 0 else { return .lost }
    return !starting || start() >= 0 ? .restarted : .lost
  }
}

/// How often a device may fail in a row before it counts as lost: it must not keep a real-time thread busy for ever.
public enum PCMLimits {
  /// Recoveries without a frame moved between them.
  public static let recoveries = 20
  /// Announcements of readiness without a frame moved.
  public static let emptyTransfers = 50
  /// Milliseconds of one wait.
  public static let waitMilliseconds: Int32 = 100
  /// Waits in a row that brought nothing: 2 s.
  public static let silentWaits = 20
}
