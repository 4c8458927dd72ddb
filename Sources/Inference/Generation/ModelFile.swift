/// A model file with its tokenizer and chat format: what is needed to read prompts, without the weights at work.
public struct ModelFile: Sendable {
  public let file: GGUFFile
  public let tokenizer: Tokenizer
  /// Nil where no format was named and the file speaks for none: then there are no conversations, only text.
  public internal(set) var template: ChatTemplate?
  public let information: ModelInformation

  /// - Parameter format: nil: the file tells.
  /// - Throws: ``InferenceError`` for a file that is no sound model, or a format that its vocabulary cannot write.
  public init(_ path: String, format: ChatFormat? = nil) throws(InferenceError) {
    file = try GGUFFile(path: path)
    tokenizer = try Tokenizer(TokenizerData(metadata: file.metadata))
    let evidence = ChatFormatEvidence(metadata: file.metadata)
    if let format {
      template = try ChatTemplate(format, tokenizer: tokenizer)
    } else if let told = try? ChatFormat(evidence, tokenizer: tokenizer) {
      template = try? ChatTemplate(told, tokenizer: tokenizer)
    } else {
      template = nil
    }
    information = ModelInformation(file, tokenizer: tokenizer, format: template?.format)
  }

  /// The way to write conversations.
  /// - Throws: `unsupported` where there is none.
  public func requireTemplate() throws(InferenceError) -> ChatTemplate {
    if let template { return template }
    let known = ChatFormat.allCases.map(\.rawValue).joined(separator: ", ")
    throw InferenceError(
      .unsupported,
      "could not tell how \(information.name) reads conversations: its vocabulary has none of the known markers",
      remedy: "Name one of these as its chat format: \(known).")
  }
}
