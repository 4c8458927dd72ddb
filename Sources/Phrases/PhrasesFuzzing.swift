import Tools

/// What a fuzzer calls with arbitrary bytes; each returns for every input, and traps where a promise is broken.
public enum PhrasesFuzzing {
  private static let tool = ToolDefinition(
    name: "set", description: "",
    parameters: [
      "type": "object",
      "properties": [
        "room": ["type": "string", "enum": ["kitchen", "living_room", "hall"]], "on": ["type": "boolean"],
        "level": ["type": "integer", "minimum": 0, "maximum": 100], "celsius": ["type": "number"],
        "length_s": ["type": "integer"], "at": ["type": "string", "format": "time"], "text": ["type": "string"],
      ],
    ])
  private static let set = PhraseSet([
    PhraseTool(
      tool: tool,
      phrases: [
        "(turn|switch) {on:on|off} the {room} light[s]", "dim [the {room}] to {level}", "[the] heating to {celsius}",
        "timer for {length_s}", "wake me at {at}", "note {text}",
      ])
  ])

  /// A template: it compiles or is refused, and its sentences are understood.
  public static func template(_ bytes: Span<UInt8>) {
    let text = text(bytes)
    let compiled = PhraseSet([PhraseTool(tool: tool, phrases: [Phrase(text)])])
    precondition(compiled.templateCount + compiled.problems.count == 1, "a template was neither taken nor refused")
    _ = compiled.overlaps()
    // Free text has no words in samples, so that its sentences are not whole.
    guard !text.contains("{text") else { return }
    for sentence in compiled.sentences(limit: 4, seed: 1) where SpokenText(sentence).words.count <= 64 {
      precondition(compiled.match(sentence) != nil, "a template did not understand its own sentence")
    }
  }

  /// A sentence: whatever is understood keeps the tool's schema.
  public static func sentence(_ bytes: Span<UInt8>) {
    let text = text(bytes)
    if let match = set.match(text), let schema = try? tool.compiledParameters() {
      precondition(schema.accepts(.object(match.arguments)), "a phrase gave arguments that break the schema")
    }
    _ = set.nearMisses(text)
  }

  /// A template, a zero byte, and a sentence for it: what is understood keeps the tool's schema.
  public static func phrase(_ bytes: Span<UInt8>) {
    let parts = text(bytes).split(separator: "\0", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let schema = try? tool.compiledParameters() else { return }
    let compiled = PhraseSet([PhraseTool(tool: tool, phrases: [Phrase(parts[0])])])
    let matches = compiled.allMatches(parts[1])
    precondition(matches.first == compiled.match(parts[1]), "the best match is not the first of all")
    for match in matches {
      precondition(schema.accepts(.object(match.arguments)), "a phrase gave arguments that break the schema")
    }
    _ = compiled.nearMisses(parts[1])
  }

  /// A reply.
  public static func reply(_ bytes: Span<UInt8>) {
    guard let reply = try? ReplyTemplate(text(bytes), for: tool) else { return }
    _ = reply.rendered(arguments: ["on": true, "room": "hall"], output: ["a": [1, "x"], "error": "e"])
  }

  private static func text(_ bytes: Span<UInt8>) -> String {
    var copy: [UInt8] = []
    for index in bytes.indices { copy.append(bytes[index]) }
    return String(decoding: copy, as: UTF8.self)
  }
}
