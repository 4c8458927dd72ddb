public import Tools

extension GenerationRequest {
  /// This request as the body of a streamed chat completion, with the usage asked for at its end.
  ///
  /// Sampling options that OpenAI does not have (`top_k`, `min_p`, `repetition_penalty` for vLLM, `repeat_penalty` and
  /// `repeat_last_n` for llama.cpp's server) are written only where they differ from "off", because other servers refuse
  /// unknown keys. `logit_bias` counts in the tokens of the server's model.
  /// - Throws: `requestInvalid` for what no server could carry out.
  public func openAI(model: String) throws(InferenceError) -> JSONValue {
    try requireSensible()
    var body: JSONObject = [
      "model": .string(model), "messages": .array(placed.map(\.openAI)), "stream": true,
      "stream_options": ["include_usage": true], "max_tokens": .integer(Int64(maximumTokens)),
    ]
    if !tools.isEmpty {
      body["tools"] = .array(tools.map(\.openAI))
      body["tool_choice"] = toolChoice.openAI
      body["parallel_tool_calls"] = .bool(maximumCalls > 1)
    }
    let stop = stop.filter { !$0.isEmpty }
    if !stop.isEmpty { body["stop"] = .array(stop.map { .string($0) }) }
    for (key, value) in sampling.openAI { body[key] = value }
    return .object(body)
  }

  /// The messages with the situation in its place.
  private var placed: [ChatMessage] {
    var messages = messages
    if let index = messages.lastIndex(where: { if case .user = $0 { true } else { false } }),
      case .user(let text) = messages[index]
    {
      messages[index] = .user(Conversation.joined(situation, text))
    }
    return messages
  }

  private func requireSensible() throws(InferenceError) {
    func refuse(_ what: String, _ remedy: String) -> InferenceError {
      InferenceError(.requestInvalid, "could not ask the server: \(what)", remedy: remedy)
    }
    guard !messages.isEmpty else { throw refuse("there are no messages", "Give one message or more.") }
    guard maximumTokens >= 1, maximumCalls >= 1 else {
      throw refuse("at most \(maximumTokens) tokens and \(maximumCalls) calls are wanted", "Allow one of each or more.")
    }
    switch toolChoice {
    case .required where tools.isEmpty: throw refuse("a call is required of no tools", "Offer a tool.")
    case .named(let name) where !tools.contains(where: { $0.name == name }):
      throw refuse("the tool that is to be called is not on offer", "Offer it, or choose another.")
    default: break
    }
    let numbers = [sampling.temperature, sampling.topP, sampling.minP, sampling.repetitionPenalty]
    guard (numbers + sampling.logitBias.values).allSatisfy(\.isFinite) else {
      throw refuse("a sampling option is not a number", "Choose a number in its range.")
    }
  }
}

extension SamplingOptions {
  fileprivate var openAI: JSONObject {
    var keys: JSONObject = ["temperature": Self.number(temperature)]
    if topP != 1 { keys["top_p"] = Self.number(topP) }
    if topK > 0 { keys["top_k"] = .integer(Int64(topK)) }
    if minP > 0 { keys["min_p"] = Self.number(minP) }
    if repetitionPenalty != 1 {
      keys["repetition_penalty"] = Self.number(repetitionPenalty)
      keys["repeat_penalty"] = Self.number(repetitionPenalty)
      keys["repeat_last_n"] = .integer(Int64(repetitionWindow))
    }
    // llama.cpp's server reads 32 bits, others a signed 64-bit number.
    if let seed { keys["seed"] = .integer(Int64(seed & 0x7FFF_FFFF)) }
    if !logitBias.isEmpty {
      let sorted = logitBias.sorted { $0.key < $1.key }
      keys["logit_bias"] = .object(
        JSONObject(sorted.map { (String($0.key), Self.number($0.value)) }, uniquingKeysWith: { first, _ in first }))
    }
    return keys
  }

  /// 0.7 and not 0.699999988079071.
  private static func number(_ value: Float) -> JSONValue { .number(Double(value.description) ?? Double(value)) }
}
