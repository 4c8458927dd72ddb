import Tools

/// The format of the model in the box, as `Training/earshot_training/chat.py` writes it for its training.
///
/// Each message stands between a control token of its role and `<|end|>`, with nothing around it; tools are signatures, one a
/// line (``ToolSignature``), because a small model reads a short line better than a JSON Schema.
extension ChatTemplate {
  func renderEarshot(
    _ conversation: Conversation, _ tools: [ToolDefinition], context: String, into builder: inout PromptBuilder
  ) {
    writeBOS(always: true, into: &builder)
    let system = conversation.systemText
    if !system.isEmpty { writeEarshot("<|system|>", system, into: &builder) }
    if !tools.isEmpty {
      let lines = tools.map { ToolSignature($0).text }
      writeEarshot("<|tools|>", lines.joined(separator: "\n"), into: &builder)
    }
    builder.markStable()
    for (index, item) in conversation.items.enumerated() {
      switch item {
      case .system: continue
      case .user(let text):
        if index == conversation.lastUser, !context.isEmpty { writeEarshot("<|context|>", context, into: &builder) }
        writeEarshot("<|user|>", text, into: &builder)
      case .assistant(let text, let calls):
        write("<|assistant|>", into: &builder)
        builder.text(text)
        for call in calls {
          write("<|tool_call|>", into: &builder)
          builder.text(call.name)
          write("<|args|>", into: &builder)
          builder.text(JSONValue.object(call.arguments).text(.spaced))
        }
        write("<|end|>", into: &builder)
      case .results(let results):
        for result in results { writeEarshot("<|result|>", Conversation.text(result), into: &builder) }
      }
    }
    write("<|assistant|>", into: &builder)
  }

  private func writeEarshot(_ role: String, _ text: String, into builder: inout PromptBuilder) {
    write(role, into: &builder)
    builder.text(text)
    write("<|end|>", into: &builder)
  }
}
