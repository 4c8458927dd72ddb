import Phrases
import Testing
import Tools

struct ReplyTemplateTests {
  static let tool = House.tool("t", ["room": ["type": "string"], "on": ["type": "boolean"], "n": ["type": "number"]])

  @Test(arguments: [
    ("The {room} light is {on:on|off}.", "The living room light is on."), ("{n} degrees", "21.5 degrees"),
    ("It is {output.temperature} in {output.rooms.1}.", "It is 19 in hall."),
    ("{output.state:heating=It heats|idle=It rests}", "It rests"),
    ("{room:kitchen=here|elsewhere}", "elsewhere"), ("{output.open:open|closed}", "closed"),
    ("Sorry: {error}", "Sorry:"),
    ("{output.missing}", ""), ("{output.missing}.", ""), ("{output.rooms}", "attic, hall"), ("{on}", "on"), ("", ""),
  ])
  func placeholdersAreFilled(text: String, expected: String) throws {
    let reply = try ReplyTemplate(text, for: Self.tool)
    let output: JSONValue = ["temperature": 19.0, "rooms": ["attic", "hall"], "state": "idle", "open": false]
    #expect(reply.rendered(arguments: ["room": "living_room", "on": true, "n": 21.5], output: output) == expected)
  }

  @Test func wholeOutputsAndErrorsAreSpoken() throws {
    #expect(try ReplyTemplate("{output}", for: Self.tool).rendered(arguments: [:], output: "done") == "done")
    #expect(try ReplyTemplate("{output.0}", for: Self.tool).rendered(arguments: [:], output: [5]) == "5")
    #expect(
      try ReplyTemplate("No: {error}", for: Self.tool).rendered(arguments: [:], output: ["error": "busy"]) == "No: busy"
    )
  }

  @Test(
    arguments: [
      ("{rom}", .unknownParameter, 0), ("a {", .unknownParameter, 2), ("a }", .syntax, 2), ("a {room", .syntax, 2),
      ("{room:a|b}", .unfitSlot, 0),
      ("{on:a|b|c}", .unfitSlot, 0), ("{output..a}", .syntax, 0), ("{room {on}}", .syntax, 0),
      (String(repeating: "a", count: 1_001), .limitExceeded, 0),
    ] as [(String, PhraseProblem.Code, Int)])
  func faultsAreReportedAtTheirColumn(text: String, code: PhraseProblem.Code, column: Int) {
    let problem = #expect(throws: PhraseProblem.self) { try ReplyTemplate(text, for: Self.tool) }
    #expect(problem?.code == code)
    #expect(problem?.column == column)
  }

  @Test func longOutputsAreCut() throws {
    let reply = try ReplyTemplate("{output}", for: Self.tool)
    #expect(reply.rendered(arguments: [:], output: .string(String(repeating: "a", count: 10_000))).count == 2_000)
  }
}
