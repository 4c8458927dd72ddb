import Audio
import Speech
import Synchronization

/// Says a fixed number of frames for each character, in chunks, or fails; can be held at a gate.
final class ScriptedSynthesiser: Synthesiser {
  let name = "scripted"
  let sampleRate: SampleRate
  let languages = ["en"]
  let framesPerCharacter: Int
  /// Texts that fail after their first chunk.
  let failing: Set<String>
  private let gate: Gate?
  private let said = Mutex<[String]>([])
  private let refused = SharedCounter()

  init(sampleRate: SampleRate = .speech, framesPerCharacter: Int = 100, failing: Set<String> = [], gate: Gate? = nil) {
    self.sampleRate = sampleRate
    self.framesPerCharacter = framesPerCharacter
    self.failing = failing
    self.gate = gate
  }

  var texts: [String] { said.withLock { $0 } }
  /// How often a chunk was not wanted any more.
  var refusals: Int { refused.value }

  func synthesise(_ text: String, deliver: (Span<Float>) -> Bool) throws(SpeechError) {
    said.withLock { $0.append(text) }
    var left = text.unicodeScalars.count * framesPerCharacter
    // A level by which the text can be told from others.
    let level = Float(text.unicodeScalars.reduce(0) { $0 &+ $1.value } % 97 + 1) / 100
    while left > 0 {
      gate?.pass()
      let chunk = [Float](repeating: level, count: min(left, 160))
      guard deliver(chunk.span) else { return refused.add() }
      left -= chunk.count
      if failing.contains(text) {
        throw SpeechError(.voiceFailed, "cannot say a clause", remedy: "Say it in other words.")
      }
    }
  }
}
