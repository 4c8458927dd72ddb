/// A tokenizer as a model file stores it: plain values that nobody has checked yet.
///
/// Texts of tokens and merges are written as GGUF writes them: for `bytePair` each byte of a normal token stands as
/// a printable character (`ByteAlphabet`), for `spm` a space stands as `▁` (U+2581).
public struct TokenizerData: Hashable, Sendable {
  /// How text becomes tokens.
  public enum Model: String, Hashable, Sendable, CaseIterable {
    /// SentencePiece's byte-pair model: characters are merged by score (Mistral's first vocabularies, Llama 2, Gemma).
    case spm
    /// Byte-level byte-pair encoding: words of a regular expression are merged by rank.
    case bytePair
  }

  /// What a token is; the raw values are GGUF's.
  public enum TokenType: UInt8, Hashable, Sendable, CaseIterable {
    case normal = 1
    case unknown = 2
    /// Has no text: only the engine writes it.
    case control = 3
    /// Is cut out of every text before anything else.
    case userDefined = 4
    /// Takes a place in the vocabulary and is never produced.
    case unused = 5
    /// One raw byte, written `<0xXX>`.
    case byte = 6
  }

  public var model: Model
  /// Name of the regular expression that splits text before merging; only `bytePair` uses it.
  public var preTokenizer: String?
  public var tokens: ByteStrings
  /// One score a token; the higher, the earlier it is merged. Only `spm` uses it.
  public var scores: [Float]
  public var types: [TokenType]
  /// `left right`, the earlier, the sooner merged. Only `bytePair` uses it.
  public var merges: ByteStrings
  public var bos: TokenID?
  public var eos: TokenID?
  /// End of a turn.
  public var eot: TokenID?
  /// End of a message after which the same speaker goes on.
  public var eom: TokenID?
  public var unknown: TokenID?
  public var padding: TokenID?
  /// Whether a prompt begins with `bos`.
  public var addBOS: Bool
  public var addEOS: Bool
  /// Whether a text that begins a prompt or follows a control token is encoded with a space before it (`spm`).
  public var addSpacePrefix: Bool

  public init(
    model: Model, preTokenizer: String? = nil, tokens: ByteStrings, scores: [Float] = [], types: [TokenType],
    merges: ByteStrings = ByteStrings(), bos: TokenID? = nil, eos: TokenID? = nil, eot: TokenID? = nil,
    eom: TokenID? = nil, unknown: TokenID? = nil, padding: TokenID? = nil, addBOS: Bool = false,
    addEOS: Bool = false, addSpacePrefix: Bool = false
  ) {
    self.model = model
    self.preTokenizer = preTokenizer
    self.tokens = tokens
    self.scores = scores
    self.types = types
    self.merges = merges
    self.bos = bos
    self.eos = eos
    self.eot = eot
    self.eom = eom
    self.unknown = unknown
    self.padding = padding
    self.addBOS = addBOS
    self.addEOS = addEOS
    self.addSpacePrefix = addSpacePrefix
  }

  /// What text becomes that no token writes: ``unknown``, unless that is a token that text must never become.
  var unknownText: TokenID? {
    guard let unknown, ![bos, eos, eot, eom].contains(unknown) else { return nil }
    switch types[Int(unknown)] {
    case .unknown, .normal: return unknown
    case .control, .userDefined, .unused, .byte: return nil
    }
  }
}
