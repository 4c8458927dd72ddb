import Tools

/// As the template in Gemma 3's `tokenizer_config.json` renders; the wording about tools is our own, because the model has
/// no format for them.
extension ChatTemplate {
  func renderGemma(_ conversation: Conversation, _ tools: [ToolDefinition], into builder: inout PromptBuilder) {
    writeBOS(always: true, into: &builder)
    var preamble = conversation.systemText
    if !tools.isEmpty { preamble = Conversation.joined(preamble, Self.instructions(tools)) }
    var conversation = conversation
    conversation.beginWithUser()
    for (index, item) in conversation.items.enumerated() {
      switch item {
      case .system: continue
      case .user(let text):
        write("<start_of_turn>", into: &builder)
        if index == conversation.firstUser, !preamble.isEmpty {
          builder.text(stable: "user\n" + preamble + "\n\n", Conversation.trimmed(text))
        } else {
          if index == conversation.firstUser { builder.markStable() }
          builder.text("user\n" + Conversation.trimmed(text))
        }
      case .assistant(let text, let calls):
        write("<start_of_turn>", into: &builder)
        let lines = calls.map { call in
          "<tool_call>{\"name\": \"\(call.name)\", \"arguments\": "
            + JSONValue.object(call.arguments).text(.spaced) + "}</tool_call>"
        }
        let answer = Conversation.trimmed(text)
        builder.text("model\n" + ((answer.isEmpty ? [] : [answer]) + lines).joined(separator: "\n"))
      case .results(let results):
        write("<start_of_turn>", into: &builder)
        let blocks = results.map { "<tool_response>\n" + Conversation.text($0) + "\n</tool_response>" }
        builder.text("user\n" + blocks.joined(separator: "\n"))
      }
      write("<end_of_turn>", into: &builder)
      builder.text("\n")
    }
    write("<start_of_turn>", into: &builder)
    builder.text("model\n")
  }

  private static func instructions(_ tools: [ToolDefinition]) -> String {
    var lines = ["You can call these functions:"]
    for tool in tools { lines.append((tool.openAI["function"] ?? [:]).text(.spaced)) }
    lines += [
      "", "To call a function, answer only with a line like this for each call:",
      "<tool_call>{\"name\": <function-name>, \"arguments\": <args-json-object>}</tool_call>",
      "The results come back in <tool_response> tags. If no function fits, answer in plain words.",
    ]
    return lines.joined(separator: "\n")
  }
}
