import Tools

/// As mistral-common 1.13 renders (`tokens/tokenizers/instruct.py`, `protocol/instruct/normalize.py`).
extension ChatTemplate {
  func renderMistral(_ given: Conversation, _ tools: [ToolDefinition], into builder: inout PromptBuilder) {
    var conversation = given
    let isV3 = format == .mistralV3 || format == .mistralV3Tekken
    // v3 has no system message; a conversation must begin with the user.
    if isV3 { conversation.beginWithUser() }
    let early = format == .mistralV13 || placesToolsFirst
    let toolsIndex = early ? conversation.firstUser : conversation.lastUser
    let isStable = conversation.firstUser == toolsIndex
    var callOrder: [String] = []
    writeBOS(always: true, into: &builder)
    builder.markStable()
    for (index, item) in conversation.items.enumerated() {
      switch item {
      case .system(let text):
        guard !isV3 else { continue }
        write("[SYSTEM_PROMPT]", into: &builder)
        builder.text(text)
        write("[/SYSTEM_PROMPT]", into: &builder)
        if index < conversation.firstUser ?? 0 { builder.markStable() }
      case .user(let text):
        if index == toolsIndex, !tools.isEmpty { writeMistralTools(tools, into: &builder) }
        write("[INST]", into: &builder)
        let isFirstWithTools = index == toolsIndex && isStable
        if isFirstWithTools { builder.markStable() }
        if isV3, index == toolsIndex, !conversation.systemTexts.isEmpty {
          let system = conversation.systemText + "\n\n"
          if isFirstWithTools { builder.text(stable: system, text) } else { builder.text(system + text) }
        } else {
          builder.text(text)
        }
        write("[/INST]", into: &builder)
      case .assistant(let text, let calls):
        callOrder += calls.map(\.id)
        writeMistralAnswer(text, calls, into: &builder)
      case .results(let results):
        for result in ordered(results, by: callOrder) { writeMistralResult(result, into: &builder) }
        callOrder = []
      }
    }
  }

  private func writeMistralTools(_ tools: [ToolDefinition], into builder: inout PromptBuilder) {
    write("[AVAILABLE_TOOLS]", into: &builder)
    builder.text(JSONValue.array(tools.map(\.openAI)).text(.spaced))
    write("[/AVAILABLE_TOOLS]", into: &builder)
  }

  private func writeMistralAnswer(_ text: String, _ calls: [ToolCall], into builder: inout PromptBuilder) {
    guard !text.isEmpty || !calls.isEmpty else { return }
    builder.text(String(text.reversed().drop { $0 == " " }.reversed()))
    switch format {
    case .mistralV11, .mistralV13:
      for call in calls {
        write("[TOOL_CALLS]", into: &builder)
        builder.text(call.name)
        if format == .mistralV11 {
          write("[CALL_ID]", into: &builder)
          builder.text(MistralCallID.written(call.id))
        }
        write("[ARGS]", into: &builder)
        builder.text(JSONValue.object(call.arguments).text(.spaced))
      }
    default:
      guard !calls.isEmpty else { break }
      write("[TOOL_CALLS]", into: &builder)
      let list = calls.map { call -> JSONValue in
        [
          "name": .string(call.name), "arguments": .object(call.arguments),
          "id": .string(MistralCallID.written(call.id)),
        ]
      }
      builder.text(JSONValue.array(list).text(.spaced))
    }
    if let eos = tokenizer.eos { builder.token(eos) }
  }

  private func writeMistralResult(_ result: ToolResult, into builder: inout PromptBuilder) {
    write("[TOOL_RESULTS]", into: &builder)
    switch format {
    case .mistralV3, .mistralV3Tekken:
      var content = result.output
      // A text that is JSON is embedded as JSON.
      if case .string(let text) = content {
        content = text.isEmpty ? [:] : (try? JSONValue(parsing: text)) ?? content
      }
      let value: JSONValue = ["content": content, "call_id": .string(MistralCallID.written(result.id))]
      builder.text(value.text(.spaced))
    case .mistralV7, .mistralV7Tekken, .mistralV11:
      builder.text(MistralCallID.written(result.id))
      write("[TOOL_CONTENT]", into: &builder)
      builder.text(Conversation.text(result))
    default: builder.text(Conversation.text(result))
    }
    write("[/TOOL_RESULTS]", into: &builder)
  }

  /// From v11 on results stand in the order of their calls; results of unknown calls come last.
  private func ordered(_ results: [ToolResult], by callOrder: [String]) -> [ToolResult] {
    guard format == .mistralV11 || format == .mistralV13 else { return results }
    let places = Dictionary(callOrder.enumerated().map { ($1, $0) }, uniquingKeysWith: { $1 })
    let own = Dictionary(results.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { $1 })
    let keyed = results.map { (places[$0.id] ?? .max, own[$0.id] ?? .max, $0) }
    return keyed.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map { $0.2 }
  }
}

/// The identity of a call as Mistral's models write it: nine letters and digits.
public enum MistralCallID {
  /// `0`–`9`, `A`–`Z`, `a`–`z`
  public static let characters: [UInt8] = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
  public static let count = 9

  /// `id` where it is one, otherwise nine characters that follow from it alone (FNV-1a, 64 bits).
  public static func written(_ id: String) -> String {
    if id.utf8.count == count, id.utf8.allSatisfy({ characters.contains($0) }) { return id }
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in id.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    var text: [UInt8] = []
    for _ in 0..<count {
      text.append(characters[Int(hash % 62)])
      hash /= 62
    }
    return String(decoding: text, as: UTF8.self)
  }
}
