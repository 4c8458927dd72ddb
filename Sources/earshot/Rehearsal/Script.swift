/// What voices say to the assistant, in order.
struct Script: Sendable {
  struct Line: Sendable {
    var voice: String
    var text: String
  }

  var lines: [Line]

  /// A command for a line, one with a number, a question, one that needs a yes and its yes, and one that is for nobody.
  static let demo = Script(lines: [
    Line(voice: "slt", text: "turn on the kitchen light"),
    Line(voice: "rms", text: "set the heating to twenty one degrees"),
    Line(voice: "awb", text: "is the back door open"),
    Line(voice: "rms", text: "did you see the football match last night"),
    Line(voice: "slt", text: "open the garage door"),
    Line(voice: "slt", text: "yes"),
    Line(voice: "awb", text: "turn off the kitchen light"),
  ])

  /// Every sentence in every voice.
  init(sentences: [String], voices: [String]) {
    lines = voices.flatMap { voice in sentences.map { Line(voice: voice, text: $0) } }
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
