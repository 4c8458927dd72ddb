import Testing
import Tools

@testable import earshot

/// The language model that is committed, run as people run it.
@Suite struct ModelInTheBoxTests {
  private static let repository = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

  private func ask(_ text: String, _ settings: String..., file: String = "kitchen") async throws -> [JSONValue] {
    let folder = try TemporaryFolder()
    var arguments = ["ask", "--simulate", "--json", "--text", text]
    arguments += ["--config", Self.repository + "/configs/\(file).yaml"]
    arguments += ["--set", "journal.file=\(folder.path)/j.sqlite"]
    for setting in settings { arguments += ["--set", setting] }
    let run = try await BuiltProgram.run(arguments)
    #expect(run.status == 0, "\(run.errors)")
    return try run.output.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
  }

  private func calls(_ events: [JSONValue]) -> [JSONValue] { events.filter { $0["event"] == "tool_call" } }
  private func outcome(_ events: [JSONValue]) -> JSONValue? { events.last { $0["event"] == "turn" }?["outcome"] }

  @Test func whatNoPhraseHasIsCalledByTheModel() async throws {
    let events = try await ask(
      "could you give me some light in the hall", "policy.ask_below_confidence=0.3")
    let call = try #require(calls(events).first)
    #expect(call["name"] == "set_light" && call["by"] == "model")
    #expect(call["arguments"] == ["room": "hall", "on": true])
    #expect((0.3...1).contains(call["confidence"]?.doubleValue ?? 0))
    #expect(outcome(events) == "acted")
  }

  @Test func aPhraseIsStillAPhrase() async throws {
    let events = try await ask("turn on the kitchen light")
    #expect(calls(events).map { $0["by"] } == ["phrase"])
  }

  @Test func whatNoToolCanDoIsNotDone() async throws {
    let events = try await ask("please order a pizza")
    #expect(calls(events).isEmpty)
    #expect(outcome(events) == "answered")
    #expect(events.contains { $0["event"] == "reply" })
  }

  @Test func aCallThatTheModelIsNotSureOfIsAskedAbout() async throws {
    let events = try await ask(
      "could you give me some light in the hall", "policy.ask_below_confidence=1")
    let outcomes = events.filter { $0["event"] == "turn" }.map { $0["outcome"] }
    #expect(outcomes.first == "asked" && !outcomes.contains("acted"))
    #expect(!events.contains { $0["event"] == "tool_result" })
  }

  @Test func itAnswersWhereAnotherModelsFileCannotBeLoaded() async throws {
    let text = "could you give me some light in the hall"
    let folder = try TemporaryFolder()
    try writeFile(folder.path + "/broken.gguf", "GGUF and nothing behind it")
    for file in ["broken", "missing"] {
      let events = try await ask(
        text, "model.file=\(folder.path)/\(file).gguf", "model.fallback=in-the-box", "policy.ask_below_confidence=0.3")
      #expect(calls(events).map { $0["by"] } == ["model"])
    }
    let alone = try await BuiltProgram.run(
      "ask", "--simulate", "--text", text, "--config", Self.repository + "/configs/kitchen.yaml",
      "--set", "journal.file=\(folder.path)/j.sqlite", "--set", "model.file=\(folder.path)/broken.gguf")
    #expect(alone.status == 65)
  }

  /// What the first hundred of each set came to, less one case in twenty: rounding differs between processors.
  @Test(arguments: [("phrasings", 0.83), ("errors", 0.79), ("unseen", 0.52), ("two", 0.84), ("none", 0.85)])
  func heldOutSetsAreReached(set: String, least: Double) async throws {
    let cases = Self.repository + "/Training/heldout/sets/\(set).jsonl"
    let run = try await BuiltProgram.run("eval", "tools", "--limit", "100", "--json", cases)
    #expect(run.status == 0, "\(run.errors)")
    let report = try #require(run.json)
    let rate = try #require(report["exact"]?["rate"]?.doubleValue)
    #expect(rate >= least, "\(report["failures"]?.text() ?? "")")
  }
}
