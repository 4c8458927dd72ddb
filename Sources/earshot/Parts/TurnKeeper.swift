import Assistant
import Audio
import Glibc
import OperatingSystem
import Synchronization
import Transcription

/// Keeps every turn as an Ogg Opus file beside its words, where the configuration asks for it, so that a mishearing can
/// be replayed with `earshot transcribe`. Passes on what it hears.
final class TurnKeeper: Listener {
  /// The oldest go first: a forgotten setting must not fill a board's disk.
  private static let limit = 500
  private let folder: String
  private let listener: any Listener

  init(folder: String, listener: any Listener) {
    self.folder = folder
    self.listener = listener
  }

  var isListening: Bool { listener.isListening }
  func waitUntilListening(timeout: Duration) { listener.waitUntilListening(timeout: timeout) }

  func take(_ heard: Heard) {
    listener.take(heard)
    // After the session has been told: the disk must not delay the action.
    if case .transcript(let transcript, let utterance) = heard { keep(utterance, transcript) }
  }

  private func keep(_ utterance: Utterance, _ transcript: Transcript) {
    let name = folder + "/turn-" + Self.stamp()
    do throws(any Error) {
      let writer = try OpusWriter(path: name + ".opus")
      try writer.append(utterance.samples.span)
      try writer.finish()
      try writeFile(name + ".txt", transcript.text + "\n" + (transcript.isAccepted ? "accepted\n" : "rejected\n"))
    } catch {
      note("could not keep a turn in \(folder): \(error). Check the folder, its permissions and the disk.")
    }
    removeOldest()
  }

  private func removeOldest() {
    guard case .success(let names) = namesInFolder(folder) else { return }
    // Two files a turn, whose names sort by time.
    for name in names.filter({ $0.hasPrefix("turn-") }).dropLast(Self.limit * 2) { unsafe unlink(folder + "/" + name) }
  }

  /// Local date and time to the millisecond.
  private static func stamp() -> String {
    var now = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &now)
    var parts = unsafe tm()
    unsafe localtime_r(&now.tv_sec, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let milliseconds = String(now.tv_nsec / 1_000_000)
    let fields = unsafe [parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec].map(two)
    let padding = String(repeating: "0", count: 3 - milliseconds.count)
    return unsafe "\(parts.tm_year + 1900)" + fields[0] + fields[1] + "-" + fields[2...].joined() + "-" + padding
      + milliseconds
  }
}
