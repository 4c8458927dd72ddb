import Synchronization
import Tools

/// What a fuzzer calls with arbitrary bytes; each returns for every input, and traps where a promise is broken.
public enum OpenAIFuzzing {
  /// JSON text as messages, tools and tool choice: what is accepted is written and read back equal.
  public static func messages(_ bytes: Span<UInt8>) {
    guard let value = try? JSONValue(parsing: bytes) else { return }
    if let messages = try? ChatMessage.list(openAI: value) {
      let again = try? ChatMessage.list(openAI: .array(messages.map(\.openAI)))
      precondition(again == messages, "messages did not read back equal")
    }
    if let tools = try? ToolDefinition.list(openAI: value) {
      precondition(
        (try? ToolDefinition.list(openAI: .array(tools.map(\.openAI)))) == tools, "tools did not read back equal")
    }
    if let choice = try? ToolChoice(openAI: value) {
      precondition((try? ToolChoice(openAI: choice.openAI)) == choice, "a tool choice did not read back equal")
    }
  }

  /// The body of a streamed answer, first in one piece and then in pieces as long as its first byte says: how it is cut
  /// changes neither events nor error, and what comes out keeps what ``GenerationEvent`` promises.
  public static func stream(_ bytes: Span<UInt8>) {
    var body: [UInt8] = []
    body.reserveCapacity(bytes.count)
    for index in bytes.indices { body.append(bytes[index]) }
    let whole = answer(body, pieceLength: max(1, body.count))
    let cut = answer(body, pieceLength: Int(body.first ?? 0) % 7 + 1)
    precondition(whole == cut, "an answer depends on how it is cut")
    for (index, event) in whole.events.enumerated() {
      switch event {
      case .finished: precondition(index == whole.events.count - 1, "something follows the end")
      case .toolCall(let call):
        precondition(call.name == tool.name, "a call of another tool")
        precondition((try? tool.compiledParameters())?.accepts(.object(call.arguments)) == true, "a call does not fit")
      default: break
      }
    }
  }

  private static let tool = ToolDefinition(
    name: "set_light", description: "",
    parameters: [
      "type": "object", "properties": ["room": ["type": "string"], "on": ["type": "boolean"]], "required": ["on"],
      "additionalProperties": false,
    ])

  private final class Counter: Sendable {
    private let value = Atomic<Int>(0)
    func next() -> String { "new-\(value.wrappingAdd(1, ordering: .relaxed).newValue)" }
  }

  private struct Answer: Equatable {
    var events: [GenerationEvent] = []
    var error: InferenceError?
  }

  private static func answer(_ body: [UInt8], pieceLength: Int) -> Answer {
    var answer = Answer()
    let request = GenerationRequest(messages: [.user("?")], tools: [tool], maximumTokens: 100)
    var parser = ServerSentEventParser(maximumEventBytes: 4096)
    let identities = Counter()
    do throws(InferenceError) {
      var assembler = try ChatCompletionAssembler(request, newCallID: { identities.next() })
      var start = 0
      while start < body.count {
        let end = min(body.count, start + pieceLength)
        // An event is complete before an error of the bytes behind it, however they are cut.
        var failure: InferenceError?
        for event in parser.append(Array(body[start..<end]), failure: &failure) {
          answer.events += try assembler.append(event)
        }
        if let failure { throw failure }
        start = end
      }
      answer.events += try assembler.finish()
    } catch {
      answer.error = error
    }
    return answer
  }
}
