import Assistant
import Audio
import Dispatch
import Glibc
import OperatingSystem
import Synchronization
import Transcription
import TurnDetection

/// Keeps every turn as an Ogg Opus file beside its words, where the configuration asks for it, so that a mishearing can
/// be replayed with `earshot transcribe`. Passes on what it hears; the disk is written to from a queue of its own, and
/// a turn has its names only once it is whole.
final class TurnKeeper: Listener {
  /// The oldest go first: a forgotten setting must not fill a board's disk.
  private static let limit = 500
  /// Turns that may wait for a slow disk, half a megabyte each.
  private static let mostWaiting = 8
  private let folder: String
  private let listener: any Listener
  private let queue = DispatchQueue(label: "keep", qos: .utility)
  private let waiting = Atomic<Int>(0)

  init(folder: String, listener: any Listener) {
    self.folder = folder
    self.listener = listener
  }

  var attention: Attention { listener.attention }
  var isAwake: Bool { listener.isAwake }
  func waitUntilListening(timeout: Duration) { listener.waitUntilListening(timeout: timeout) }
  func foresight(at pause: Int) -> Completeness? { listener.foresight(at: pause) }

  func take(_ heard: Heard) {
    // Queued before the session is told, which may end with this very turn; the disk delays nothing.
    if case .transcript(let transcript, _, let utterance) = heard { enqueue(utterance, transcript) }
    listener.take(heard)
  }

  private func enqueue(_ utterance: Utterance, _ transcript: Transcript) {
    guard waiting.add(1, ordering: .relaxed).newValue <= Self.mostWaiting else {
      waiting.subtract(1, ordering: .relaxed)
      return note("could not keep a turn in \(folder): the disk is too slow. Keep turns on another one.")
    }
    let name = folder + "/turn-" + Self.stamp()
    queue.async {
      self.keep(utterance, transcript, name: name)
      self.waiting.subtract(1, ordering: .relaxed)
    }
  }

  /// Waits until every turn taken so far is kept.
  func finish() { queue.sync {} }

  private func keep(_ utterance: Utterance, _ transcript: Transcript, name: String) {
    do throws(any Error) {
      let writer = try OpusWriter(path: name + ".part")
      try writer.append(utterance.samples.span)
      try writer.finish()
      try writeFile(name + ".txt", transcript.text + "\n" + (transcript.isAccepted ? "accepted\n" : "rejected\n"))
      guard unsafe rename(name + ".part", name + ".opus") == 0 else {
        throw SystemFailure(path: name + ".opus", number: errno)
      }
    } catch {
      unsafe unlink(name + ".part")
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
