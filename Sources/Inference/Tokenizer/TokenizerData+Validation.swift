extension TokenizerData {
  /// What a vocabulary may hold. Real ones have at most 262,144 tokens of at most a few hundred bytes and half a million
  /// merges.
  static let maximumTokens = 1 << 21
  static let maximumTokenBytes = 4096
  static let maximumMerges = 1 << 22
  /// Of control and user-defined tokens: one, and all together. Gemma's 6,400 take 70 KB.
  static let maximumSpecialBytes = 512
  static let maximumSpecialBytesTogether = 1 << 20

  /// Checks counts, sizes and ids; merges that name no tokens are not an error, because nothing can come of them.
  func validate() throws(InferenceError) {
    let count = tokens.count
    guard (1...Self.maximumTokens).contains(count) else {
      throw Self.invalid("tokenizer.ggml.tokens has \(count) entries, 1 to \(Self.maximumTokens) are allowed")
    }
    guard types.count == count else {
      throw Self.invalid("tokenizer.ggml.token_type has \(types.count) entries for \(count) tokens")
    }
    guard merges.count <= Self.maximumMerges else {
      throw Self.invalid("tokenizer.ggml.merges has \(merges.count) entries, at most \(Self.maximumMerges) are allowed")
    }
    for index in tokens.indices where tokens.range(index).count > Self.maximumTokenBytes {
      throw Self.invalid(
        "token \(index) is \(tokens.range(index).count) bytes long, at most \(Self.maximumTokenBytes) are allowed")
    }
    for index in merges.indices where merges.range(index).count > 4 * Self.maximumTokenBytes {
      throw Self.invalid(
        "merge \(index) is \(merges.range(index).count) bytes long, at most \(4 * Self.maximumTokenBytes) are allowed")
    }
    var specialBytes = 0
    for index in tokens.indices where types[index] == .control || types[index] == .userDefined {
      let size = tokens.range(index).count
      specialBytes += size
      guard size <= Self.maximumSpecialBytes, specialBytes <= Self.maximumSpecialBytesTogether else {
        throw Self.invalid(
          """
          the control or user-defined token \(index) is \(size) bytes long, and all up to it are \(specialBytes); at \
          most \(Self.maximumSpecialBytes) and \(Self.maximumSpecialBytesTogether) are allowed
          """)
      }
    }
    if model == .spm {
      guard scores.count == count else {
        throw Self.invalid("tokenizer.ggml.scores has \(scores.count) entries for \(count) tokens")
      }
      if let index = scores.firstIndex(where: { !$0.isFinite }) {
        throw Self.invalid("the score of token \(index) is \(scores[index]), only finite ones are allowed")
      }
    }
    let ids: [(key: String, id: TokenID?)] = [
      ("bos", bos), ("eos", eos), ("eot", eot), ("eom", eom), ("unknown", unknown), ("padding", padding),
    ]
    for (key, id) in ids {
      if let id, !(0..<TokenID(count)).contains(id) {
        throw Self.invalid("tokenizer.ggml.\(key)_token_id is \(id), 0 to \(count - 1) are allowed")
      }
    }
  }

  private static func invalid(_ reason: String) -> InferenceError {
    InferenceError(
      .fileInvalid, "could not build the tokenizer: \(reason)",
      remedy: "The model file is damaged or was converted wrongly; download or convert it again.")
  }
}
