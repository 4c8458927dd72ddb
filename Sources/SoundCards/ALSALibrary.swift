import CALSA

/// What concerns alsa-lib as a whole.
///
/// The shim's message buffer is one per object file. So all its calls stand in this file, and none may be inlined into
/// another, which would get a buffer of its own.
enum ALSALibrary {
  /// Done once, before the first call that could print.
  private static let isSilenced: Bool = {
    alsa_silence()
    return true
  }()

  /// Keeps alsa-lib from printing to standard error and forgets what it said on this thread.
  @inline(never) static func beginCall() {
    _ = isSilenced
    alsa_forget_message()
  }

  /// What alsa-lib said since ``beginCall()`` on this thread: its first message, one line, or nothing.
  @inline(never) static var message: String {
    let text = unsafe String(cString: alsa_last_message())
    return text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
  }

  /// alsa-lib's text for a negative result.
  static func text(of result: Int32) -> String { unsafe String(cString: snd_strerror(result)) }

  /// The version of the library that is loaded, like `1.2.8`.
  static var version: String { unsafe String(cString: snd_asoundlib_version()) }

  /// alsa-lib's own configuration, which reads the system's and the user's.
  static var configurationFile: String { unsafe String(cString: snd_config_topdir()) + "/alsa.conf" }
}
