import Inference
import Testing
import Tools

@Suite struct CallGrammarTests {
  static let light = ChatPromptTests.tool
  static let time = ToolDefinition(name: "get_time", description: "", parameters: ToolDefinition.noParameters)

  private func schema(_ tool: ToolDefinition) throws -> Grammar { .json(try tool.compiledParameters()) }

  private func token(_ template: ChatTemplate, _ text: String) throws -> Grammar {
    .control(try #require(template.tokenizer.special(text)))
  }

  @Test(arguments: [ChatFormat.mistralV3Tekken, .mistralV7Tekken])
  func listedCallsHaveNameArgumentsAndIdentity(format: ChatFormat) throws {
    let template = try TestVocabulary.template(format)
    let grammar = try template.callGrammar(tools: [Self.light, Self.time], choice: .required, maximumCalls: 3)
    let light = Grammar.sequence([.literal("set_light\", \"arguments\": "), try schema(Self.light)])
    let time = Grammar.sequence([.literal("get_time\", \"arguments\": "), try schema(Self.time)])
    let call = Grammar.sequence([
      .literal("{\"name\": \""), .choice([light, time]), .literal(", \"id\": \""),
      .characters(MistralCallID.characters, count: 9), .literal("\"}"),
    ])
    let parts: [Grammar] = [
      try token(template, "[TOOL_CALLS]"), .literal("["),
      .repetition(call, separator: .literal(", "), minimum: 1, maximum: 3), .literal("]"), .end,
    ]
    #expect(grammar == Grammar.sequence(parts))
  }

  @Test func givenIdentitiesLeaveNoChoice() throws {
    let template = try TestVocabulary.template(.mistralV11)
    let grammar = try template.callGrammar(
      tools: [Self.time], choice: .named("get_time"), maximumCalls: 2, callIDs: .given(["aaaaaaaaa", "bbbbbbbbb"]))
    var parts: [[Grammar]] = []
    for id in ["aaaaaaaaa", "bbbbbbbbb"] {
      let call: [Grammar] = [
        .literal("get_time"), try token(template, "[CALL_ID]"), .literal(id), try token(template, "[ARGS]"),
        try schema(Self.time),
      ]
      parts.append([try token(template, "[TOOL_CALLS]"), .choice([.sequence(call)])])
    }
    let second = Grammar.sequence(parts[1] + [.end])
    let first = Grammar.sequence(parts[0] + [.choice([.end, second])])
    #expect(grammar == first)
  }

  @Test func aChoiceIsWhatWasAskedFor() throws {
    let template = try TestVocabulary.template(.mistralV13)
    let tools = [Self.light, Self.time]
    let calls = try template.callGrammar(tools: tools, choice: .required, maximumCalls: 1)
    let text = Grammar.text(notBeginningWith: [])
    let auto = try template.callGrammar(tools: tools, choice: .auto, maximumCalls: 1)
    let either = Grammar.choice([.end, calls])
    #expect(auto == Grammar.choice([calls, .sequence([text, either])]))
    let onlyText = Grammar.sequence([text, .end])
    let none = try template.callGrammar(tools: tools, choice: .none, maximumCalls: 1)
    #expect(none == onlyText)
    let withoutTools = try template.callGrammar(tools: [], choice: .auto, maximumCalls: 1)
    #expect(withoutTools == onlyText)
    let named = try template.callGrammar(tools: tools, choice: .named("get_time"), maximumCalls: 1)
    let alone = try template.callGrammar(tools: [Self.time], choice: .required, maximumCalls: 1)
    #expect(named == alone)
  }

  @Test func aTextMustNotBeginAsACallInFormatsWithoutAToken() throws {
    for (format, opener) in [(ChatFormat.gemma3, "<tool_call>"), (.llama31, "{\"name\"")] {
      let template = try TestVocabulary.template(format)
      let grammar = try template.callGrammar(tools: [Self.time], choice: .none, maximumCalls: 1)
      let text = Grammar.text(notBeginningWith: [Array(opener.utf8)])
      #expect(grammar == Grammar.sequence([text, .end]))
    }
  }

  @Test func llamaCallsOnce() throws {
    let template = try TestVocabulary.template(.llama31)
    let grammar = try template.callGrammar(tools: [Self.time], choice: .required, maximumCalls: 4)
    let time = Grammar.sequence([.literal("get_time\", \"parameters\": "), try schema(Self.time)])
    let call = Grammar.sequence([.literal("{\"name\": \""), .choice([time]), .literal("}")])
    let once = Grammar.repetition(call, separator: .literal(""), minimum: 1, maximum: 1)
    #expect(grammar == Grammar.sequence([once, .end]))
  }

  @Test(arguments: ChatFormat.allCases)
  func whatCannotBeAskedForIsRefused(format: ChatFormat) throws {
    let template = try TestVocabulary.template(format)
    #expect(throws: InferenceError.self) { try template.callGrammar(tools: [], choice: .required, maximumCalls: 1) }
    #expect(throws: InferenceError.self) {
      try template.callGrammar(tools: [Self.time], choice: .named("nothing"), maximumCalls: 1)
    }
    #expect(throws: InferenceError.self) {
      try template.callGrammar(tools: [Self.time], choice: .auto, maximumCalls: 0)
    }
    let bad = ToolDefinition(name: "bad", description: "", parameters: ["type": "object", "unheardOf": true])
    let error = #expect(throws: InferenceError.self) {
      try template.callGrammar(tools: [bad], choice: .auto, maximumCalls: 1)
    }
    #expect(error?.code == .schemaUnsupported)
    #expect(error?.message.contains("unheardOf") == true)
  }

  @Test func markersWriteNothingInTheConstraintsTable() throws {
    let template = try TestVocabulary.template(.qwen3)
    let marker = try #require(template.tokenizer.special("<tool_call>"))
    #expect(template.constraintBytes.range(Int(marker)).isEmpty)
    #expect(Array(template.tokenizer.tokenBytes[Int(marker)]) == Array("<tool_call>".utf8))
    #expect(template.constraintBytes.count == template.tokenizer.count)
  }
}
