import ArgumentParser
import Inference
import Tools

struct ModelTokenize: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize", abstract: "Show the tokens of a text.",
    discussion: """
      Text never becomes a control token, whatever it says; --special is for looking at prompts by hand.

        earshot model tokenize model.gguf "turn on the light"
      """)

  @OptionGroup var model: ModelArgument
  @Argument(help: "The text; - reads standard input.") var text: String
  @Flag(help: "Begin with the token that begins prompts.") var bos = false
  @Flag(help: "Take the names of control tokens in the text for these tokens.") var special = false
  @Flag(help: "One JSON object.") var json = false

  func run() throws {
    let tokenizer = try openingModel { try ModelFile(try model.path).tokenizer }
    let bytes = text == "-" ? try readStandardInput() : Array(text.utf8)
    let tokens = (bos ? [tokenizer.bos].compactMap { $0 } : []) + tokenizer.encode(bytes, parsingSpecials: special)
    if json {
      out(JSONValue.object(["tokens": .array(tokens.map { .integer(Int64($0)) })]).text())
      return
    }
    for token in tokens {
      let name = String(decoding: tokenizer.tokenNames[Int(token)], as: UTF8.self)
      out("\(token)\t\(JSONValue.string(name).text())")
    }
  }
}
