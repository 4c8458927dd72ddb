import Tools

/// Makes events of the chunks of a streamed chat completion.
///
/// Text goes through at once. Calls are assembled by their index and come, complete and checked, when the server says why
/// the answer ends; `usage` and `finished` follow at the end of the stream. A call that is not on offer, or whose arguments
/// do not fit the tool's schema, is an error with `miscalledTool`. A call that the limit of tokens cut off is left out. What
/// a model thinks (`reasoning_content`) is dropped. Not for several threads at once.
package struct ChatCompletionAssembler {
  private static let jsonLimits = JSONLimits(maximumBytes: 1 << 18)

  private let choice: ToolChoice
  private let maximumCalls: Int
  private let schemas: [String: JSONSchema]
  private let newCallID: @Sendable () -> String
  /// Identities that earlier calls of the conversation have.
  private var takenIDs: Set<String>
  private var calls: [StreamedCall] = []
  private var usage: GenerationUsage?
  private var reason: FinishReason?
  private var hasFinished = false

  /// Whether nothing is missing but the usage: a stream that breaks off now has lost nothing of the answer.
  package var isComplete: Bool { reason != nil }

  /// - Parameter newCallID: identities for calls that come without one, or with one that is taken.
  /// - Throws: `schemaUnsupported` for a tool whose parameters cannot be checked.
  package init(_ request: GenerationRequest, newCallID: @escaping @Sendable () -> String) throws(InferenceError) {
    var schemas: [String: JSONSchema] = [:]
    for (index, tool) in request.tools.enumerated() {
      do {
        schemas[tool.name] = try tool.compiledParameters()
      } catch {
        throw InferenceError(
          .schemaUnsupported, "\(error.what) (at /\(index)\(error.pointer ?? ""))",
          remedy: error.remedy.isEmpty ? "Change the tool's parameters." : error.remedy)
      }
    }
    self.schemas = schemas
    self.newCallID = newCallID
    choice = request.toolChoice
    maximumCalls = request.maximumCalls
    takenIDs = []
    for case .assistant(_, let calls) in request.messages { takenIDs.formUnion(calls.map(\.id)) }
  }

  /// Takes the data of one server-sent event: a chunk, an error or `[DONE]`.
  package mutating func append(_ data: [UInt8]) throws(InferenceError) -> [GenerationEvent] {
    if data.elementsEqual("[DONE]".utf8) { return try finish() }
    guard !hasFinished else { throw Self.malformed("more comes after its end") }
    let chunk: JSONValue
    do {
      chunk = try JSONValue(parsing: data, limits: Self.jsonLimits)
    } catch {
      throw Self.malformed("a chunk is no JSON: \(error.reason)")
    }
    guard case .object = chunk else { throw Self.malformed("a chunk is \(chunk.typeName), not an object") }
    if let error = chunk["error"], !error.isNull { throw Self.failure(chunk, data) }
    if chunk["object"] == "error" { throw Self.failure(chunk, data) }
    readUsage(chunk["usage"])
    switch chunk["choices"] {
    case nil, .null?: return []
    case .array(let choices)?:
      var events: [GenerationEvent] = []
      for choice in choices { try read(choice, &events) }
      return events
    default: throw Self.malformed("the choices of a chunk are no array")
    }
  }

  /// The end of the stream. Without events where it was reached before.
  /// - Throws: `serverFailed` where the answer is not complete.
  package mutating func finish() throws(InferenceError) -> [GenerationEvent] {
    if hasFinished { return [] }
    guard let reason else {
      throw InferenceError(
        .serverFailed, "could not read the server's answer: the stream ends before the answer does",
        remedy: "See the server's log; it may have stopped or run out of memory.")
    }
    hasFinished = true
    return (usage.map { [.usage($0)] } ?? []) + [.finished(reason)]
  }

  private mutating func read(_ value: JSONValue, _ events: inout [GenerationEvent]) throws(InferenceError) {
    guard case .object(let choice) = value else { throw Self.malformed("a choice is \(value.typeName), not an object") }
    if let index = choice["index"], !index.isNull, index != 0 {
      throw Self.malformed("it has several choices, one was asked for")
    }
    let delta = choice["delta"] ?? .null
    switch delta["content"] {
    case nil, .null?, .string("")?: break
    case .string(let text)?:
      try requireUnfinished()
      events.append(.text(text))
    default: throw Self.malformed("the content of a chunk is no text")
    }
    switch delta["tool_calls"] {
    case nil, .null?: break
    case .array(let deltas)?: for delta in deltas { try readCall(delta, &events) }
    default: throw Self.malformed("the tool calls of a chunk are no array")
    }
    switch choice["finish_reason"] {
    case nil, .null?: break
    case .string(let reason)? where self.reason == nil: events += try end(reason)
    case .string?: break
    default: throw Self.malformed("a finish reason is no text")
    }
  }

  private func requireUnfinished() throws(InferenceError) {
    guard reason == nil else { throw Self.malformed("it goes on after its finish reason") }
  }

  private mutating func readCall(_ delta: JSONValue, _ events: inout [GenerationEvent]) throws(InferenceError) {
    guard case .object(let object) = delta else { throw Self.malformed("a tool call is no object") }
    try requireUnfinished()
    let index: Int
    switch object["index"] {
    // Without an index a new identity begins a new call.
    case nil, .null?: index = object["id"]?.stringValue == nil ? max(0, calls.count - 1) : calls.count
    case let value?:
      guard let number = value.integerValue, (0..<1024).contains(number) else {
        throw Self.malformed("the index of a tool call is not 0 to 1023")
      }
      index = Int(number)
    }
    let place: Int
    if let known = calls.firstIndex(where: { $0.index == index }) {
      place = known
    } else {
      // No server takes a limit of calls; those beyond it are left out.
      guard calls.count < maximumCalls else { return }
      calls.append(StreamedCall(index: index))
      place = calls.count - 1
    }
    guard try calls[place].append(delta), let name = calls[place].name else { return }
    try requireOnOffer(name)
    events.append(.toolCallBegun(name: name))
  }

  private func requireOnOffer(_ name: String) throws(InferenceError) {
    let isWanted =
      switch choice {
      case .none: false
      case .named(let wanted): wanted == name
      case .auto, .required: true
      }
    guard isWanted, schemas[name] != nil else {
      // The name is the model's own text; only a valid one is repeated.
      let shown = ToolDefinition.isValidName(name) ? name : "a tool"
      throw InferenceError(
        .serverFailed, "could not take the model's call of \(shown): it is not on offer",
        remedy: "Ask again, or use a model that is better at calling tools.", miscalledTool: shown)
    }
  }

  private mutating func end(_ written: String) throws(InferenceError) -> [GenerationEvent] {
    let isCut: Bool
    switch written {
    case "length", "max_tokens", "model_length": isCut = true
    case "content_filter", "error", "abort":
      throw InferenceError(
        .serverFailed, "the server broke its answer off: \(written)", remedy: "See the server's log.")
    default: isCut = false
    }
    var events: [GenerationEvent] = []
    for call in calls.sorted(by: { $0.index < $1.index }) {
      guard let name = call.name, let schema = schemas[name] else {
        if isCut { continue }
        throw Self.malformed("a tool call has no name")
      }
      let arguments: JSONObject
      do {
        arguments = try call.checkedArguments(schema)
      } catch {
        if isCut { continue }
        throw error
      }
      events.append(
        .toolCall(ToolCall(id: identity(call.id), name: name, arguments: arguments, origin: .model)))
    }
    if events.isEmpty, !isCut {
      switch choice {
      case .required, .named:
        throw InferenceError(
          .serverFailed, "could not take the server's answer: it calls no tool, although one was required",
          remedy: "Use a server and a model that support tool_choice.")
      case .auto, .none: break
      }
    }
    reason = isCut ? .length : events.isEmpty ? .stop : .toolCalls
    return events
  }

  private mutating func identity(_ given: String?) -> String {
    if let given, takenIDs.insert(given).inserted { return given }
    while true {
      let id = newCallID()
      if takenIDs.insert(id).inserted { return id }
    }
  }

  private mutating func readUsage(_ value: JSONValue?) {
    guard let prompt = count(value?["prompt_tokens"]), let completion = count(value?["completion_tokens"]) else {
      return
    }
    let cached = count(value?["prompt_tokens_details"]?["cached_tokens"]) ?? 0
    usage = GenerationUsage(
      promptTokens: prompt, cachedTokens: min(cached, prompt), completionTokens: completion, forcedTokens: 0)
  }

  /// A number of tokens that a computer can have written; anything else counts as not said.
  private func count(_ value: JSONValue?) -> Int? {
    value?.integerValue.flatMap { (0...Int64(Int32.max)).contains($0) ? Int($0) : nil }
  }

  private static func failure(_ chunk: JSONValue, _ data: [UInt8]) -> InferenceError {
    let said = ServerMessage.text(of: chunk).map { ": \($0)" } ?? ""
    return InferenceError(
      ServerMessage.saysContextExceeded(data) ? .contextExceeded : .serverFailed,
      "the server broke its answer off\(said)",
      remedy: "See the server's log.")
  }

  static func malformed(_ reason: String) -> InferenceError {
    InferenceError(
      .serverFailed, "could not read the server's answer: \(reason)",
      remedy: "Check that the address is that of an OpenAI-compatible server.")
  }
}
