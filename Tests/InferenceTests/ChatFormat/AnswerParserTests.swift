import Inference
import Testing
import Tools

@Suite struct AnswerParserTests {
  private func parser(_ template: ChatTemplate) -> AnswerParser { template.answerParser { "newnewnew" } }

  /// The events of an answer, neighbouring texts as one.
  private func events(_ template: ChatTemplate, _ tokens: [TokenID]) -> [GenerationEvent] {
    var parser = parser(template)
    var events: [GenerationEvent] = []
    for event in tokens.flatMap({ parser.append($0) }) + parser.finish() {
      if case .text(let text) = event, case .text(let before)? = events.last {
        events[events.count - 1] = .text(before + text)
      } else {
        events.append(event)
      }
    }
    return events
  }

  private func events(_ format: ChatFormat, _ text: String) throws -> [GenerationEvent] {
    let template = try TestVocabulary.template(format)
    return events(template, template.tokenizer.encode(text, parsingSpecials: true))
  }

  private func call(_ name: String, _ arguments: JSONObject, id: String = "newnewnew") -> [GenerationEvent] {
    [.toolCallBegun(name: name), .toolCall(ToolCall(id: id, name: name, arguments: arguments, origin: .model))]
  }

  @Test(arguments: ChatFormat.allCases)
  func aTextIsAText(format: ChatFormat) throws {
    for text in ["It is warm.", "größer 👩‍👩‍👧 ende", "{", "<tool", "[\"a\"]", "{\"nam", "func", "  two", "\n"] {
      #expect(try events(format, text) == [.text(text)], "\(text)")
    }
  }

  /// What a format renders for an answer with calls is what its parser reads back.
  @Test(arguments: ChatFormat.allCases)
  func renderedCallsAreReadBack(format: ChatFormat) throws {
    let template = try TestVocabulary.template(format)
    let words = try GeneratedText().words
    var calls = 0
    for seed in 0..<60 as Range<UInt64> {
      for message in GeneratedConversation(seed: seed, words: words).messages {
        guard case .assistant("", let all) = message, !all.isEmpty else { continue }
        let written = format == .llama31 ? Array(all.prefix(1)) : all
        let before = try template.render([.user("x")], tools: [])
        let after = try template.render(
          [.user("x"), .assistant(text: "", calls: written), .user("y")], tools: [])
        // The answer: behind the prompt that asks for it, up to the token that ends it.
        var answer: [TokenID]
        if format == .qwen3 {
          // The prompt ends with an empty thought, which the history leaves out.
          answer = Array(after.tokens.drop { $0 != template.tokenizer.special("<tool_call>") })
        } else if format.isMistralFormat {
          answer = Array(after.tokens.dropFirst(before.tokens.count))
        } else {
          answer = Array(after.tokens.dropFirst(before.tokens.count - 1))
        }
        let end = try #require(answer.firstIndex { template.tokenizer.endsGeneration($0) })
        answer = Array(answer[..<end])
        var expected: [GenerationEvent] = []
        for written in written {
          var read = written
          if !format.writesCallIDs { read.id = "newnewnew" }
          expected += [.toolCallBegun(name: read.name), .toolCall(read)]
        }
        let got = events(template, answer).filter { if case .text = $0 { false } else { true } }
        #expect(got == expected, "\(format) \(seed)")
        // And it is an answer that the grammar allows, up to the number of calls that it allows.
        var asked = before.tokens
        // The empty thought that the prompt ends with is not in the history.
        if format == .qwen3, let thought = template.tokenizer.special("<think>"),
          let place = asked.lastIndex(of: thought)
        {
          asked.removeSubrange(place...)
        }
        let matcher = GrammarMatcher(template, prompt: after.tokens, behind: asked)
        let tools = Set(written.map(\.name)).sorted().map {
          ToolDefinition(name: $0, description: "", parameters: ToolDefinition.noParameters)
        }
        for choice in [ToolChoice.auto, .required] {
          let allowed = try template.callGrammar(tools: tools, choice: choice, maximumCalls: written.count)
          #expect(matcher.matches(allowed), "\(format) \(seed)")
        }
        let ids = written.map(\.id)
        let given = try template.callGrammar(
          tools: tools, choice: .required, maximumCalls: written.count, callIDs: .given(ids))
        #expect(matcher.matches(given), "\(format) \(seed)")
        #expect(!matcher.matches(try template.callGrammar(tools: tools, choice: .none, maximumCalls: 1)))
        if written.count > 1 {
          let fewer = try template.callGrammar(tools: tools, choice: .auto, maximumCalls: written.count - 1)
          #expect(!matcher.matches(fewer), "\(format) \(seed)")
        }
        calls += written.count
      }
    }
    #expect(calls > 20)
  }

