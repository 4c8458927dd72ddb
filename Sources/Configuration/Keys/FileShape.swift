import Tools

/// The whole file.
enum FileShape {
  static let root = ObjectShape(keys: [
    KeyShape(
      "board", .choice(["real", "simulated"]), default: "real",
      "Whether pins, PWM and LEDs are those of this machine, or simulated ones that switch nothing and say so."),
    KeyShape("log", .object(SectionShapes.log), "What is written to the log."),
    KeyShape("audio", .object(SectionShapes.audio), "Microphone and speaker."),
    KeyShape("wake", .object(SectionShapes.wake), "What the assistant is called by."),
    KeyShape("turns", .object(SectionShapes.turns), "When somebody speaks, and when they have finished."),
    KeyShape("transcription", .object(SectionShapes.transcription), "From speech to words."),
    KeyShape(
      "persona", .text(.anyLine),
      default: "You are the voice of this house. Answer in one short sentence. Say so when you do not know something.",
      "What the language model is told about itself, before the tools."),
    KeyShape(
      "room", .text(.line),
      "Where this is, as people say it: kitchen. The language model is told, so that \"the light\" is the one there."),
    KeyShape("model", .object(ModelShapes.model), "The language model, for what fits no phrase."),
    KeyShape("speech", .object(SectionShapes.speech), "From words to speech."),
    KeyShape("journal", .object(SectionShapes.journal), "What is kept of turns and actions."),
    KeyShape("gpio", .object(SectionShapes.gpio), "The wires, named once and used by the tools."),
    KeyShape("policy", .object(PolicyShapes.common), "What is allowed, for every tool that does not say otherwise."),
    KeyShape("replies", .object(SectionShapes.replies), "What is said when no tool's own reply fits."),
    KeyShape(
      "tools", .list(of: .object(ToolShapes.tool), count: 0...1000),
      "What can be done: OpenAI function definitions with phrases, an action and a reply."),
  ])

  /// One setting that is not in a list and not below a name of the user's: the environment and flags may set it.
  struct Setting: Sendable {
    /// `["turns", "silence_ms"]`
    var path: [String]
    var key: KeyShape

    var dotted: String { path.joined(separator: ".") }
    /// `EARSHOT_TURNS_SILENCE_MS`
    var environmentName: String { "EARSHOT_" + path.joined(separator: "_").uppercased() }
  }

  /// Every such setting, in the file's order.
  static let settings: [Setting] = settings(of: root, below: [])

  private static func settings(of object: ObjectShape, below path: [String]) -> [Setting] {
    object.keys.flatMap { key -> [Setting] in
      switch key.shape {
      case .object(let inner): settings(of: inner, below: path + [key.name])
      case .boolean, .onOff, .integer, .number, .text, .choice: [Setting(path: path + [key.name], key: key)]
      case .scalar, .list, .named, .oneOrMore, .either, .jsonSchema: []
      }
    }
  }
}
