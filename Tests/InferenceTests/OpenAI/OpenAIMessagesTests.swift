import Testing
import Tools

@testable import Inference

@Suite struct OpenAIMessagesTests {
  private func messages(_ text: String) throws -> [ChatMessage] {
    try ChatMessage.list(openAI: JSONValue(parsing: text))
  }

  @Test func aConversationWithCallsIsRead() throws {
    let found = try messages(
      #"""
      [{"role":"developer","content":"Be brief."},
       {"role":"user","name":"anna","content":[{"type":"text","text":"Light"},{"type":"text","text":"and door!"}]},
       {"role":"assistant","content":null,"refusal":null,"reasoning_content":"hm","tool_calls":[
         {"index":0,"id":"a","type":"function","function":{"name":"set_light","arguments":"{\"on\": true}"}},
         {"id":"b","function":{"name":"open_door","arguments":""}},
         {"id":"c","function":{"name":"open_door","arguments":{"which":2}}}]},
       {"role":"tool","tool_call_id":"b","content":"{\"error\": \"stuck\"}"},
       {"role":"tool","tool_call_id":"a","name":"set_light","content":[{"type":"text","text":"on"}]},
       {"role":"assistant","content":"Done."},
       {"role":"assistant","refusal":"No."}]
      """#)
    #expect(
      found == [
        .system("Be brief."), .user("Light\nand door!"),
        .assistant(
          text: "",
          calls: [
            ToolCall(id: "a", name: "set_light", arguments: ["on": true], origin: .model),
            ToolCall(id: "b", name: "open_door", arguments: [:], origin: .model),
            ToolCall(id: "c", name: "open_door", arguments: ["which": 2], origin: .model),
          ]),
        .tool(ToolResult(id: "b", name: "open_door", isSuccess: false, output: #"{"error": "stuck"}"#)),
        .tool(ToolResult(id: "a", name: "set_light", isSuccess: true, output: "on")),
        .assistant(text: "Done.", calls: []), .assistant(text: "No.", calls: []),
      ])
  }

  @Test func whatIsWrittenReadsBackEqual() throws {
    let conversation: [ChatMessage] = [
      .system("s"), .user("\u{0}\u{1F600}\"\\"),
      .assistant(
        text: "I look.",
        calls: [ToolCall(id: "1", name: "look", arguments: ["a": [1, 2.5, nullValue]], origin: .model)]),
      .tool(ToolResult(id: "1", name: "look", isSuccess: true, output: "[1]")), .assistant(text: "", calls: []),
    ]
    #expect(try ChatMessage.list(openAI: .array(conversation.map(\.openAI))) == conversation)
    let result = ChatMessage.tool(ToolResult(id: "1", name: "look", isSuccess: true, output: ["a": 1]))
    #expect(result.openAI["content"] == #"{"a":1}"#)
  }

  private var nullValue: JSONValue { .null }

  @Test(arguments: [
    (#"{}"#, "the root"), (#"[1]"#, "/0"), (#"[{"content":"x"}]"#, "/0/role"),
    (#"[{"role":"robot","content":"x"}]"#, "/0/role"), (#"[{"role":"user"}]"#, "/0/content"),
    (#"[{"role":"user","content":null}]"#, "/0/content"), (#"[{"role":"user","content":7}]"#, "/0/content"),
    (#"[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}]"#, "/0/content/0/type"),
    (#"[{"role":"user","content":[{"type":"text"}]}]"#, "/0/content/0/text"),
    (#"[{"role":"user","content":["x"]}]"#, "/0/content/0"),
    (#"[{"role":"user","contents":"x"}]"#, "/0/contents"),
    (#"[{"role":"user","content":"x","tool_calls":[]}]"#, "/0/tool_calls"),
    (#"[{"role":"assistant"}]"#, "/0"), (#"[{"role":"assistant","content":"","audio":{"id":"x"}}]"#, "/0/audio"),
    (#"[{"role":"assistant","tool_calls":{}}]"#, "/0/tool_calls"),
    (#"[{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":""}}]}]"#, "/0/tool_calls/0/id"),
    (#"[{"role":"assistant","tool_calls":[{"id":"a","type":"x"}]}]"#, "/0/tool_calls/0/type"),
    (#"[{"role":"assistant","tool_calls":[{"id":"a"}]}]"#, "/0/tool_calls/0/function"),
    (#"[{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f g"}}]}]"#, "/0/tool_calls/0/function/name"),
    (
      #"[{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{"}}]}]"#,
      "/0/tool_calls/0/function/arguments"
    ),
    (
      #"[{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"[]"}}]}]"#,
      "/0/tool_calls/0/function/arguments"
    ),
    (#"[{"role":"tool","content":"x"}]"#, "/0/tool_call_id"),
    (#"[{"role":"tool","tool_call_id":"a","content":"x"}]"#, "/0/tool_call_id"),
  ])
  func whatIsWrongIsNamedWithItsPlace(text: String, pointer: String) throws {
    let error = #expect(throws: InferenceError.self) { try messages(text) }
    #expect(error?.code == .requestInvalid)
    #expect(error?.message.hasSuffix("(at \(pointer))") == true, "\(error?.message ?? "")")
  }

  @Test func aResultAnswersOneCallThatIsOpen() throws {
    let call = #"{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}}]}"#
    let result = #"{"role":"tool","tool_call_id":"a","content":""}"#
    #expect(try messages("[\(call),\(result),\(call),\(result)]").count == 4)
    #expect(throws: InferenceError.self) { try messages("[\(call),\(result),\(result)]") }
    #expect(throws: InferenceError.self) { try messages("[\(call),\(call)]") }
    #expect(throws: InferenceError.self) {
      try messages("[\(call),\(result.replacing("\"content\"", with: "\"name\":\"g\",\"content\""))]")
    }
  }

  @Test func errorsRepeatNothingOfWhatWasSaid() throws {
    let error = #expect(throws: InferenceError.self) {
      try messages(#"[{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{secret"}}]}]"#)
    }
    #expect(error?.description.contains("secret") == false)
  }

  @Test func toolsAreReadWithPointersIntoTheList() throws {
    let good = #"{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}"#
    #expect(try ToolDefinition.list(openAI: JSONValue(parsing: "[\(good)]")).map(\.name) == ["f"])
    for (text, pointer) in [
      ("{}", "at the root"), ("[\(good),\(good)]", "at /1/name"), (#"[{"type":"web_search"}]"#, "at /0/type"),
      (#"[{"type":"function","function":{"name":""}}]"#, "at /0/function/name"),
    ] {
      let error = #expect(throws: InferenceError.self) { try ToolDefinition.list(openAI: JSONValue(parsing: text)) }
      #expect(error?.message.contains(pointer) == true, "\(error?.message ?? "")")
    }
  }

  @Test func toolChoicesAreReadAndWritten() throws {
    for choice in [ToolChoice.auto, .none, .required, .named("f")] {
      #expect(try ToolChoice(openAI: choice.openAI) == choice)
    }
    for text in [#""any""#, "1", #"{"type":"x"}"#, #"{"type":"function"}"#, #"{"type":"function","function":{}}"#] {
      #expect(throws: InferenceError.self) { try ToolChoice(openAI: JSONValue(parsing: text)) }
    }
  }
}
