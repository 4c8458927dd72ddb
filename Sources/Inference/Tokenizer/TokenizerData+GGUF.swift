extension TokenizerData {
  /// The tokenizer of a model file, from its `tokenizer.ggml.…` keys. What the file leaves out is what llama.cpp takes
  /// for it.
  /// - Throws: `fileInvalid` where a key is missing or has a value outside its range, `unsupported` for another kind of
  ///   tokenizer. `Tokenizer.init` checks the rest.
  public init(metadata: GGUFMetadata) throws(InferenceError) {
    let name = metadata.string("tokenizer.ggml.model") ?? ""
    let model: Model
    switch name {
    case "llama": model = .spm
    case "gpt2": model = .bytePair
    default:
      throw InferenceError(
        .unsupported,
        "could not build the tokenizer: tokenizer.ggml.model is \"\(name)\", only llama and gpt2 are known",
        remedy: "Use a model with a SentencePiece or a byte-level byte-pair vocabulary.")
    }
    guard let tokens = metadata.strings("tokenizer.ggml.tokens") else {
      throw Self.missing("tokenizer.ggml.tokens")
    }
    var types: [TokenType] = Array(repeating: .normal, count: tokens.count)
    if let numbers = metadata.integers("tokenizer.ggml.token_type") {
      types = []
      types.reserveCapacity(numbers.count)
      for (index, number) in numbers.enumerated() {
        guard let type = UInt8(exactly: number).flatMap(TokenType.init(rawValue:)) else {
          throw Self.outside("tokenizer.ggml.token_type[\(index)]", "\(number)", "1 to 6 are")
        }
        types.append(type)
      }
    } else if metadata.contains("tokenizer.ggml.token_type") {
      throw Self.missing("tokenizer.ggml.token_type")
    }
    let preTokenizer = metadata.string("tokenizer.ggml.pre")
    let addsBOS = model == .spm || PreTokenizer(name: preTokenizer ?? "gpt-2")?.addsBOSByDefault ?? false
    self.init(
      model: model, preTokenizer: preTokenizer, tokens: tokens,
      scores: model == .spm ? metadata.numbers("tokenizer.ggml.scores") ?? [] : [], types: types,
      merges: model == .bytePair ? metadata.strings("tokenizer.ggml.merges") ?? ByteStrings() : ByteStrings(),
      bos: try Self.token("bos", in: metadata) ?? (model == .spm ? 1 : nil),
      eos: try Self.token("eos", in: metadata) ?? (model == .spm ? 2 : nil),
      eot: try Self.token("eot", in: metadata), eom: try Self.token("eom", in: metadata),
      unknown: try Self.token("unknown", in: metadata) ?? (model == .spm ? 0 : nil),
      padding: try Self.token("padding", in: metadata),
      addBOS: metadata.flag("tokenizer.ggml.add_bos_token") ?? addsBOS,
      addEOS: metadata.flag("tokenizer.ggml.add_eos_token") ?? false,
      addSpacePrefix: metadata.flag("tokenizer.ggml.add_space_prefix") ?? (model == .spm))
  }

  private static func token(_ name: String, in metadata: GGUFMetadata) throws(InferenceError) -> TokenID? {
    let key = "tokenizer.ggml.\(name)_token_id"
    guard let number = metadata.integer(key) else { return nil }
    guard let id = TokenID(exactly: number) else {
      // Some converters write "none" as the largest 32-bit number.
      if number == Int(UInt32.max) { return nil }
      throw outside(key, "\(number)", "0 to \(TokenID.max) are")
    }
    return id == -1 ? nil : id
  }

  private static func missing(_ key: String) -> InferenceError {
    InferenceError(
      .fileInvalid, "could not build the tokenizer: \(key) is missing or has another type than the format says",
      remedy: "The model file is damaged or was converted wrongly; download or convert it again.")
  }

  private static func outside(_ key: String, _ value: String, _ allowed: String) -> InferenceError {
    InferenceError(
      .fileInvalid, "could not build the tokenizer: \(key) is \(value), only \(allowed) allowed",
      remedy: "The model file is damaged or was converted wrongly; download or convert it again.")
  }
}

extension ChatFormatEvidence {
  /// What a model file's metadata say.
  public init(metadata: GGUFMetadata) {
    self.init(
      architecture: metadata.string("general.architecture") ?? "",
      names: ["general.name", "general.basename", "general.finetune"].compactMap { metadata.string($0) },
      template: metadata.string("tokenizer.chat_template"))
  }
}
