import Inference
import RemoteInference
import TestSupport
import Testing
import Tools

@Suite(.timeLimit(.minutes(2))) struct RemoteLanguageModelTests {
  private let tool = ToolDefinition(
    name: "set_light", description: "",
    parameters: ["type": "object", "properties": ["on": ["type": "boolean"]], "required": ["on"]])
  private let hello =
    ServerAnswer.text("Hé") + ServerAnswer.text("\u{1F600}!") + ServerAnswer.end("stop") + ServerAnswer.usage
    + ServerAnswer.done
  private let helloEvents: [GenerationEvent] = [
    .begun(generation: 1), .text("Hé"), .text("\u{1F600}!"),
    .usage(GenerationUsage(promptTokens: 12, cachedTokens: 0, completionTokens: 3, forcedTokens: 0)), .finished(.stop),
  ]

  private func options(_ server: LoopbackServer) throws -> RemoteModelOptions {
    RemoteModelOptions(address: try ServerAddress(server.url), model: "tiny", backoff: .milliseconds(1))
  }

  private func modelWithKey(_ server: LoopbackServer) throws -> RemoteLanguageModel {
    var options = try options(server)
    return try withTemporaryFolder { folder in
      options.keyFile = folder + "/key"
      try KeyFile.write("  secret-key\n", to: folder + "/key", mode: 0o600)
      return try RemoteLanguageModel(options)
    }
  }

  private func request(tools: [ToolDefinition] = []) -> GenerationRequest {
    GenerationRequest(messages: [.user("Hi")], tools: tools, maximumTokens: 20)
  }

  /// The events and the error of one generation.
  private func answer(
    _ model: RemoteLanguageModel, tools: [ToolDefinition] = []
  ) async -> (events: [GenerationEvent], error: InferenceError?) {
    var events: [GenerationEvent] = []
    do {
      for try await event in model.generate(request(tools: tools)) { events.append(event) }
      return (events, nil)
    } catch {
      return (events, error as? InferenceError)
    }
  }

  private func answer(
    _ steps: [LoopbackServer.Step]..., tools: [ToolDefinition] = [],
    change: (inout RemoteModelOptions) -> Void = { _ in }
  ) async throws -> (events: [GenerationEvent], error: InferenceError?, requests: [LoopbackServer.Request]) {
    let server = try await LoopbackServer(steps)
    var options = try options(server)
    change(&options)
    let model = try RemoteLanguageModel(options)
    let found = await answer(model, tools: tools)
    await server.stop()
    return (found.events, found.error, server.requests)
  }

  @Test func anAnswerIsTheSameHoweverItsBytesAreCut() async throws {
    let server = try await LoopbackServer(
      [1, 2, 3, 5, 8, 64, 1000].map { ServerAnswer.stream(hello, pieceLength: $0) })
    let model = try RemoteLanguageModel(options(server))
    for generation: UInt64 in 1...7 {
      let found = await answer(model)
      #expect(found.events == [.begun(generation: generation)] + helloEvents.dropFirst())
      #expect(found.error == nil)
    }
    await server.stop()
  }

  @Test func theServerGetsWhatOpenAIsInterfaceAsksFor() async throws {
    let server = try await LoopbackServer([ServerAnswer.stream(hello)])
    #expect(await answer(try modelWithKey(server)).events == helloEvents)
    await server.stop()
    let request = try #require(server.requests.first)
    #expect(request.method == "POST")
    #expect(request.path == "/v1/chat/completions")
    #expect(request.headers["authorization"] == "Bearer secret-key")
    #expect(request.headers["content-type"] == "application/json")
    #expect(try JSONValue(parsing: request.body) == self.request().openAI(model: "tiny"))
  }

  @Test func callsComeCompleteAndChecked() async throws {
    let pieces = [
      #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"set_light","arguments":""}}]}}]}"#,
      #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"on\":"}}]}}]}"#,
      #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"true}"}}]}}]}"#,
    ]
    let body = pieces.flatMap(ServerAnswer.event)
    let good = try await answer(
      ServerAnswer.stream(body + ServerAnswer.end("tool_calls") + ServerAnswer.done, pieceLength: 7), tools: [tool])
    #expect(
      good.events == [
        .begun(generation: 1), .toolCallBegun(name: "set_light"),
        .toolCall(ToolCall(id: "a", name: "set_light", arguments: ["on": true], origin: .model)), .finished(.toolCalls),
      ])
    let bad = try await answer(
      ServerAnswer.stream(Array(body.dropLast(ServerAnswer.event(pieces[2]).count)) + ServerAnswer.end("tool_calls")),
      tools: [tool])
    #expect(bad.error?.miscalledTool == "set_light")
    #expect(bad.requests.count == 1)
  }

  @Test func cancellingClosesTheConnection() async throws {
    let text = ServerAnswer.chunk(ServerAnswer.text("word "))
    let server = try await LoopbackServer([[.write(ServerAnswer.streamHead), .writeForever(text)]])
    let model = try RemoteLanguageModel(options(server))
    for try await event in model.generate(request()) { if case .text = event { break } }
    var closed = server.closed.makeAsyncIterator()
    #expect(await closed.next() != nil)
    // Cancelling the task that reads does the same, also while nothing comes.
    let silent = try await LoopbackServer([[.write(ServerAnswer.streamHead + text), .wait]])
    let other = try RemoteLanguageModel(options(silent))
    let (begun, begin) = AsyncStream.makeStream(of: Void.self)
    let reader = Task {
      for try await event in other.generate(request()) { if case .text = event { begin.yield() } }
    }
    for await _ in begun { break }
    reader.cancel()
    var closedToo = silent.closed.makeAsyncIterator()
    #expect(await closedToo.next() != nil)
    try await reader.value
    await server.stop()
    await silent.stop()
  }

  @Test func generationsRunOneAfterTheOther() async throws {
    let server = try await LoopbackServer([ServerAnswer.stream(hello)])
    let model = try RemoteLanguageModel(options(server))
    let streams = (0..<3).map { _ in model.generate(request()) }
    var numbers: [GenerationEvent] = []
    for stream in streams { for try await event in stream { if case .begun = event { numbers.append(event) } } }
    #expect(numbers == [.begun(generation: 1), .begun(generation: 2), .begun(generation: 3)])
    #expect(server.requests.count == 3)
    await server.stop()
  }

  @Test func aBusyServerIsAskedAgainWhileNothingCame() async throws {
    let found = try await answer(
      ServerAnswer.error("503 Service Unavailable", #"{"error":{"message":"Loading model"}}"#), [.close],
      ServerAnswer.stream(hello))
    #expect(found.events == helloEvents)
    #expect(found.requests.count == 3)
  }

  @Test func attemptsEndWithTheServersMessage() async throws {
    let found = try await answer(
      ServerAnswer.error("503 Service Unavailable", #"{"error":{"message":"Loading model"}}"#))
    #expect(found.requests.count == 3)
    #expect(found.error?.code == .serverAway)
    #expect(found.error?.message.hasSuffix("answered with 503: Loading model") == true)
  }

  @Test(arguments: [
    ("401 Unauthorized", InferenceError.Code.serverFailed, 1), ("404 Not Found", .serverFailed, 1),
    ("400 Bad Request", .serverFailed, 1), ("429 Too Many Requests", .serverAway, 3),
    ("500 Internal Server Error", .serverFailed, 3), ("301 Moved Permanently", .serverFailed, 1),
  ])
  func otherStatusesAreErrors(status: String, code: InferenceError.Code, requests: Int) async throws {
    let found = try await answer(
      ServerAnswer.error(
        status, #"{"error":{"message":"no\u001b[2J\n way"}}"#, headers: "location: http://127.0.0.1:1/\r\n"))
    #expect(found.error?.code == code)
    #expect(
      found.error?.message.hasSuffix("answered with \(status.prefix(3)): no [2J way") == true,
      "\(found.error?.message ?? "")")
    #expect(found.requests.count == requests)
    #expect(found.events == [.begun(generation: 1)])
  }

  @Test func aContextThatIsExceededIsSaidToBeThat() async throws {
    let found = try await answer(
      ServerAnswer.error("400 Bad Request", #"{"error":{"type":"exceed_context_size_error","message":"long"}}"#))
    #expect(found.error?.code == .contextExceeded)
  }

  @Test func aLongErrorIsShortened() async throws {
    let found = try await answer(ServerAnswer.error("400 Bad Request", String(repeating: "x", count: 100_000)))
    #expect((100...400).contains(found.error?.message.count ?? 0))
  }

  @Test func aConnectionCutInTheAnswerIsAnErrorAndNotRepeated() async throws {
    let begun: [LoopbackServer.Step] = [.write(ServerAnswer.streamHead + ServerAnswer.chunk(ServerAnswer.text("a")))]
    let found = try await answer(begun + [.close])
    #expect(found.events == [.begun(generation: 1), .text("a")])
    #expect(found.error?.code == .serverFailed)
    #expect(found.requests.count == 1)
    let ended = try await answer(begun + [.write(ServerAnswer.lastChunk)])
    #expect(ended.error?.code == .serverFailed)
  }

  @Test func aConnectionCutBeforeTheAnswerIsTriedAgain() async throws {
    let found = try await answer([.write(ServerAnswer.streamHead), .close], ServerAnswer.stream(hello))
    #expect(found.events == helloEvents)
    #expect(found.requests.count == 2)
  }

  @Test func anAnswerThatLacksOnlyItsUsageIsComplete() async throws {
    let body = ServerAnswer.text("a") + ServerAnswer.end("stop")
    let cut = try await answer([.write(ServerAnswer.streamHead + ServerAnswer.chunk(body)), .close])
    #expect(cut.error == nil)
    #expect(cut.events == [.begun(generation: 1), .text("a"), .finished(.stop)])
    let silent = try await answer([.write(ServerAnswer.streamHead + ServerAnswer.chunk(body)), .wait]) {
      $0.idleTimeout = .milliseconds(50)
    }
    #expect(silent.error == nil)
    #expect(silent.events == cut.events)
  }

  @Test(arguments: [
    "garbage that is no HTTP\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\nhi",
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 9\r\n\r\ndata: {\n\n",
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
  ])
  func whatIsNoAnswerIsAnError(bytes: String) async throws {
    let found = try await answer([.write(Array(bytes.utf8)), .close]) { $0.attempts = 1 }
    #expect(found.error?.code == .serverFailed, "\(String(describing: found.error))")
    #expect(found.events == [.begun(generation: 1)])
  }

  @Test func anEndlessAnswerIsCutAtEachOfItsLimits() async throws {
    let line = ServerAnswer.chunk([UInt8](repeating: UInt8(ascii: "x"), count: 4096))
    let endlessLine = try await answer([.write(ServerAnswer.streamHead), .writeForever(line)])
    #expect(endlessLine.error?.message.contains("262144 bytes") == true)
    let word = ServerAnswer.chunk(ServerAnswer.text("word "))
    let events = try await answer([.write(ServerAnswer.streamHead), .writeForever(word)]) { $0.maximumEvents = 100 }
    #expect(events.error?.message.contains("100 events") == true)
    #expect(events.events.count == 101)
    let bytes = try await answer([.write(ServerAnswer.streamHead), .writeForever(word)]) { $0.maximumBytes = 5000 }
    #expect(bytes.error?.message.contains("5000 bytes") == true)
    let headers = try await answer([
      .write(Array("HTTP/1.1 200 OK\r\n".utf8)),
      .writeForever(Array("x-more: \(String(repeating: "x", count: 1000))\r\n".utf8)),
    ]) { $0.attempts = 1 }
    #expect(headers.error?.code == .serverFailed)
  }

  @Test func eachTimeLimitEndsTheAnswer() async throws {
    let never = try await answer([.wait]) { $0.firstEventTimeout = .milliseconds(50) }
    #expect(never.error?.code == .serverAway)
    #expect(never.error?.message.contains("does not begin") == true)
    #expect(never.requests.count == 1)
    let begun: [LoopbackServer.Step] = [.write(ServerAnswer.streamHead + ServerAnswer.chunk(ServerAnswer.text("a")))]
    let idle = try await answer(begun + [.wait]) { $0.idleTimeout = .milliseconds(50) }
    #expect(idle.error?.message.contains("stopped in its answer") == true)
    #expect(idle.events.last == .text("a"))
    // Comments keep the connection alive and are no answer.
    let comments = try await answer([
      .write(ServerAnswer.streamHead), .writeForever(ServerAnswer.chunk(Array(":\n\n".utf8))),
    ]) { $0.firstEventTimeout = .milliseconds(50) }
    #expect(comments.error?.message.contains("does not begin") == true)
    let word = ServerAnswer.chunk(ServerAnswer.text("word "))
    let total = try await answer([.write(ServerAnswer.streamHead), .writeForever(word)]) {
      $0.totalTimeout = .milliseconds(200)
      $0.maximumEvents = 100_000_000
      $0.maximumBytes = 1 << 32
    }
    #expect(total.error?.message.contains("takes too long") == true)
  }

  @Test func aServerThatIsNotThereIsAway() async throws {
    let server = try await LoopbackServer([[.close]])
    let options = try options(server)
    await server.stop()
    let found = await answer(try RemoteLanguageModel(options))
    #expect(found.error?.code == .serverAway)
    #expect(found.error?.errorNumber == 111)
    #expect(found.error?.message.contains("127.0.0.1:\(server.port): Connection refused") == true)
    // A label has at most 63 bytes (RFC 1035), so that nobody is asked for this name.
    var unknown = options
    unknown.address = try ServerAddress("http://\(String(repeating: "x", count: 64))")
    let nameless = await answer(try RemoteLanguageModel(unknown))
    #expect(nameless.error?.message.hasSuffix("xx:80: its name cannot be resolved") == true)
  }

  @Test func theKeyIsInNoTextOfAnError() async throws {
    let server = try await LoopbackServer([ServerAnswer.error("401 Unauthorized", "{}")])
    let error = await answer(try modelWithKey(server)).error
    await server.stop()
    #expect(error.map { "\($0)".contains("secret") } == false)
    #expect(server.requests.first?.headers["authorization"] == "Bearer secret-key")
  }

  @Test func modelsOfAServerAreListed() async throws {
    let server = try await LoopbackServer([
      ServerAnswer.error("200 OK", #"{"object":"list","data":[{"id":"mistral-7b"},{"id":"a\u001b[2Jb"},{"name":1}]}"#),
      ServerAnswer.error("200 OK", "{}"),
      ServerAnswer.error("401 Unauthorized", #"{"error":{"message":"no key"}}"#),
      [.close],
    ])
    let model = try modelWithKey(server)
    #expect(try await model.models() == ["mistral-7b", "a [2Jb"])
    #expect(server.requests.first?.path == "/v1/models")
    #expect(server.requests.first?.headers["authorization"] == "Bearer secret-key")
    for (code, word) in [(InferenceError.Code.serverFailed, "list"), (.serverFailed, "401"), (.serverAway, "reach")] {
      let error = await #expect(throws: InferenceError.self) { try await model.models() }
      #expect(error?.code == code)
      #expect(error?.description.contains(word) == true, "\(String(describing: error))")
    }
    await server.stop()
  }
}
