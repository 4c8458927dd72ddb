import Actions
import Testing
import Tools

@Suite struct ToolPolicyTests {
  private func call(_ arguments: JSONObject = [:], confidence: Double? = nil) -> ToolCall {
    ToolCall(id: "1", name: "heat", arguments: arguments, origin: .model, confidence: confidence)
  }

  private func moment(_ hour: Int = 12, _ minute: Int = 0, uptime: Duration = .seconds(10_000)) -> PolicyMoment {
    PolicyMoment(uptime: uptime, timeOfDay: ToolPolicy.TimeOfDay(hour: hour, minute: minute)!)
  }

  private func verdict(
    _ policy: ToolPolicy, _ arguments: JSONObject = [:], confidence: Double? = nil, hour: Int = 12, minute: Int = 0,
    history: [Duration] = []
  ) -> ToolPolicy.Verdict {
    policy.decision(for: call(arguments, confidence: confidence), at: moment(hour, minute), history: history).verdict
  }

  @Test func policyWithoutAnythingAllows() { #expect(verdict(ToolPolicy()) == .allow) }

  @Test func heatingAbove25IsDeniedAndUpTo25Allowed() {
    let policy = ToolPolicy(rules: [.init(argument: "heating", condition: .isAbove(25), verdict: .deny)])
    #expect(verdict(policy, ["heating": 25]) == .allow)
    #expect(verdict(policy, ["heating": 25.001]) == .deny)
    #expect(verdict(policy, ["heating": 26]) == .deny)
    #expect(verdict(policy, ["heating": "30"]) == .allow)
    #expect(verdict(policy) == .allow)
    #expect(
      policy.decision(for: call(["heating": 99]), at: moment(), history: [])
        == .deny(reason: "heating is above 25"))
  }

  @Test func eachConditionHasItsEdgeWhereItSays() {
    func meets(_ condition: ToolPolicy.Rule.Condition, _ value: JSONValue) -> Bool {
      verdict(ToolPolicy(rules: [.init(argument: "x", condition: condition, verdict: .ask)]), ["x": value]) == .ask
    }
    #expect(meets(.isAtLeast(3), 3) && !meets(.isAtLeast(3), 2))
    #expect(meets(.isBelow(3), 2.9) && !meets(.isBelow(3), 3))
    #expect(meets(.isAtMost(3), 3) && !meets(.isAtMost(3), 3.1))
    #expect(meets(.isOne(of: ["garage", 1]), "garage") && meets(.isOne(of: ["garage", 1]), 1.0))
    #expect(!meets(.isOne(of: ["garage"]), "hall"))
    #expect(meets(.isPresent, .null))
  }

  @Test(arguments: ToolPolicy.Verdict.allCases, ToolPolicy.Verdict.allCases)
  func strictestOfTwoRulesWins(_ first: ToolPolicy.Verdict, _ second: ToolPolicy.Verdict) {
    let policy = ToolPolicy(rules: [
      .init(argument: "x", condition: .isPresent, verdict: first),
      .init(argument: "x", condition: .isPresent, verdict: second),
    ])
    #expect(verdict(policy, ["x": 1]) == max(first, second))
  }

  @Test func rateLimitCountsTheLastPeriodOnly() {
    let policy = ToolPolicy(rateLimit: .init(count: 2, period: .seconds(60)))
    func verdict(_ ago: [Int]) -> ToolPolicy.Verdict {
      self.verdict(policy, history: ago.map { .seconds(10_000) - .seconds($0) })
    }
    #expect(verdict([]) == .allow)
    #expect(verdict([1]) == .allow)
    #expect(verdict([1, 59]) == .deny)
    #expect(verdict([1, 60]) == .allow)
    #expect(verdict([1, 61, 300]) == .allow)
  }

  @Test func quietHoursGoOverMidnight() {
    let night = ToolPolicy.QuietHours(
      from: .init(hour: 22, minute: 30)!, to: .init(hour: 6, minute: 0)!, verdict: .deny)
    let policy = ToolPolicy(quietHours: [night])
    for minutes in 0..<1440 {
      let isQuiet = minutes >= 22 * 60 + 30 || minutes < 6 * 60
      #expect((verdict(policy, hour: minutes / 60, minute: minutes % 60) == .deny) == isQuiet)
    }
  }

  @Test func quietHoursWithinADayIncludeTheirStartOnly() {
    let nap = ToolPolicy.QuietHours(from: .init(hour: 13, minute: 0)!, to: .init(hour: 14, minute: 0)!)
    let policy = ToolPolicy(quietHours: [nap])
    #expect(verdict(policy, hour: 12, minute: 59) == .allow)
    #expect(verdict(policy, hour: 13) == .ask)
    #expect(verdict(policy, hour: 14) == .allow)
    let always = ToolPolicy.QuietHours(from: .init(hour: 5, minute: 0)!, to: .init(hour: 5, minute: 0)!)
    #expect(verdict(ToolPolicy(quietHours: [always]), hour: 4, minute: 59) == .ask)
  }

  @Test func confirmationAsksButDoesNotLiftADenial() {
    #expect(verdict(ToolPolicy(confirmation: .always)) == .ask)
    #expect(verdict(ToolPolicy(verdict: .deny, confirmation: .always)) == .deny)
    #expect(verdict(ToolPolicy(verdict: .deny, confirmation: .never)) == .deny)
    #expect(verdict(ToolPolicy(confirmation: .never)) == .allow)
  }

  @Test func lowConfidenceAsks() {
    let policy = ToolPolicy(askBelowConfidence: 0.6)
    #expect(verdict(policy, confidence: 0.59) == .ask)
    #expect(verdict(policy, confidence: 0.6) == .allow)
    #expect(verdict(policy) == .allow)
  }

  @Test func reasonsNameLimitsAndNeverValues() {
    let policy = ToolPolicy(rules: [.init(argument: "pin", condition: .isOne(of: ["4711"]), verdict: .deny)])
    #expect(!"\(policy.decision(for: call(["pin": "4711"]), at: moment(), history: []))".contains("4711"))
    let spoken = ToolPolicy(rules: [
      .init(argument: "pin", condition: .isPresent, verdict: .ask, reason: "the door is the front door")
    ])
    #expect(
      spoken.decision(for: call(["pin": 1]), at: moment(), history: []) == .ask(reason: "the door is the front door"))
  }

  @Test func timeOfDayRefusesWhatIsNone() {
    #expect(ToolPolicy.TimeOfDay(hour: 24, minute: 0) == nil)
    #expect(ToolPolicy.TimeOfDay(hour: 0, minute: 60) == nil)
    #expect(ToolPolicy.TimeOfDay(hour: -1, minute: 0) == nil)
    #expect(ToolPolicy.TimeOfDay(hour: 7, minute: 5)?.description == "07:05")
  }
}
