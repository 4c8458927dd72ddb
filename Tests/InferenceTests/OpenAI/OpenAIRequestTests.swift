import Testing
import Tools

@testable import Inference

@Suite struct OpenAIRequestTests {
  private let tool = ToolDefinition(name: "f", description: "d", parameters: ToolDefinition.noParameters)

  @Test func aPlainRequestHoldsNothingThatOtherServersRefuse() throws {
    let body = try GenerationRequest(messages: [.user("Hi")], tools: [], maximumTokens: 20).openAI(model: "m")
    #expect(
      body == [
        "model": "m", "messages": [["role": "user", "content": "Hi"]], "stream": true,
        "stream_options": ["include_usage": true], "max_tokens": 20, "temperature": 0.0,
      ])
  }

  @Test func everyOptionIsWritten() throws {
    let sampling = SamplingOptions(
      temperature: 0.7, topK: 40, topP: 0.9, minP: 0.05, repetitionPenalty: 1.1, repetitionWindow: 32,
      logitBias: [7: -100, 3: 1.5], seed: 0xFFFF_FFFF_8000_0001)
    let request = GenerationRequest(
      messages: [.user("Hi")], tools: [tool], toolChoice: .named("f"), maximumCalls: 1, maximumTokens: 20,
      sampling: sampling, stop: ["", "END"])
    let body = try request.openAI(model: "m")
    #expect(body["tools"] == [tool.openAI])
    #expect(body["tool_choice"] == ["type": "function", "function": ["name": "f"]])
    #expect(body["parallel_tool_calls"] == false)
    #expect(body["stop"] == ["END"])
    #expect(body["temperature"] == 0.7)
    #expect(body["top_p"] == 0.9)
    #expect(body["top_k"] == 40)
    #expect(body["min_p"] == 0.05)
    #expect(body["repetition_penalty"] == 1.1)
    #expect(body["repeat_penalty"] == 1.1)
    #expect(body["repeat_last_n"] == 32)
    #expect(body["seed"] == 1)
    #expect(body["logit_bias"] == ["3": 1.5, "7": -100.0])
  }

  @Test func theSituationStandsBeforeTheLastWordsOfTheUser() throws {
    let request = GenerationRequest(
      messages: [.user("Hi"), .assistant(text: "Yes?", calls: []), .user("Lights")], situation: "It is 7.", tools: [],
      maximumTokens: 20)
    let contents = try request.openAI(model: "m")["messages"]?.arrayValue?.map { $0["content"] }
    #expect(contents == ["Hi", "Yes?", "It is 7.\n\nLights"])
  }

  @Test(arguments: [
    GenerationRequest(messages: [], tools: [], maximumTokens: 1),
    GenerationRequest(messages: [.user("")], tools: [], maximumTokens: 0),
    GenerationRequest(messages: [.user("")], tools: [], maximumCalls: 0, maximumTokens: 1),
    GenerationRequest(messages: [.user("")], tools: [], toolChoice: .required, maximumTokens: 1),
    GenerationRequest(messages: [.user("")], tools: [], toolChoice: .named("f"), maximumTokens: 1),
    GenerationRequest(messages: [.user("")], tools: [], maximumTokens: 1, sampling: SamplingOptions(temperature: .nan)),
    GenerationRequest(
      messages: [.user("")], tools: [], maximumTokens: 1, sampling: SamplingOptions(logitBias: [1: .infinity])),
  ])
  func whatNoServerCanCarryOutIsRefused(request: GenerationRequest) {
    let error = #expect(throws: InferenceError.self) { try request.openAI(model: "m") }
    #expect(error?.code == .requestInvalid)
  }
}
