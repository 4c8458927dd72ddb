/// How many tokens are guessed ahead: as many as save the most time, by what passes over so many tokens took here and by how
/// often guesses were right lately; none where that loses.
///
/// A pass over two to seven tokens reads the weights once, like one over a single token, and multiplies more: on a machine
/// that waits for its memory the further tokens are nearly free. Belongs to one owner.
final class SpeculationPlan {
  /// The token that is certain and the guesses: as many as the kernels for few tokens take.
  static let mostTokens = 7

  // Seconds of a pass with one more token than the index; 0: not known yet.
  private var seconds = [Double](repeating: 0, count: mostTokens)
  // How often a guess's token was right, by how many tokens it had in common; index 0 is of the least.
  private var hits = [Double](repeating: firstHits, count: PromptLookup.matched.count)

  private static let firstHits = 0.5
  /// Weight of the latest pass, and of the latest token that was guessed.
  private static let newest = 0.2
  /// How fast bad luck is forgotten while nothing is guessed, for each token: guesses that lose are tried again seldom.
  private static let forgetting = 1.0 / 256
  /// A pass with one more token takes so much longer, where it is not known: the roofs of memory and arithmetic are usually
  /// further apart.
  private static let supposedRise = 0.25
  /// Guessing must promise this much.
  private static let leastGain = 1.05

  /// The number of tokens to guess, 0 to `most`.
  func guesses(matched: Int, most: Int) -> Int {
    let hit = hits[index(matched)]
    var best = (count: 0, rate: Self.leastGain / cost(1))
    var expected = 1.0
    var power = 1.0
    for count in 1..<Self.mostTokens where count <= most {
      power *= hit
      expected += power
      let rate = expected / cost(count + 1)
      if rate > best.rate { best = (count, rate) }
    }
    return best.count
  }

  /// Takes note of what a pass took.
  /// - Parameter tokens: 1 to ``mostTokens``.
  func note(pass tokens: Int, seconds taken: Double) {
    let index = tokens - 1
    seconds[index] = seconds[index] == 0 ? taken : seconds[index] + (taken - seconds[index]) * Self.newest
  }

  /// Takes note of whether a guessed token was right.
  func note(matched: Int, wasRight: Bool) {
    let index = index(matched)
    hits[index] += ((wasRight ? 1 : 0) - hits[index]) * Self.newest
  }

  /// Takes note of a token that was not guessed although there was a guess.
  func noteUnused(matched: Int) {
    let index = index(matched)
    hits[index] += (Self.firstHits - hits[index]) * Self.forgetting
  }

  /// Seconds of a pass; from the nearest shorter one that is known, or in parts of one with a single token.
  private func cost(_ tokens: Int) -> Double {
    let known = seconds[..<tokens].lastIndex { $0 > 0 } ?? -1
    let single = seconds[0] > 0 ? seconds[0] : 1
    return known < 0
      ? single * (1 + Self.supposedRise * Double(tokens - 1))
      : seconds[known] + single * Self.supposedRise * Double(tokens - 1 - known)
  }

  private func index(_ matched: Int) -> Int {
    min(max(matched, PromptLookup.matched.lowerBound), PromptLookup.matched.upperBound)
      - PromptLookup.matched.lowerBound
  }
}
