import Testing

@testable import Inference

@Suite struct PromptLookupTests {
  @Test func theLongestAgreementCountsAndOfEqualOnesTheLatest() {
    // 1 2 stand twice before: once behind 9 8, as at the end, and once later behind 7.
    let lookup = PromptLookup([9, 8, 1, 2, 30, 31, 7, 1, 2, 40, 9, 8, 1, 2])
    #expect(lookup.guess(3) == PromptLookup.Guess(tokens: [30, 31, 7], matched: 4))
    #expect(
      PromptLookup([1, 2, 30, 7, 1, 2, 40, 6, 1, 2]).guess(2) == PromptLookup.Guess(tokens: [40, 6], matched: 2))
  }

  @Test func whatIsNewGivesNoGuess() {
    #expect(PromptLookup([]).guess(4) == nil)
    #expect(PromptLookup([1]).guess(4) == nil)
    #expect(PromptLookup([1, 2]).guess(4) == nil)
    #expect(PromptLookup([1, 2, 3, 4]).guess(4) == nil)
    // One token in common says nothing.
    #expect(PromptLookup([5, 1, 9, 6, 1]).guess(4) == nil)
    #expect(PromptLookup([5, 1, 9, 5, 1]).guess(0) == nil)
  }

  @Test func aGuessEndsWhereTheTokensEnd() {
    var lookup = PromptLookup([1, 2, 1])
    lookup.append(2)
    #expect(lookup.guess(6) == PromptLookup.Guess(tokens: [1, 2], matched: 2))
    // A repetition goes on for as long as it is known.
    #expect(PromptLookup([5, 5, 5, 5]).guess(6) == PromptLookup.Guess(tokens: [5], matched: 3))
  }
}
