import Tools

/// As the template in Llama 3.1's and 3.2's `tokenizer_config.json` renders, with the tools in the first user message and
/// the template's own fixed date: a date that changes would change every token behind it, so the real one belongs into
/// the context.
extension ChatTemplate {
  private static let toolsIntroduction = """
    Given the following functions, please respond with a JSON for a function call with its proper arguments that best \
    answers the given prompt.\n\nRespond in the format {"name": function name, "parameters": dictionary of argument name \
    and its value}.Do not use variables.\n\n
    """

  func renderLlama(_ conversation: Conversation, _ tools: [ToolDefinition], into builder: inout PromptBuilder) {
    var conversation = conversation
    if !tools.isEmpty { conversation.beginWithUser() }
    writeBOS(always: true, into: &builder)
    beginLlama("system", into: &builder)
    if !tools.isEmpty { builder.text("Environment: ipython\n") }
    builder.text("Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n")
    builder.text(Conversation.trimmed(conversation.systemText))
    write("<|eot_id|>", into: &builder)
    builder.markStable()
    for (index, item) in conversation.items.enumerated() {
      switch item {
      case .system: continue
      case .user(let text):
        beginLlama("user", separated: false, into: &builder)
        if index == conversation.firstUser, !tools.isEmpty {
          let list = tools.map { $0.openAI.text(.indented) + "\n\n" }.joined()
          builder.text(stable: "\n\n" + Self.toolsIntroduction + list, Conversation.trimmed(text))
        } else {
          builder.text("\n\n" + Conversation.trimmed(text))
        }
        write("<|eot_id|>", into: &builder)
      case .assistant(let text, let calls): writeLlamaAnswer(text, calls, into: &builder)
      case .results(let results):
        for result in results {
          beginLlama("ipython", into: &builder)
          builder.text(result.output.text(.spaced))
          write("<|eot_id|>", into: &builder)
        }
      }
    }
    beginLlama("assistant", into: &builder)
  }

  /// One message a call, because the format knows no other; the text beside a call is not written.
  private func writeLlamaAnswer(_ text: String, _ calls: [ToolCall], into builder: inout PromptBuilder) {
    if calls.isEmpty {
      beginLlama("assistant", into: &builder)
      builder.text(Conversation.trimmed(text))
      write("<|eot_id|>", into: &builder)
    }
    for call in calls {
      beginLlama("assistant", into: &builder)
      builder.text(
        "{\"name\": \"\(call.name)\", \"parameters\": " + JSONValue.object(call.arguments).text(.spaced) + "}")
      write("<|eot_id|>", into: &builder)
    }
  }

  private func beginLlama(_ role: String, separated: Bool = true, into builder: inout PromptBuilder) {
    write("<|start_header_id|>", into: &builder)
    builder.text(role)
    write("<|end_header_id|>", into: &builder)
    if separated { builder.text("\n\n") }
  }
}
