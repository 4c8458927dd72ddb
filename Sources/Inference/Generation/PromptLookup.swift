/// Guesses what comes next from what came before: where the last tokens stood once already, in the prompt or in the answer,
/// what followed them there may follow again. Answers quote what was asked, tools' results, and themselves.
///
/// After "Prompt Lookup Decoding" (Saxena, 2023).
struct PromptLookup {
  /// A guess, and how many tokens before it stood in both places.
  struct Guess: Hashable {
    var tokens: [TokenID]
    var matched: Int
  }

  /// Fewer tokens in common say nothing; more are not counted.
  static let matched = 2...4
  /// How far back is looked: a few microseconds.
  private static let reach = 8192

  private var tokens: [TokenID]

  /// - Parameter tokens: the prompt's.
  init(_ tokens: [TokenID]) { self.tokens = tokens }

  mutating func append(_ token: TokenID) { tokens.append(token) }

  /// The guess with the most tokens in common, the latest of several; nil where the last tokens are new.
  /// - Parameter most: tokens of the guess at most, 1 or more.
  func guess(_ most: Int) -> Guess? {
    let end = tokens.count
    guard end > Self.matched.lowerBound, most > 0 else { return nil }
    var best = (start: 0, matched: Self.matched.lowerBound - 1)
    // `start` is where the guess begins.
    for start in stride(from: end - 1, to: max(0, end - Self.reach), by: -1) where tokens[start - 1] == tokens[end - 1]
    {
      var matched = 1
      while matched < min(start, Self.matched.upperBound), tokens[start - 1 - matched] == tokens[end - 1 - matched] {
        matched += 1
      }
      if matched > best.matched { best = (start, matched) }
      if matched == Self.matched.upperBound { break }
    }
    guard best.matched >= Self.matched.lowerBound else { return nil }
    return Guess(tokens: Array(tokens[best.start..<min(end, best.start + most)]), matched: best.matched)
  }
}
