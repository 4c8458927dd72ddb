import Inference
import TestSupport
import Testing

@Suite struct OpenAIFuzzingTests {
  private let conversations = [
    #"[{"role":"user","content":"a"},{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},{"role":"tool","tool_call_id":"a","content":"{\"error\":1}"}]"#,
    #"[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object","properties":{}}}}]"#,
    #"{"type":"function","function":{"name":"f"}}"#,
  ]
  private let streams = [
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"é\"}}]}\n\ndata: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\ndata: [DONE]\n\n",
    "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"set_light\",\"arguments\":\"{\\\"on\\\":\"}}]}}]}\r\n\r\ndata: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"true}\"}}]}}]}\r\rdata: {\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n",
  ]

  /// The entry points trap where they find a fault, so that returning is what is tested.
  @Test func mutatedBytesPassTheFuzzersEntryPoints() {
    var generator = SeededGenerator(seed: 8)
    for round in 0..<4_000 {
      var conversation = Array(conversations[round % conversations.count].utf8)
      var stream = Array(streams[round % streams.count].utf8)
      for _ in 0...round % 3 {
        conversation.mutate(using: &generator)
        stream.mutate(using: &generator)
      }
      OpenAIFuzzing.messages(conversation.span)
      OpenAIFuzzing.stream(stream.span)
    }
  }
}
