/// How a format writes calls: what the grammar allows and the parser reads.
struct CallSyntax: Sendable {
  enum Body: Hashable, Sendable {
    /// One JSON array of call objects.
    case list
    /// One call object behind each opener.
    case object
    /// The name, the identity behind its token where there is one, the arguments behind theirs.
    case marked(id: TokenID?, arguments: TokenID)
  }

  var body: Body
  /// What begins calls: a token, or text at the beginning of an answer.
  var opener: ChatMarker?
  /// Further beginnings that are understood, but never asked for.
  var otherOpeners: [ChatMarker] = []
  /// What ends calls, where there is something.
  var closer: ChatMarker?
  /// Key of the arguments in a call object.
  var argumentsKey = "arguments"
  /// Whether a call object ends with an `id`.
  var hasID = false
  /// Text between opener and body, between body and closer, between a closer and the next opener.
  var beforeBody = ""
  var afterBody = ""
  var betweenCalls = ""
  /// Whether calls may follow a text.
  var mayFollowText = true
}

extension ChatTemplate {
  var callSyntax: CallSyntax {
    let calls = format.isMistral ? marker("[TOOL_CALLS]") : marker("<tool_call>")
    switch format {
    case .mistralV3, .mistralV3Tekken, .mistralV7, .mistralV7Tekken:
      // v3 has calls or text; the space is the one that SentencePiece puts before every text.
      let isV3 = format == .mistralV3 || format == .mistralV3Tekken
      return CallSyntax(
        body: .list, opener: calls, hasID: true, beforeBody: tokenizer.addsSpacePrefix ? " " : "", mayFollowText: !isV3)
    case .mistralV11:
      return CallSyntax(
        body: .marked(id: marker("[CALL_ID]").token, arguments: marker("[ARGS]").token ?? -1), opener: calls)
    case .mistralV13:
      return CallSyntax(body: .marked(id: nil, arguments: marker("[ARGS]").token ?? -1), opener: calls)
    case .earshot1:
      return CallSyntax(
        body: .marked(id: nil, arguments: marker("<|args|>").token ?? -1), opener: marker("<|tool_call|>"))
    case .hermes, .qwen25, .qwen3:
      return CallSyntax(
        body: .object, opener: calls, closer: marker("</tool_call>"), beforeBody: "\n", afterBody: "\n",
        betweenCalls: "\n", mayFollowText: calls.token != nil)
    case .phi4Mini:
      let functools = ChatMarker("functools", tokenizer)
      return CallSyntax(
        body: .list, opener: marker("<|tool_call|>"), otherOpeners: [functools], closer: marker("<|/tool_call|>"),
        mayFollowText: marker("<|tool_call|>").token != nil)
    case .gemma3:
      return CallSyntax(
        body: .object, opener: calls, closer: marker("</tool_call>"), betweenCalls: "\n", mayFollowText: false)
    case .llama31:
      return CallSyntax(
        body: .object, opener: nil, otherOpeners: [marker("<|python_tag|>")], argumentsKey: "parameters",
        mayFollowText: false)
    }
  }
}
