public import Tools

/// One model's way of reading conversations: a chat format bound to a vocabulary.
///
/// Renders typed messages to tokens, says what an answer may look like, and reads answers back. Immutable; safe to use
/// from any thread.
public struct ChatTemplate: Sendable {
  public let format: ChatFormat
  public let tokenizer: Tokenizer
  /// What each token writes, for the constraint: as the tokenizer's table, but the format's markers write nothing, so that
  /// text can form none of them.
  public let constraintBytes: ByteStrings
  /// For the Mistral formats before v13, which put tools (v3: also the system text) before the last user message: put
  /// them before the first, so that they stay where they are while the conversation goes on. The models have not been
  /// taught this; false renders as mistral-common does.
  public var placesToolsFirst = false

  let markers: [String: ChatMarker]
  let withheld: Set<TokenID>

  /// - Throws: `unsupported` where the vocabulary lacks a token without which the format cannot be written.
  public init(_ format: ChatFormat, tokenizer: Tokenizer) throws(InferenceError) {
    self.format = format
    self.tokenizer = tokenizer
    var markers: [String: ChatMarker] = [:]
    for text in format.requiredMarkers {
      let marker = ChatMarker(text, tokenizer)
      guard marker.token != nil else {
        throw InferenceError(
          .unsupported, "could not use the chat format \(format.rawValue): the vocabulary has no token \(text)",
          remedy: "Name another chat format in the configuration, or none to have it told from the file.")
      }
      markers[text] = marker
    }
    for text in format.optionalMarkers { markers[text] = ChatMarker(text, tokenizer) }
    self.markers = markers
    let writing = markers.values.compactMap(\.token).filter { !tokenizer.tokenBytes.range(Int($0)).isEmpty }
    withheld = Set(writing)
    constraintBytes = writing.isEmpty ? tokenizer.tokenBytes : Self.blanking(withheld, in: tokenizer.tokenBytes)
  }

  /// The prompt that asks for the next answer.
  /// - Parameters:
  ///   - messages: oldest first, ending with a user message or a tool's result.
  ///   - tools: in the order in which the prompt lists them.
  ///   - context: what changes from turn to turn, such as the time or the room; stands before the last user message's text.
  /// - Throws: `requestInvalid` where there is nothing to answer.
  public func render(
    _ messages: [ChatMessage], tools: [ToolDefinition], context: String = ""
  ) throws(InferenceError) -> ChatPrompt {
    switch messages.last {
    case .user, .tool: break
    default:
      throw InferenceError(
        .requestInvalid,
        "could not render the conversation: it ends with \(messages.isEmpty ? "nothing" : "no message to answer")",
        remedy: "End it with a user message or a tool's result.")
    }
    // Our own format has a place for the context; in the others it begins the last user message.
    let conversation = Conversation(messages, context: format == .earshot1 ? "" : context)
    var builder = PromptBuilder(tokenizer, withheld: withheld)
    switch format {
    case .hermes, .qwen25, .qwen3: renderChatML(conversation, tools, into: &builder)
    case .phi4Mini: renderPhi(conversation, tools, into: &builder)
    case .gemma3: renderGemma(conversation, tools, into: &builder)
    case .llama31: renderLlama(conversation, tools, into: &builder)
    case .earshot1: renderEarshot(conversation, tools, context: context, into: &builder)
    default: renderMistral(conversation, tools, into: &builder)
    }
    return builder.prompt()
  }

  func marker(_ text: String) -> ChatMarker { markers[text] ?? ChatMarker(text, tokenizer) }

  func write(_ text: String, into builder: inout PromptBuilder) { builder.marker(marker(text)) }

  func writeBOS(always: Bool, into builder: inout PromptBuilder) {
    if let bos = tokenizer.bos, always || tokenizer.addsBOS { builder.token(bos) }
  }

  private static func blanking(_ tokens: Set<TokenID>, in strings: ByteStrings) -> ByteStrings {
    var output = ByteStrings()
    output.reserveCapacity(strings: strings.count, bytes: strings.bytes.count)
    for index in strings.indices { output.append(tokens.contains(TokenID(index)) ? [] : strings[index]) }
    return output
  }
}

extension ChatFormat {
  /// Tokens that the vocabulary must have.
  var requiredMarkers: [String] {
    let tools = [
      "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]", "[TOOL_RESULTS]", "[/TOOL_RESULTS]",
      "[TOOL_CALLS]",
    ]
    let system = ["[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]"]
    return switch self {
    case .mistralV3, .mistralV3Tekken: tools
    case .mistralV7, .mistralV7Tekken: tools + system + ["[TOOL_CONTENT]"]
    case .mistralV11: tools + system + ["[TOOL_CONTENT]", "[CALL_ID]", "[ARGS]"]
    case .mistralV13: tools + system + ["[ARGS]"]
    case .hermes, .qwen25, .qwen3: ["<|im_start|>", "<|im_end|>"]
    case .phi4Mini: ["<|system|>", "<|user|>", "<|assistant|>", "<|end|>", "<|tool|>", "<|/tool|>"]
    case .gemma3: ["<start_of_turn>", "<end_of_turn>"]
    case .llama31: ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
    case .earshot1:
      [
        "<|system|>", "<|tools|>", "<|context|>", "<|user|>", "<|assistant|>", "<|tool_call|>", "<|args|>",
        "<|result|>", "<|end|>",
      ]
    }
  }

  /// Markers that are one token in some vocabularies of the format and text in others.
  var optionalMarkers: [String] {
    switch self {
    case .mistralV13: ["[THINK]", "[/THINK]"]
    case .hermes, .qwen25, .qwen3:
      [
        "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>", "<think>", "</think>", "<tools>",
        "</tools>",
      ]
    case .phi4Mini: ["<|tool_call|>", "<|/tool_call|>"]
    case .llama31: ["<|python_tag|>", "<|eom_id|>"]
    default: []
    }
  }
}
