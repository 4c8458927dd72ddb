/// A conversation as tokens, ready for the model to answer.
public struct ChatPrompt: Hashable, Sendable {
  public var tokens: [TokenID]
  /// The first tokens that depend on the system text and the tools alone: what a snapshot of the cache may keep.
  public var stableCount: Int

  public init(tokens: [TokenID], stableCount: Int) {
    self.tokens = tokens
    self.stableCount = stableCount
  }
}

/// Puts a prompt together: text between control tokens, each run of text encoded as one.
struct PromptBuilder {
  private let tokenizer: Tokenizer
  // Tokens that must not come of text here.
  private let withheld: Set<TokenID>
  private var pending: [UInt8] = []
  private(set) var tokens: [TokenID] = []
  private(set) var stableCount = 0

  init(_ tokenizer: Tokenizer, withheld: Set<TokenID>) {
    self.tokenizer = tokenizer
    self.withheld = withheld
  }

  mutating func text(_ text: String) { pending.append(contentsOf: text.utf8) }

  mutating func token(_ token: TokenID) {
    flush()
    tokens.append(token)
  }

  /// A marker that is one token in most vocabularies of the format, and text in the others.
  mutating func marker(_ marker: ChatMarker) {
    if let id = marker.token { token(id) } else { text(marker.text) }
  }

  /// What was written up to here depends on system text and tools alone. Text that is still open may become other tokens
  /// with what follows and does not count.
  mutating func markStable() { stableCount = tokens.count }

  /// Writes `first` and then `second` as one run; the tokens that `first` has whatever follows it are stable.
  mutating func text(stable first: String, _ second: String) {
    flush()
    let start = tokens.count
    text(first + second)
    flush()
    // Where a text's tokens end may depend on the next characters, which are of another kind in each probe.
    var common = tokens.count - start
    for probe in ["a", "A", "1", " a", "  ", "\n", "\n\n", ".", "'s", "é", "中", "\u{301}", ""] {
      let other = tokenizer.encode(first + probe, withholding: withheld)
      common = min(common, zip(tokens[start...], other).prefix { $0 == $1 }.count)
    }
    stableCount = start + common
  }

  mutating func flush() {
    guard !pending.isEmpty else { return }
    tokens += tokenizer.encode(pending, withholding: withheld)
    pending.removeAll(keepingCapacity: true)
  }

  consuming func prompt() -> ChatPrompt {
    flush()
    return ChatPrompt(tokens: tokens, stableCount: stableCount)
  }
}

/// A marker of a format: its text, and its token where the vocabulary has one.
struct ChatMarker: Hashable, Sendable {
  var text: String
  var token: TokenID?

  init(_ text: String, _ tokenizer: Tokenizer) {
    self.text = text
    token = tokenizer.special(text)
  }
}
