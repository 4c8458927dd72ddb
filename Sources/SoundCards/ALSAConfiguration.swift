import CALSA
import Glibc
import Synchronization

/// A configuration of alsa-lib of our own, read from files: PCMs can be opened by the names it defines without touching
/// the environment or the user's files.
///
/// `@unchecked`: the tree is only used under ``lock``, since expanding a definition may change it.
@safe public final class ALSAConfiguration: @unchecked Sendable {
  /// The files read, first to last; later ones add to and override earlier ones.
  public let files: [String]
  private let top: OpaquePointer
  private let lock = Mutex(())

  /// Reads alsa-lib's own `alsa.conf` and then `files`. Throws `badConfiguration` where one cannot be read or parsed.
  public init(adding files: [String]) throws(SoundCardError) {
    ALSALibrary.beginCall()
    self.files = [ALSALibrary.configurationFile] + files
    // alsa-lib passes over files that are not there.
    for file in self.files where unsafe access(file, R_OK) != 0 {
      let number = errno
      throw SoundCardError(
        code: .badConfiguration, operation: "read the sound configuration", device: file, errorNumber: number,
        reason: ALSALibrary.text(of: -number), remedy: "Check that the file exists and can be read.")
    }
    var top: OpaquePointer?
    var update: OpaquePointer?
    let path = self.files.joined(separator: ":")
    let result = unsafe snd_config_update_r(&top, &update, path)
    if let update = unsafe update { unsafe _ = snd_config_update_free(update) }
    guard result >= 0, let read = unsafe top else {
      throw SoundCardError(
        code: .badConfiguration, operation: "read the sound configuration", device: files.joined(separator: ", "),
        errorNumber: result < 0 ? -result : 0, reason: result < 0 ? ALSALibrary.text(of: result) : "it is empty",
        remedy: ALSALibrary.message.isEmpty ? "Check that the file exists." : "ALSA says: \(ALSALibrary.message).")
    }
    unsafe self.top = read
  }

  deinit { unsafe _ = snd_config_delete(top) }

  /// Runs `body` with the tree, one caller at a time.
  func withTree<Value: ~Copyable>(_ body: (OpaquePointer) -> Value) -> Value {
    lock.withLock { _ in unsafe body(top) }
  }
}
