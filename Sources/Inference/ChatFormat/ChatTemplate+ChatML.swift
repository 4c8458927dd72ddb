import Tools

/// As the templates in Qwen2.5's and Qwen3's `tokenizer_config.json` render; Qwen3 with `enable_thinking=false`.
extension ChatTemplate {
  private static let defaultSystem = "You are Qwen, created by Alibaba Cloud. You are a helpful assistant."

  func renderChatML(_ conversation: Conversation, _ tools: [ToolDefinition], into builder: inout PromptBuilder) {
    writeBOS(always: false, into: &builder)
    var items = conversation.items[...]
    var system: String? = format == .qwen25 ? Self.defaultSystem : nil
    if case .system(let text) = items.first {
      system = text
      items = items.dropFirst()
    }
    if !tools.isEmpty {
      beginChatML("system", into: &builder)
      if let system { builder.text(system + "\n\n") }
      writeChatMLTools(tools, into: &builder)
      endChatML(into: &builder)
    } else if let system {
      beginChatML("system", into: &builder)
      builder.text(system)
      endChatML(into: &builder)
    }
    builder.markStable()
    // Behind `<|im_end|>` stands a line break, which belongs to the next run of text.
    for (index, item) in items.enumerated() {
      let place = items.startIndex + index
      switch item {
      case .system(let text): writeChatML("system", text, into: &builder)
      case .user(let text): writeChatML("user", text, into: &builder)
      case .assistant(let text, let calls):
        beginChatML("assistant", newline: false, into: &builder)
        writeAnswer(text, calls, isCurrent: place > conversation.lastUser ?? .max, into: &builder)
        endChatML(into: &builder)
      case .results(let results):
        beginChatML("user", newline: false, into: &builder)
        for result in results {
          builder.text("\n")
          write("<tool_response>", into: &builder)
          builder.text("\n" + Conversation.text(result) + "\n")
          write("</tool_response>", into: &builder)
        }
        endChatML(into: &builder)
      }
    }
    beginChatML("assistant", into: &builder)
    if format == .qwen3 {
      write("<think>", into: &builder)
      builder.text("\n\n")
      write("</think>", into: &builder)
      builder.text("\n\n")
    }
  }

  private func beginChatML(_ role: String, newline: Bool = true, into builder: inout PromptBuilder) {
    write("<|im_start|>", into: &builder)
    builder.text(role + (newline ? "\n" : ""))
  }

  private func endChatML(into builder: inout PromptBuilder) {
    write("<|im_end|>", into: &builder)
    builder.text("\n")
  }

  private func writeChatML(_ role: String, _ text: String, into builder: inout PromptBuilder) {
    beginChatML(role, into: &builder)
    builder.text(text)
    endChatML(into: &builder)
  }

  private func writeChatMLTools(_ tools: [ToolDefinition], into builder: inout PromptBuilder) {
    builder.text(
      "# Tools\n\nYou may call one or more functions to assist with the user query.\n\n"
        + "You are provided with function signatures within ")
    write("<tools>", into: &builder)
    write("</tools>", into: &builder)
    builder.text(" XML tags:\n")
    write("<tools>", into: &builder)
    for tool in tools { builder.text("\n" + tool.openAI.text(.spaced)) }
    builder.text("\n")
    write("</tools>", into: &builder)
    builder.text("\n\nFor each function call, return a json object with function name and arguments within ")
    write("<tool_call>", into: &builder)
    write("</tool_call>", into: &builder)
    builder.text(" XML tags:\n")
    write("<tool_call>", into: &builder)
    builder.text("\n{\"name\": <function-name>, \"arguments\": <args-json-object>}\n")
    write("</tool_call>", into: &builder)
  }

  /// - Parameter isCurrent: whether it belongs to the turn that is being answered; only there thinking stays.
  private func writeAnswer(_ text: String, _ calls: [ToolCall], isCurrent: Bool, into builder: inout PromptBuilder) {
    var text = text
    if format == .qwen3 {
      builder.text("\n")
      let (thought, answer) = Self.splitThinking(text)
      text = answer
      if isCurrent, !thought.isEmpty {
        write("<think>", into: &builder)
        builder.text("\n" + thought + "\n")
        write("</think>", into: &builder)
        builder.text("\n\n")
      }
      builder.text(text)
    } else if !text.isEmpty || calls.isEmpty {
      builder.text("\n" + text)
    }
    for (index, call) in calls.enumerated() {
      if format != .qwen3 || index > 0 || !text.isEmpty { builder.text("\n") }
      write("<tool_call>", into: &builder)
      builder.text(
        "\n{\"name\": \"\(call.name)\", \"arguments\": " + JSONValue.object(call.arguments).text(.spaced) + "}\n")
      write("</tool_call>", into: &builder)
    }
  }

  /// What stands inside `<think>` and `</think>`, and what stands behind.
  private static func splitThinking(_ text: String) -> (thought: String, answer: String) {
    let parts = split(text, by: "</think>")
    guard parts.count > 1, let first = parts.first, let last = parts.last else { return ("", text) }
    let thought = split(trimmingLines(first), by: "<think>").last ?? ""
    return (trimmingLines(thought), String(last.unicodeScalars.drop { $0 == "\n" }))
  }

  private static func trimmingLines(_ text: String) -> String {
    var scalars = text.unicodeScalars.drop { $0 == "\n" }
    while scalars.last == "\n" { scalars.removeLast() }
    return String(scalars)
  }

  private static func split(_ text: String, by separator: String) -> [String] {
    let bytes = Array(text.utf8)
    let mark = Array(separator.utf8)
    var parts: [String] = []
    var start = 0
    var index = 0
    while index + mark.count <= bytes.count {
      if bytes[index] == mark[0], bytes[index..<(index + mark.count)].elementsEqual(mark) {
        parts.append(String(decoding: bytes[start..<index], as: UTF8.self))
        index += mark.count
        start = index
      } else {
        index += 1
      }
    }
    return parts + [String(decoding: bytes[start...], as: UTF8.self)]
  }
}
