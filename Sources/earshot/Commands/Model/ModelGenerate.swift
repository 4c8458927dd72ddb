import ArgumentParser
import Inference
import Tools

struct ModelGenerate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Let a model write one answer.",
    discussion: """
      With --messages the answer is one of a conversation, and calls of the tools on offer always parse and keep their \
      schemas. With --prompt the text is taken as it stands and continued.

        earshot model generate model.gguf --messages messages.json --tools tools.json --tool-choice required --json
        earshot model generate model.gguf --prompt "Once upon a time" --max-tokens 50
      """)

  @OptionGroup var options: ModelOptions
  @OptionGroup var conversation: ConversationFiles
  @OptionGroup var format: FormatOption
  @OptionGroup var sampling: SamplingFlags
  @Option(help: "A text to continue.") var prompt: String?
  @Option(help: ArgumentHelp("auto, none, required, or the name of one tool.", valueName: "choice")) var toolChoice =
    "auto"
  @Option(help: ArgumentHelp("The answer ends before this text. May be repeated.", valueName: "text")) var stop:
    [String] = []
  @Flag(help: "Do not guess ahead what stood once already. The answer is the same; for measuring what guessing saves.")
  var noGuessing = false
  @Flag(help: "One JSON object.") var json = false

  func validate() throws {
    guard (prompt == nil) != (conversation.messages == nil) else {
      throw ValidationError("give either --prompt TEXT or --messages FILE")
    }
  }

  func run() async throws {
    let tools = try conversation.readTools()
    let messages = try conversation.readMessages()
    let model = try await LoadedModel.load(
      try options.file, options.running, format: try format.chosen(), guessesAhead: !noGuessing,
      terminal: Terminal(environment: processEnvironment()))
    let request = GenerationRequest(
      messages: messages ?? [], tools: tools, toolChoice: choice, maximumTokens: sampling.maxTokens,
      sampling: sampling.options, stop: stop)
    let answer = prompt.map { model.complete($0, as: request) } ?? model.generate(request)
    var text = ""
    var calls: [ToolCall] = []
    var usage: GenerationUsage?
    var reason = FinishReason.stop
    do {
      for try await event in answer {
        switch event {
        case .begun, .toolCallBegun: break
        case .text(let piece):
          text += piece
          if !json { ModelChat.write(piece) }
        case .toolCall(let call):
          calls.append(call)
          if !json { out("\(call.name) \(JSONValue.object(call.arguments).text())") }
        case .usage(let taken): usage = taken
        case .finished(let finished): reason = finished
        }
      }
    } catch let error as InferenceError { throw CommandFailure(error) }
    if json { out(object(text, calls, usage, reason).text()) } else if !text.isEmpty { out("") }
  }

  private var choice: ToolChoice {
    switch toolChoice {
    case "auto": .auto
    case "none": .none
    case "required": .required
    default: .named(toolChoice)
    }
  }

  private func object(
    _ text: String, _ calls: [ToolCall], _ usage: GenerationUsage?, _ reason: FinishReason
  ) -> JSONValue {
    [
      "text": .string(text),
      "tool_calls": .array(
        calls.map { call in
          [
            "id": .string(call.id), "name": .string(call.name), "arguments": .object(call.arguments),
            "confidence": call.confidence.map { .number($0) } ?? .null,
          ]
        }),
      "finish_reason": .string(reason.rawValue),
      "usage": [
        "prompt_tokens": .integer(Int64(usage?.promptTokens ?? 0)),
        "cached_tokens": .integer(Int64(usage?.cachedTokens ?? 0)),
        "completion_tokens": .integer(Int64(usage?.completionTokens ?? 0)),
        "forced_tokens": .integer(Int64(usage?.forcedTokens ?? 0)),
        "guessed_tokens": .integer(Int64(usage?.guessedTokens ?? 0)),
      ],
    ]
  }
}
