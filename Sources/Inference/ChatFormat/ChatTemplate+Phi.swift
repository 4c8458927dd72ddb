import Tools

/// As the template in Phi-4-mini-instruct's `tokenizer_config.json` renders, with calls as its model card shows them.
extension ChatTemplate {
  func renderPhi(_ conversation: Conversation, _ tools: [ToolDefinition], into builder: inout PromptBuilder) {
    writeBOS(always: false, into: &builder)
    if !conversation.systemTexts.isEmpty || !tools.isEmpty {
      write("<|system|>", into: &builder)
      builder.text(conversation.systemText)
      if !tools.isEmpty {
        write("<|tool|>", into: &builder)
        builder.text(JSONValue.array(tools.compactMap { $0.openAI["function"] }).text(.spaced))
        write("<|/tool|>", into: &builder)
      }
      write("<|end|>", into: &builder)
    }
    builder.markStable()
    for item in conversation.items {
      switch item {
      case .system: continue
      case .user(let text): writePhi("<|user|>", text, into: &builder)
      case .assistant(let text, let calls):
        write("<|assistant|>", into: &builder)
        builder.text(text)
        if !calls.isEmpty {
          write("<|tool_call|>", into: &builder)
          let list = calls.map { call -> JSONValue in
            ["name": .string(call.name), "arguments": .object(call.arguments)]
          }
          builder.text(JSONValue.array(list).text(.spaced))
          write("<|/tool_call|>", into: &builder)
        }
        write("<|end|>", into: &builder)
      case .results(let results):
        for result in results { writePhi("<|tool|>", Conversation.text(result), into: &builder) }
      }
    }
    write("<|assistant|>", into: &builder)
  }

  private func writePhi(_ role: String, _ text: String, into builder: inout PromptBuilder) {
    write(role, into: &builder)
    builder.text(text)
    write("<|end|>", into: &builder)
  }
}
