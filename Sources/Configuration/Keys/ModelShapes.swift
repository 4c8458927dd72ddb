import Tools

/// The language model: a file that is run here, a server elsewhere, or both.
enum ModelShapes {
  static let model = ObjectShape(keys: [
    KeyShape(
      "file", .text(.modelFile),
      "A model in GGUF, run by Earshot itself; in-the-box is the small one that Earshot brings. Neither file nor server: what fits no phrase is not understood."
    ),
    KeyShape(
      "fallback", .choice(["none", "in-the-box"]), default: "none",
      "What answers where the file cannot be loaded, and where there is only a server, while that is away."),
    KeyShape(
      "context", .integer(256...131072), default: 4096, unit: "tokens",
      "How much of a conversation, tools included, the model sees; memory is taken for all of it."),
    KeyShape(
      "kv_cache", .choice(["f16", "q8_0"]), default: "f16",
      "How the keys and values of the context are kept; q8_0 takes about half the memory."),
    KeyShape(
      "threads", .integer(0...64), default: 0, unit: "threads",
      "How many threads compute; 0: one for each core."),
    KeyShape(
      "format", .text(.name), default: "auto",
      "How messages and tools are written for the model, as \"earshot model info\" names them; auto tells by the file."),
    KeyShape("max_tokens", .integer(1...4096), default: 256, unit: "tokens", "An answer is not longer."),
    KeyShape(
      "temperature", .number(0...2), default: 0, unit: "times",
      "0: always the most probable word. Higher is more varied and less reliable."),
    KeyShape(
      "server", .object(server),
      "A server with OpenAI's interface on your network, asked first. With file as well, the file answers while it is away."
    ),
  ])

  static let server = ObjectShape(keys: [
    KeyShape(
      "url", .text(.webAddress), required: true,
      "Where it is, for example http://192.168.1.20:8080/v1. Words that fit no phrase, persona and tools are sent there."
    ),
    KeyShape("model", .text(.line), default: "default", "Which of its models."),
    KeyShape(
      "key_file", .text(.path), "A file that holds the key it asks for, and that only Earshot's user may read."),
    KeyShape("timeout_s", .integer(1...600), default: 20, "How long it may take to begin an answer."),
  ])
}
