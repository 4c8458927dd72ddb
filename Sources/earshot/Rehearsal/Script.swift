import Phrases
import Tools

/// What voices say to the assistant, in order.
struct Script: Sendable {
  struct Line: Sendable {
    var voice: String
    /// What is said; `[0.7]` is a pause of 0.7 seconds in it.
    var text: String
    /// Typed instead of spoken: words that the recogniser in the box does not know.
    var isTyped = false
    /// What it means, where no phrase says so.
    var call: Call?
  }

  struct Call: Hashable, Sendable {
    var name: String
    var arguments: JSONObject
  }

  var lines: [Line]

  /// Somebody calls and gives a command in one breath; a command with a number with a pause to think, and a question,
  /// both without calling again; something that is for nobody; a command that needs a yes, and its yes; and two that no
  /// phrase covers and the language model answers. `name`: what the assistant is called by, nil where nobody needs to.
  static func demo(calling name: String?) -> Script {
    let call = name.map { $0 + ", " } ?? ""
    return Script(lines: [
      Line(voice: "slt", text: call + "turn on the kitchen light"),
      Line(voice: "rms", text: "set the heating to [0.8] twenty one degrees"),
      Line(voice: "awb", text: "is the back door open"),
      Line(voice: "rms", text: "did you see the football match last night"),
      Line(voice: "rms", text: call + "open the garage door"),
      Line(voice: "rms", text: "yes"),
      Line(voice: "awb", text: "turn off the kitchen light"),
      Line(
        voice: "slt", text: "it is cold make it twenty two degrees and i need some light in the hall", isTyped: true),
      Line(voice: "slt", text: "please order a pizza", isTyped: true),
    ])
  }

  /// Every sentence in every voice. Behind `=>` may stand the call that it means: `some air please => set_fan {"on": true}`.
  /// - Throws: ``CommandFailure`` with the sentence.
  init(sentences: [String], voices: [String]) throws {
    let spoken = try sentences.map(Self.sentence)
    lines = voices.flatMap { voice in spoken.map { Line(voice: voice, text: $0.text, call: $0.call) } }
  }

  private static func sentence(_ line: String) throws -> (text: String, call: Call?) {
    guard let arrow = line.firstRange(of: "=>") else { return (line, nil) }
    func trimmed(_ text: Substring) -> String { text.split(separator: " ").joined(separator: " ") }
    let meaning = trimmed(line[arrow.upperBound...])
    let name = meaning.prefix { $0 != " " && $0 != "{" }
    let rest = Array(meaning.dropFirst(name.count).utf8)
    guard !name.isEmpty, let arguments = rest.isEmpty ? [:] : (try? JSONValue(parsing: rest))?.objectValue else {
      throw CommandFailure(
        status: .badData, description: "\"\(line)\": behind => stands a tool and its arguments, set_fan {\"on\": true}."
      )
    }
    return (trimmed(line[..<arrow.lowerBound]), Call(name: String(name), arguments: arguments))
  }

  init(lines: [Line]) { self.lines = lines }
}

extension Script {
  /// Each sentence once, the voices in turn.
  var everyVoiceInTurn: [Line] {
    let voices = lines.map(\.voice).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let sentences = lines.filter { $0.voice == voices.first }.map(\.text)
    return sentences.enumerated().map { Line(voice: voices[$0 % voices.count], text: $1) }
  }
}

extension Script.Line {
  /// The same said to somebody of that name.
  func calling(_ name: String?) -> Script.Line {
    guard let name else { return self }
    var line = self
    line.text = name + ", " + text
    return line
  }

  /// As people read it, with dots for the pauses.
  var display: String { pieces.map(\.text).joined(separator: " … ") }

  /// The words alone.
  var words: String { pieces.map(\.text).joined(separator: " ") }

  /// What is spoken in one breath, and the silence after it.
  var pieces: [(text: String, pause: Duration)] {
    var pieces: [(text: String, pause: Duration)] = []
    for part in text.split(separator: "[") {
      let halves = part.split(separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
      if halves.count == 2, let seconds = Double(halves[0]), (0...10).contains(seconds) {
        if !pieces.isEmpty { pieces[pieces.count - 1].pause = .seconds(seconds) }
      }
      let words = (halves.last ?? "").split(separator: " ").joined(separator: " ")
      if !words.isEmpty { pieces.append((words, .zero)) }
    }
    return pieces
  }
}
