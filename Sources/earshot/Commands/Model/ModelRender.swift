import ArgumentParser
import Inference
import Tools

struct ModelRender: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "render", abstract: "Show a conversation as the model reads it.",
    discussion: """
      earshot model render model.gguf --messages messages.json --tools tools.json
      """)

  @OptionGroup var model: ModelArgument
  @OptionGroup var conversation: ConversationFiles
  @OptionGroup var format: FormatOption
  @Option(help: "What changes from turn to turn, such as the time.") var context = ""
  @Flag(help: "One JSON object.") var json = false

  func validate() throws {
    guard conversation.messages != nil else { throw ValidationError("give the messages with --messages FILE") }
  }

  func run() throws {
    let messages = try conversation.readMessages() ?? []
    let tools = try conversation.readTools()
    let (prompt, text) = try openingModel {
      let model = try ModelFile(try model.path, format: try format.chosen())
      let prompt = try model.requireTemplate().render(messages, tools: tools, context: context)
      return (prompt, model.tokenizer.decode(prompt.tokens, showingSpecials: true))
    }
    let shown = String(decoding: text, as: UTF8.self)
    if json {
      let object: JSONValue = [
        "tokens": .array(prompt.tokens.map { .integer(Int64($0)) }), "text": .string(shown),
        "stable_tokens": .integer(Int64(prompt.stableCount)),
      ]
      out(object.text())
    } else {
      out(shown)
      note("\(prompt.tokens.count) tokens, the first \(prompt.stableCount) of which stay the same between turns")
    }
  }
}
