import Testing

@testable import Inference

@Suite struct SpeculationPlanTests {
  /// A plan that knows what passes over 1... tokens take.
  private func plan(_ seconds: [Double]) -> SpeculationPlan {
    let plan = SpeculationPlan()
    for (index, taken) in seconds.enumerated() { plan.note(pass: index + 1, seconds: taken) }
    return plan
  }

  @Test func whereFurtherTokensAreFreeAllAreGuessed() {
    #expect(plan([1, 1, 1, 1, 1, 1, 1]).guesses(matched: 4, most: 6) == 6)
    #expect(plan([1, 1, 1, 1, 1, 1, 1]).guesses(matched: 4, most: 2) == 2)
    #expect(plan([1, 1, 1, 1, 1, 1, 1]).guesses(matched: 4, most: 0) == 0)
  }

  @Test func whereEachTokenTakesItsOwnTimeNoneIsGuessed() {
    #expect(plan([1, 2, 3, 4, 5, 6, 7]).guesses(matched: 4, most: 6) == 0)
  }

  @Test func theNumberIsTheOneThatWritesTheMostInASecond() {
    // Half are right: 1.5/1.2, 1.75/1.45, 1.875/1.85…
    #expect(plan([1, 1.2, 1.45, 1.85, 2.1, 2.6, 3.2]).guesses(matched: 2, most: 6) == 1)
  }

  @Test func wrongGuessesEndAndAreTriedAgainSeldom() {
    let plan = plan([1, 1.2, 1.45, 1.85, 2.1, 2.6, 3.2])
    for _ in 0..<10 { plan.note(matched: 2, wasRight: false) }
    #expect(plan.guesses(matched: 2, most: 6) == 0)
    // Of other agreements nothing is known by that.
    #expect(plan.guesses(matched: 4, most: 6) > 0)
    var waited = 0
    while plan.guesses(matched: 2, most: 6) == 0, waited < 10_000 {
      plan.noteUnused(matched: 2)
      waited += 1
    }
    #expect((50...500).contains(waited))
  }

  @Test func rightGuessesReachFurther() {
    let plan = plan([1, 1.2, 1.45, 1.85, 2.1, 2.6, 3.2])
    for _ in 0..<40 { plan.note(matched: 3, wasRight: true) }
    #expect(plan.guesses(matched: 3, most: 6) >= 4)
  }

  @Test func aNewPlanTriesIt() {
    #expect(SpeculationPlan().guesses(matched: 2, most: 6) > 0)
  }
}
