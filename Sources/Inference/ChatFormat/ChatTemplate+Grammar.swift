public import Tools

/// Where the identities of calls come from, in formats where the model writes them.
public enum CallIDs: Hashable, Sendable {
  /// The model writes nine letters and digits.
  case written
  /// These, in order, at least one for each call that is allowed: the model has no choice about them, so they cost one
  /// batch instead of nine steps.
  case given([String])
}

extension ChatTemplate {
  /// What an answer may look like.
  ///
  /// `auto`: a text, or calls; in formats where a token begins calls they may also follow a text. `none`: a text.
  /// `required` and `named`: calls alone.
  /// - Parameters:
  ///   - maximumCalls: 1 or more; formats that know one call only allow one.
  ///   - callIDs: only for formats where `writesCallIDs`.
  /// - Throws: `requestInvalid` for a tool that is not on offer or a limit below 1, `schemaUnsupported` with the tool's
  ///   name and the position in its schema.
  public func callGrammar(
    tools: [ToolDefinition], choice: ToolChoice, maximumCalls: Int, callIDs: CallIDs = .written
  ) throws(InferenceError) -> Grammar {
    guard maximumCalls >= 1 else {
      throw InferenceError(
        .requestInvalid, "could not limit the calls of an answer to \(maximumCalls): at least 1 is allowed",
        remedy: "Set tool_choice to none to have no calls.")
    }
    let syntax = callSyntax
    switch choice {
    case .none: return textGrammar(syntax)
    case .auto:
      if tools.isEmpty { return textGrammar(syntax) }
      let calls = try callsGrammar(tools, syntax, maximumCalls, callIDs)
      let text = Grammar.text(notBeginningWith: textOpeners(syntax))
      guard syntax.mayFollowText else { return .choice([calls, .sequence([text, .end])]) }
      return .choice([calls, .sequence([text, .choice([.end, calls])])])
    case .required:
      guard !tools.isEmpty else { throw Self.noTool("there are no tools on offer") }
      return try callsGrammar(tools, syntax, maximumCalls, callIDs)
    case .named(let name):
      let named = tools.filter { $0.name == name }
      guard !named.isEmpty else { throw Self.noTool("the tool \(name) is not on offer") }
      return try callsGrammar(named, syntax, maximumCalls, callIDs)
    }
  }

  private static func noTool(_ reason: String) -> InferenceError {
    InferenceError(
      .requestInvalid, "could not ask for a call: \(reason)", remedy: "Offer the tool, or set tool_choice to auto.")
  }

  private func textGrammar(_ syntax: CallSyntax) -> Grammar {
    .sequence([.text(notBeginningWith: textOpeners(syntax)), .end])
  }

  /// What a text must not begin with, because it would be read as a call.
  private func textOpeners(_ syntax: CallSyntax) -> [[UInt8]] {
    AnswerParser.textOpeners(syntax).map(\.bytes)
  }

  private func callsGrammar(
    _ tools: [ToolDefinition], _ syntax: CallSyntax, _ maximumCalls: Int, _ callIDs: CallIDs
  ) throws(InferenceError) -> Grammar {
    var arguments: [(name: String, schema: Grammar)] = []
    for tool in tools {
      do {
        arguments.append((tool.name, .json(try tool.compiledParameters())))
      } catch {
        throw InferenceError(
          .schemaUnsupported, "could not offer the tool \(tool.name): \(error)",
          remedy: "Change the tool's parameters to what Earshot's JSON Schema subset has.")
      }
    }
    let maximum = min(maximumCalls, format.maximumCalls)
    let call: (Grammar) -> Grammar = { id in callGrammar(arguments, syntax, id) }
    let before = [syntax.opener.map(grammar), .literal(syntax.beforeBody)].compactMap { $0 }
    let after = [.literal(syntax.afterBody), syntax.closer.map(grammar)].compactMap { $0 }
    switch syntax.body {
    case .list:
      let closing = Self.joined([.literal("]")] + after + [.end])
      let list = try repeated(call, separator: .literal(", "), closing: closing, maximum, callIDs)
      return Self.joined(before + [.literal("["), list])
    case .object, .marked:
      return try repeated(
        { Self.joined(before + [call($0)] + after) }, separator: .literal(syntax.betweenCalls), closing: .end, maximum,
        callIDs)
    }
  }

  /// One call: `{"name": "…", "arguments": …, "id": "…"}`, or the name and what follows it.
  private func callGrammar(
    _ tools: [(name: String, schema: Grammar)], _ syntax: CallSyntax, _ id: Grammar
  ) -> Grammar {
    if case .marked(let idToken, let arguments) = syntax.body {
      let marks = idToken.map { [.control($0), id] } ?? []
      return .choice(tools.map { .sequence([.literal($0.name)] + marks + [.control(arguments), $0.schema]) })
    }
    let ending: [Grammar] = syntax.hasID ? [.literal(", \"id\": \""), id, .literal("\"}")] : [.literal("}")]
    let choices = tools.map { tool in
      Grammar.sequence([.literal("\(tool.name)\", \"\(syntax.argumentsKey)\": "), tool.schema])
    }
    return Self.joined([.literal("{\"name\": \""), .choice(choices)] + ending)
  }

  private func repeated(
    _ element: (Grammar) -> Grammar, separator: Grammar, closing: Grammar, _ maximum: Int, _ callIDs: CallIDs
  ) throws(InferenceError) -> Grammar {
    switch callIDs {
    case .given(let ids) where format.writesCallIDs:
      if let id = ids.first(where: { MistralCallID.written($0) != $0 }) {
        throw InferenceError(
          .requestInvalid,
          "could not give a call the identity \"\(id)\": it is not \(MistralCallID.count) letters and digits",
          remedy: "Make identities with MistralCallID.written.")
      }
      guard let last = ids.indices.last else {
        throw InferenceError(
          .requestInvalid, "could not give the calls identities: there are none", remedy: "Give one for each call.")
      }
      // One behind the other, each followed by the end or by the next.
      var grammar = Self.joined([element(.literal(ids[min(last, maximum - 1)])), closing])
      for index in (0..<min(last, maximum - 1)).reversed() {
        let next = Self.joined([separator, grammar])
        grammar = Self.joined([element(.literal(ids[index])), .choice([closing, next])])
      }
      return grammar
    default:
      let id = Grammar.characters(MistralCallID.characters, count: MistralCallID.count)
      return Self.joined([.repetition(element(id), separator: separator, minimum: 1, maximum: maximum), closing])
    }
  }

  /// One sequence; neighbouring bytes are one, and what is empty is left out.
  private static func joined(_ parts: [Grammar]) -> Grammar {
    var output: [Grammar] = []
    for part in parts {
      switch (part, output.last) {
      case (.sequence(let inner), _):
        let flat = joined(output + inner)
        if case .sequence(let all) = flat { output = all } else { output = [flat] }
      case (.bytes(let bytes), _) where bytes.isEmpty: continue
      case (.bytes(let bytes), .bytes(let before)?): output[output.count - 1] = .bytes(before + bytes)
      default: output.append(part)
      }
    }
    return output.count == 1 ? output[0] : .sequence(output)
  }

  private func grammar(_ marker: ChatMarker) -> Grammar { marker.token.map { .control($0) } ?? .literal(marker.text) }
}
