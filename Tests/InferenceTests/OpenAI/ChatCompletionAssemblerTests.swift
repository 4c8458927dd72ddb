import Synchronization
import Testing
import Tools

@testable import Inference

@Suite struct ChatCompletionAssemblerTests {
  private let light = ToolDefinition(
    name: "set_light", description: "",
    parameters: [
      "type": "object", "properties": ["room": ["type": "string", "enum": ["kitchen", "hall"]]], "required": ["room"],
      "additionalProperties": false,
    ])
  private let door = ToolDefinition(name: "open_door", description: "", parameters: ToolDefinition.noParameters)

  private func read(
    _ chunks: [String], choice: ToolChoice = .auto, maximumCalls: Int = 4, earlier: [ChatMessage] = []
  ) throws -> [GenerationEvent] {
    let count = Mutex(0)
    let request = GenerationRequest(
      messages: earlier + [.user("?")], tools: [light, door], toolChoice: choice, maximumCalls: maximumCalls,
      maximumTokens: 10)
    var assembler = try ChatCompletionAssembler(request) {
      count.withLock {
        $0 += 1; return "own-\($0)"
      }
    }
    var events: [GenerationEvent] = []
    for chunk in chunks { events += try assembler.append(Array(chunk.utf8)) }
    return events + (try assembler.finish())
  }

  private func delta(_ delta: String, _ reason: String? = nil) -> String {
    #"{"choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(reason.map { "\"\($0)\"" } ?? "null")}]}"#
  }

  private func call(_ index: Int, id: String? = nil, name: String? = nil, _ arguments: String? = nil) -> String {
    var call: JSONObject = ["index": .integer(Int64(index))]
    var function: JSONObject = [:]
    if let id { call["id"] = .string(id) }
    if let name { function["name"] = .string(name) }
    if let arguments { function["arguments"] = .string(arguments) }
    call["function"] = .object(function)
    return delta(JSONValue.object(["tool_calls": [.object(call)]]).text())
  }

  private func error(_ chunks: [String], choice: ToolChoice = .auto) -> InferenceError? {
    do {
      _ = try read(chunks, choice: choice)
      return nil
    } catch { return error as? InferenceError }
  }