  @Test func aTextBeforeACallStaysAText() throws {
    let expected = call("get_time", [:])
    let marked = try events(.mistralV13, "One moment.[TOOL_CALLS]get_time[ARGS]{}")
    #expect(marked == [.text("One moment.")] + expected)
    let tagged = try events(
      .qwen3, "One moment.\n<tool_call>\n{\"name\": \"get_time\", \"arguments\": {}}\n</tool_call>")
    #expect(tagged == [.text("One moment.\n")] + expected)
  }

  @Test func aCallObjectThatDoesNotParseIsAText() throws {
    let noName = "{\"name\": 1, \"parameters\": {}}"
    #expect(try events(.llama31, noName) == [.text(noName)])
    let noObject = "{\"name\": \"a\", \"arguments\": {}, }</tool_call>"
    #expect(try events(.gemma3, "<tool_call>" + noObject).last == .text(noObject))
    let noNumber = "{\"a\": 01}"
    #expect(try events(.mistralV13, "[TOOL_CALLS]get_time[ARGS]" + noNumber).last == .text(noNumber))
  }

  @Test func phiMayWriteFunctoolsToo() throws {
    let list = #"[{"name": "a", "arguments": {"x": [1, {"name": "no"}]}}, {"name": "b", "arguments": {}}]"#
    let inner: JSONValue = ["name": "no"]
    let expected = call("a", ["x": .array([1, inner])]) + call("b", [:])
    #expect(try events(.phi4Mini, "<|tool_call|>" + list + "<|/tool_call|>") == expected)
    #expect(try events(.phi4Mini, "functools" + list) == expected)
  }

  @Test func thoughtsAreNobodysText() throws {
    #expect(try events(.mistralV13, "[THINK]let me see[/THINK]Yes.") == [.text("Yes.")])
    #expect(try events(.qwen3, "<think>let me see</think>Yes.") == [.text("Yes.")])
  }

  @Test func theNameIsKnownBeforeTheArguments() throws {
    let template = try TestVocabulary.template(.mistralV3Tekken)
    var parser = parser(template)
    let start = template.tokenizer.encode("[TOOL_CALLS][{\"name\": \"get_time\", \"arg", parsingSpecials: true)
    #expect(start.flatMap { parser.append($0) } == [.toolCallBegun(name: "get_time")])
    let rest = template.tokenizer.encode("uments\": {}, \"id\": \"abcdefghi\"}]")
    #expect(rest.flatMap { parser.append($0) } == Array(call("get_time", [:], id: "abcdefghi").dropFirst()))
    #expect(parser.finish() == [])
  }

  /// However the answer is cut into tokens, it reads the same: one token a byte against the vocabulary's own.
  @Test(arguments: ChatFormat.allCases)
  func theCutIntoTokensChangesNothing(format: ChatFormat) throws {
    let template = try TestVocabulary.template(format)
    let tokenizer = template.tokenizer
    // The token of each single byte.
    var single: [UInt8: TokenID] = [:]
    for id in tokenizer.tokenBytes.indices where tokenizer.tokenBytes[id].count == 1 {
      single[tokenizer.tokenBytes[id].first!] = TokenID(id)
    }
    let answers = [
      "größer 👩‍👩‍👧 <tool_call> ende", "<tool_call>{\"name\": \"a\", \"arguments\": {\"k\": \"ü\\\"}\"}}</tool_call>",
      "{\"name\": \"a\", \"parameters\": {\"k\": \"ü\"}}",
      "[TOOL_CALLS]a[ARGS]{\"k\": \"ü\"}[TOOL_CALLS]b[ARGS]{}", "functools[{\"name\": \"a\", \"arguments\": {}}] x",
    ]
    for answer in answers {
      let whole = tokenizer.encode(answer, parsingSpecials: true)
      let cut = whole.flatMap { token -> [TokenID] in
        guard tokenizer.types[Int(token)] == .normal else { return [token] }
        return tokenizer.tokenBytes[Int(token)].map { single[$0]! }
      }
      #expect(cut.count >= whole.count)
      #expect(events(template, cut) == events(template, whole), "\(format) \(answer)")
    }
  }
}

extension ChatFormat {
  var isMistralFormat: Bool { rawValue.hasPrefix("mistral") }
}
