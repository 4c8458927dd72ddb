import Assistant
import Audio
import Phrases
import Synchronization
import Tools
import Transcription

/// The live terminal view of `earshot listen`: one line that moves, and one that stays for each turn.
final class LiveView: Listener {
  private struct State {
    var partial = ""
    var windows = 0
  }

  private let terminal: Terminal
  private let phrases: PhraseSet
  private let state = Mutex(State())

  init(terminal: Terminal, phrases: PhraseSet) {
    self.terminal = terminal
    self.phrases = phrases
  }

  var attention: Attention { .open }
  var isAwake: Bool { true }
  func waitUntilListening(timeout: Duration) {}

  func take(_ heard: Heard) {
    switch heard {
    case .woke(let phrase, let score, let at):
      line("\(clearLine)\(at)  \(terminal.bold(phrase)) (\(Int((score * 100).rounded())) % sure)")
    case .speechStarted, .discarded: state.withLock { $0.partial = "" }
    case .partial(let text, _): state.withLock { $0.partial = text }
    case .stopped, .hushed, .supposed, .overlapped, .overlapDismissed, .interrupted: break
    case .transcript(let transcript, _, let utterance):
      state.withLock { $0.partial = "" }
      line("\(clearLine)\(utterance.end)  \(explain(transcript))")
    }
  }

  /// Redraws the moving line every second window (16 times a second); without a terminal nothing moves.
  func show(_ meter: ListenLoop.Meter) {
    guard terminal.isRich else { return }
    let partial = state.withLock { state -> String? in
      state.windows += 1
      return state.windows % 2 == 0 ? state.partial : nil
    }
    guard let partial else { return }
    let level = Terminal.bar((meter.level + 70) / 70, width: 20)
    let speech = Terminal.bar(meter.speechProbability, width: 10)
    let state = meter.isInTurn ? terminal.green("speech") : terminal.dim("quiet ")
    let wake = meter.wakeScore.map { "  wake \(Terminal.bar($0, width: 10))" } ?? ""
    write(
      "\r\u{1B}[K\(level) \(Int(meter.level.rounded())) dBFS  \(speech) \(state)\(wake)  \(String(partial.suffix(40)))")
  }

  private var clearLine: String { terminal.isRich ? "\r\u{1B}[K" : "" }

  private func explain(_ transcript: Transcript) -> String {
    guard !transcript.text.isEmpty else { return terminal.dim("(no words)") }
    guard transcript.isAccepted else { return terminal.dim("(not for me) ") + transcript.text }
    guard let match = phrases.match(transcript.text) else { return transcript.text + terminal.yellow("  no phrase") }
    return transcript.text + terminal.green("  → \(match.name) \(JSONValue.object(match.arguments).text())")
  }

  private func line(_ text: String) { note(text) }
  private func write(_ text: String) { noteRaw(text) }
}
