/// Where one generation stands in its grammar: which tokens may come next, and which text must.
///
/// A value: a copy goes its own way from where it was made. Copies share the tables of what was worked out, so that all
/// copies of one constraint belong to one thread at a time.
public struct Constraint {
  private var machine: ConstraintMachine
  private var state: Int32
  private let endTokens: [TokenID]
  /// Whether a token that ends the generation was accepted.
  public private(set) var hasEnded = false

  /// A walk from the beginning of a compiled grammar.
  /// - Parameter endTokens: the tokens that end a generation.
  public init(_ grammar: CompiledGrammar, endTokens: [TokenID]) {
    machine = ConstraintMachine(
      automaton: grammar.automaton, entry: grammar.entry, vocabulary: grammar.vocabulary)
    state = machine.start
    self.endTokens = endTokens
  }

  /// A walk from the grammar's beginning. Compile the grammar once (`CompiledGrammar`) where it is used several times.
  /// - Parameter endTokens: the tokens that end a generation.
  /// - Throws: what `CompiledGrammar` throws.
  public init(_ grammar: Grammar, vocabulary: ConstraintVocabulary, endTokens: [TokenID]) throws(InferenceError) {
    self.init(try CompiledGrammar(grammar, vocabulary: vocabulary), endTokens: endTokens)
  }

  /// Whether the generation may end here.
  public var allowsEnd: Bool { !hasEnded && machine.allowsEnd(state) }

  /// Whether nothing but the end may come.
  public var isComplete: Bool {
    hasEnded
      || machine.allowsEnd(state) && machine.controls(state).isEmpty
        && machine.places(of: state).allSatisfy { place in
          switch machine.automaton.nodes[Int(place.node)] {
          case .exit, .end: true
          default: false
          }
        }
  }

  /// The fewest bytes and control tokens to an end, and so the most tokens that the shortest end takes, without the token
  /// that ends the generation.
  public var shortestEnd: Int { hasEnded ? 0 : machine.distance(state) }

  /// Writes the tokens that may come into `mask`, which it overwrites. Without allocation where the state was seen before
  /// and `remainingTokens` is large.
  /// - Parameter remainingTokens: how many tokens may still be written, the one that ends the generation not counted.
  ///   Tokens after which the end could not be reached within it are left out. As long as it is no less than
  ///   `shortestEnd`, and each token takes one off, the grammar is always completed; below that, only tokens of the
  ///   shortest way remain.
  public mutating func fillMask(into mask: inout TokenMask, remainingTokens: Int = .max) {
    precondition(mask.tokenCount == machine.vocabulary.tokenCount, "a mask of another vocabulary")
    guard !hasEnded else {
      mask.removeAll()
      return
    }
    forgetIfFull()
    let slot = machine.mask(state, endTokens: endTokens)
    let limit = max(remainingTokens, machine.distance(state)) - 1
    guard machine.masks.entries[slot].reach > limit else {
      mask.assign(machine.masks.entries[slot].mask)
      return
    }
    mask.removeAll()
    var reach = 0
    machine.fill(state, into: &mask, limit: limit, reach: &reach, endTokens: endTokens)
  }

  /// Goes on by one token; false, and nothing changes, where it may not come.
  public mutating func accept(_ token: TokenID) -> Bool {
    guard !hasEnded, token >= 0, token < machine.vocabulary.tokenCount else { return false }
    forgetIfFull()
    if endTokens.contains(token), machine.allowsEnd(state) {
      hasEnded = true
      return true
    }
    let following = machine.next(state, control: token)
    if following != ConstraintMachine.dead {
      state = following
      return true
    }
    let bytes = machine.vocabulary.strings[Int(token)]
    return !bytes.isEmpty && accept(bytes: bytes)
  }

  /// Goes on by bytes; false, and nothing changes, where they may not come.
  public mutating func accept(bytes: some Sequence<UInt8>) -> Bool {
    guard !hasEnded else { return false }
    forgetIfFull()
    var following = state
    for byte in bytes {
      following = machine.next(following, byte)
      if following == ConstraintMachine.dead { return false }
    }
    state = following
    return true
  }

  /// The bytes that must come next, whatever is chosen; empty where there is a choice.
  ///
  /// The last token that they make may not be written yet: a longer token may hold its bytes and the next ones. See
  /// `forcedTokens(tokenise:)`.
  public var forcedBytes: [UInt8] {
    guard !hasEnded else { return [] }
    var bytes: [UInt8] = []
    var place = state
    while bytes.count < Self.maximumForcedBytes, let (byte, next) = machine.onlyByte(place) {
      bytes.append(byte)
      place = next
    }
    return bytes
  }

  static let maximumForcedBytes = 4_096

  /// The control token that must come next, or nil.
  public var forcedControl: TokenID? {
    let controls = machine.controls(state)
    return !hasEnded && controls.count == 1 && machine.places(of: state).count == 1 ? controls.first : nil
  }

  /// The tokens that must come next, in the division that the model knows: the forced bytes' own tokens without the last
  /// one, which a longer token may replace; all of them where a control token or the end follows. Accepts none of them.
  /// - Parameter tokenise: the tokens of bytes that continue a text, without a beginning-of-text token or prefix.
  public func forcedTokens(tokenise: ([UInt8]) -> [TokenID]) -> [TokenID] {
    if let token = forcedControl { return [token] }
    let bytes = forcedBytes
    guard !bytes.isEmpty else { return [] }
    var tokens = tokenise(bytes)
    var after = self
    guard tokens.flatMap({ machine.vocabulary.bytes(of: $0) }) == bytes, after.accept(bytes: bytes) else { return [] }
    if after.forcedControl == nil, !after.isComplete { tokens.removeLast() }
    return tokens
  }

  private mutating func forgetIfFull() {
    guard machine.isFull else { return }
    machine = ConstraintMachine(keeping: state, of: machine)
    state = machine.start
  }
}