  @Test func textUsageAndTheEndComeInOrder() throws {
    let events = try read([
      delta(#"{"role":"assistant","content":""}"#), delta(#"{"content":"Hel"}"#), delta(#"{"reasoning_content":"hm"}"#),
      delta(#"{"content":"lo"}"#), delta("{}", "stop"),
      #"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":5}}}"#,
      "[DONE]",
    ])
    #expect(
      events == [
        .text("Hel"), .text("lo"),
        .usage(GenerationUsage(promptTokens: 9, cachedTokens: 5, completionTokens: 2, forcedTokens: 0)),
        .finished(.stop),
      ])
  }

  @Test func callsAreAssembledByTheirIndexHoweverTheirPiecesMix() throws {
    let events = try read([
      call(1, id: "b", name: "open_door", ""), call(0, id: "a", name: "set_light", #"{"ro"#), call(1, "{"),
      call(0, name: "set_light", #"om":"hall"}"#), call(1, "}"), delta("{}", "tool_calls"),
    ])
    #expect(
      events == [
        .toolCallBegun(name: "open_door"), .toolCallBegun(name: "set_light"),
        .toolCall(ToolCall(id: "a", name: "set_light", arguments: ["room": "hall"], origin: .model)),
        .toolCall(ToolCall(id: "b", name: "open_door", arguments: [:], origin: .model)), .finished(.toolCalls),
      ])
  }

  @Test func aCallInOnePieceWithFinishReasonStopIsACall() throws {
    let whole =
      #"{"tool_calls":[{"id":"a","function":{"name":"open_door","arguments":{}}},{"id":"b","function":{"name":"open_door"}}]}"#
    let events = try read([delta(whole, "stop")])
    #expect(events.last == .finished(.toolCalls))
    #expect(events.count == 5)
  }

  @Test func missingAndTakenIdentitiesAreReplaced() throws {
    let earlier: [ChatMessage] = [
      .assistant(text: "", calls: [ToolCall(id: "a", name: "open_door", arguments: [:], origin: .model)]),
      .tool(ToolResult(id: "a", name: "open_door", isSuccess: true, output: "")),
    ]
    let events = try read(
      [
        call(0, id: "a", name: "open_door"), call(1, name: "open_door"), call(2, id: "b", name: "open_door"),
        call(3, id: "b", name: "open_door"), delta("{}", "tool_calls"),
      ], earlier: earlier)
    let ids = events.compactMap { if case .toolCall(let call) = $0 { call.id } else { nil } }
    #expect(ids == ["own-1", "own-2", "b", "own-3"])
  }

  @Test func callsBeyondTheLimitAreLeftOut() throws {
    let events = try read(
      [call(0, name: "open_door"), call(1, name: "open_door", "{"), delta("{}", "tool_calls")], maximumCalls: 1)
    #expect(events.count == 3)
    #expect(events.last == .finished(.toolCalls))
  }

  @Test func aCallThatTheLimitOfTokensCutIsLeftOut() throws {
    let events = try read([
      call(0, id: "a", name: "open_door", "{}"), call(1, id: "b", name: "set_light", #"{"room": "ki"#),
      delta("{}", "length"),
    ])
    #expect(events.last == .finished(.length))
    #expect(events.count == 4)
  }

  @Test func aCallThatIsNotOnOfferIsAMistakeOfTheModel() {
    #expect(error([call(0, name: "explode", "{}")])?.miscalledTool == "explode")
    #expect(error([call(0, name: "\u{1B}[2J", "{}")])?.miscalledTool == "a tool")
    #expect(error([call(0, name: "open_door")], choice: ToolChoice.none)?.miscalledTool == "open_door")
    #expect(error([call(0, name: "open_door")], choice: .named("set_light"))?.miscalledTool == "open_door")
  }

  @Test(arguments: [#"{"room":"cellar"}"#, #"{"room":"hall","a":1}"#, "{}", "", "[]", #"{"room":"hall""#, "nonsense"])
  func argumentsThatDoNotFitAreAMistakeOfTheModel(arguments: String) {
    let error = error([call(0, name: "set_light", arguments), delta("{}", "tool_calls")])
    #expect(error?.code == .serverFailed)
    #expect(error?.miscalledTool == "set_light")
    #expect(error?.description.contains("cellar") == false)
  }

  @Test func aRequiredCallThatDoesNotComeIsAnError() {
    let chunks = [delta(#"{"content":"I do."}"#), delta("{}", "stop")]
    #expect(error(chunks) == nil)
    #expect(error(chunks, choice: .required)?.code == .serverFailed)
    #expect(error(chunks, choice: .named("open_door"))?.code == .serverFailed)
    #expect(error([delta("{}", "length")], choice: .required) == nil)
  }

  @Test func anErrorInTheStreamIsSaidInOneCleanLine() {
    let error = error([#"{"error":{"message":"out of\nmemory \u001b[31m","code":500}}"#])
    #expect(error?.message == "the server broke its answer off: out of memory [31m")
    #expect(self.error([#"{"object":"error","message":"no"}"#])?.message.hasSuffix(": no") == true)
    #expect(self.error([#"{"error":{"code":"context_length_exceeded"}}"#])?.code == .contextExceeded)
    #expect(self.error([delta("{}", "content_filter")])?.code == .serverFailed)
  }

  @Test(arguments: [
    "", "no JSON", "[]", #"{"choices":{}}"#, #"{"choices":[1]}"#, #"{"choices":[{"index":1,"delta":{}}]}"#,
    #"{"choices":[{"delta":{"content":7}}]}"#, #"{"choices":[{"delta":{"tool_calls":{}}}]}"#,
    #"{"choices":[{"delta":{"tool_calls":["x"]}}]}"#, #"{"choices":[{"delta":{"tool_calls":[{"index":-1}]}}]}"#,
    #"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":[]}}]}}]}"#,
    #"{"choices":[{"finish_reason":3}]}"#,
  ])
  func chunksThatAreNoneAreErrors(chunk: String) {
    #expect(error([chunk, delta("{}", "stop")])?.code == .serverFailed)
  }

  @Test func whatComesAtTheWrongTimeIsAnError() {
    #expect(error([])?.code == .serverFailed)
    #expect(error([delta(#"{"content":"a"}"#)])?.code == .serverFailed)
    #expect(error(["[DONE]"])?.code == .serverFailed)
    #expect(error([delta("{}", "stop"), delta(#"{"content":"a"}"#)])?.code == .serverFailed)
    #expect(error([delta("{}", "stop"), "[DONE]", delta("{}")])?.code == .serverFailed)
    #expect(error([call(0, name: "open_door"), call(0, name: "set_light")])?.code == .serverFailed)
    #expect(error([call(0, "{}"), delta("{}", "tool_calls")])?.code == .serverFailed)
    // What repeats or is empty does no harm.
    #expect(error([delta("{}", "stop"), delta(#"{"content":""}"#, "stop")]) == nil)
  }

  @Test func argumentsAreBounded() {
    let piece = String(repeating: " ", count: 60_000)
    #expect(error([call(0, name: "open_door", piece), call(0, piece)])?.message.contains("65536") == true)
  }

  @Test func usageThatCannotBeIsNotSaid() throws {
    let events = try read([
      delta("{}", "stop"), #"{"choices":[],"usage":{"prompt_tokens":-1,"completion_tokens":2}}"#, "[DONE]",
    ])
    #expect(events == [.finished(.stop)])
  }

  @Test func aToolWhoseSchemaCannotBeCheckedIsRefusedAtOnce() {
    let tool = ToolDefinition(name: "f", description: "", parameters: ["type": "object", "properties": 3])
    let request = GenerationRequest(messages: [.user("?")], tools: [door, tool], maximumTokens: 1)
    let error = #expect(throws: InferenceError.self) { try ChatCompletionAssembler(request) { "" } }
    #expect(error?.code == .schemaUnsupported)
    #expect(error?.message.contains("/1/parameters") == true, "\(error?.message ?? "")")
  }
}
