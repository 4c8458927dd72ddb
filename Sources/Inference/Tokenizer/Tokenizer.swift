/// Text to tokens and tokens to bytes, for one model's vocabulary.
///
/// Immutable; safe to use from any thread. Memory: about three times the vocabulary's texts plus 24 bytes a merge.
public final class Tokenizer: Sendable {
  public let model: TokenizerData.Model
  /// The tokens' types, by id.
  public let types: [TokenizerData.TokenType]
  /// What each token writes, by id: raw bytes, with spaces as spaces. Control, unknown and unused tokens write
  /// nothing. This is the table that a constraint walks.
  public let tokenBytes: ByteStrings
  /// What each token is called, by id: as `tokenBytes`, and for tokens that write nothing the text in the file.
  public let tokenNames: ByteStrings
  public let bos: TokenID?
  public let eos: TokenID?
  public let unknown: TokenID?
  public let padding: TokenID?
  /// Whether a prompt begins with `bos`.
  public let addsBOS: Bool
  public let addsEOS: Bool
  /// Whether a text that begins a prompt or follows a control token is encoded with a space before it.
  public let addsSpacePrefix: Bool
  /// The tokens that end a generation, ascending: `eos`, end of turn, end of message, and tokens with well-known names.
  public let endOfGeneration: [TokenID]

  private enum Encoder { case spm(SPMEncoder), bytePair(BytePairEncoder) }
  private let encoder: Encoder
  private let specials: SpecialTokens
  private let named: [[UInt8]: TokenID]

  /// Texts that end a generation in the vocabularies in use.
  private static let endings: Set<String> = [
    "</s>", "<|eot_id|>", "<|eom_id|>", "<|end_of_text|>", "<|im_end|>", "<|endoftext|>", "<|end|>", "<end_of_turn>",
    "<eos>", "<|return|>", "<|call|>",
  ]

  /// Checks everything and builds the tables.
  /// - Throws: `fileInvalid` with the value and the allowed range, `unsupported` for a pre-tokeniser that is not known.
  public init(_ data: TokenizerData) throws(InferenceError) {
    try data.validate()
    model = data.model
    types = data.types
    bos = data.bos
    eos = data.eos
    unknown = data.unknown
    padding = data.padding
    addsBOS = data.addBOS
    addsEOS = data.addEOS
    addsSpacePrefix = data.model == .spm && data.addSpacePrefix

    let texts = TokenTexts(data)
    tokenBytes = texts.bytes
    tokenNames = texts.names
    (specials, named) = Self.specials(data, texts.names)
    endOfGeneration = Self.endOfGeneration(data, texts.names)

    switch data.model {
    case .spm:
      // User-defined tokens are cut out before; those that are withheld must not be merged again.
      let index = TokenIndex(data.tokens) { data.types[$0] == .normal || data.types[$0] == .unused }
      encoder = .spm(SPMEncoder(data, index: index, byteTokens: texts.byteTokens))
    case .bytePair:
      let name = data.preTokenizer ?? "gpt-2"
      guard let preTokenizer = PreTokenizer(name: name) else {
        let known = PreTokenizer.allCases.map(\.rawValue).joined(separator: ", ")
        throw InferenceError(
          .unsupported, "could not build the tokenizer: tokenizer.ggml.pre is \(name), which is not known",
          remedy: "Use a model with one of these pre-tokenisers: \(known).")
      }
      let index = TokenIndex(texts.bytes) { data.types[$0] == .normal }
      encoder = .bytePair(BytePairEncoder(data, preTokenizer: preTokenizer, index: index))
    }
  }

  /// Number of tokens.
  public var count: Int { types.count }

  /// The control or user-defined token with exactly this text.
  public func special(_ text: String) -> TokenID? { named[Array(text.utf8)] }

  public func endsGeneration(_ token: TokenID) -> Bool { endOfGeneration.contains(token) }

  // MARK: Encoding

  /// Tokens of a text; without `bos`.
  ///
  /// The bytes may be broken UTF-8: each maximal part of an ill-formed sequence counts as U+FFFD (Python's
  /// `errors="replace"`). No control token ever comes of text, unless `parsingSpecials` asks for it. Takes
  /// O(n log n) time and memory proportional to the text.
  /// - Parameters:
  ///   - parsingSpecials: take the texts of control tokens for these tokens. Never for text from outside.
  ///   - withholding: user-defined tokens that must not come of this text either, such as a chat format's markers.
  public func encode(
    _ bytes: [UInt8], parsingSpecials: Bool = false, withholding: Set<TokenID> = []
  ) -> [TokenID] {
    var text = UTF8Repair.repaired(bytes)
    // SentencePiece takes this character for a space.
    if model == .spm, text.contains(SPMEncoder.space[0]) { text = TokenTexts.replacingSpaces(text[...]) }
    var output: [TokenID] = []
    output.reserveCapacity(text.count / 3 + 4)
    var start = 0
    var index = 0
    while index < text.count {
      let match = specials.match(text, at: index) { token in
        // Some converters call the end of an answer user-defined; no text may write it.
        (parsingSpecials || types[Int(token)] == .userDefined && !endsGeneration(token)) && !withholding.contains(token)
      }
      guard let match else {
        index += 1
        continue
      }
      encodeText(text, start..<index, into: &output)
      output.append(match.token)
      index += match.length
      start = index
    }
    encodeText(text, start..<text.count, into: &output)
    return output
  }

  /// Tokens of a text, as the other `encode`.
  public func encode(_ text: String, parsingSpecials: Bool = false, withholding: Set<TokenID> = []) -> [TokenID] {
    encode(Array(text.utf8), parsingSpecials: parsingSpecials, withholding: withholding)
  }

  private func encodeText(_ bytes: [UInt8], _ range: Range<Int>, into output: inout [TokenID]) {
    guard !range.isEmpty else { return }
    switch encoder {
    case .spm(let encoder): encoder.encode(bytes, range, into: &output)
    case .bytePair(let encoder): encoder.encode(bytes, range, into: &output)
    }
  }

  // MARK: Decoding

  /// All bytes that the tokens write. Ids outside the vocabulary write nothing.
  /// - Parameter showingSpecials: write the names of control tokens too.
  public func decode(_ tokens: some Sequence<TokenID>, showingSpecials: Bool = false) -> [UInt8] {
    var detokenizer = Detokenizer(self, showingSpecials: showingSpecials)
    var output: [UInt8] = []
    for token in tokens { output += detokenizer.append(token) }
    return output + detokenizer.finish()
  }
}

extension Tokenizer {
  private static func specials(_ data: TokenizerData, _ names: ByteStrings) -> (SpecialTokens, [[UInt8]: TokenID]) {
    var specials = SpecialTokens()
    var named: [[UInt8]: TokenID] = [:]
    for index in names.indices where data.types[index] == .control || data.types[index] == .userDefined {
      let name = names[index]
      // Well-formed names only: text is well-formed before it is searched.
      guard !name.isEmpty, UTF8Repair.repaired(Array(name)).elementsEqual(name) else { continue }
      specials.insert(name, token: TokenID(index))
      named[Array(name)] = TokenID(index)
    }
    return (specials, named)
  }

  private static func endOfGeneration(_ data: TokenizerData, _ names: ByteStrings) -> [TokenID] {
    var ids = Set([data.eos, data.eot, data.eom].compactMap { $0 })
    for index in names.indices where data.types[index] == .control || data.types[index] == .userDefined {
      let name = names[index]
      if name.count <= 32, endings.contains(String(decoding: name, as: UTF8.self)) { ids.insert(TokenID(index)) }
    }
    return ids.sorted()
  }
}
