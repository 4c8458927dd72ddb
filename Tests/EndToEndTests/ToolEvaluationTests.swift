import Inference
import Testing
import TestModels
import Tools

@testable import earshot

@Suite struct ToolEvaluationTests {
  private static let light = """
    {"type":"function","function":{"name":"set_light","description":"Light","parameters":{"type":"object",\
    "properties":{"on":{"type":"boolean"},"level":{"type":"number"},"why":{"type":"string"}}}}}
    """

  private static func line(_ id: String, _ said: String, _ expected: String, any: String = "[]") -> String {
    """
    {"id":"\(id)","tools":[\(light)],"messages":[{"role":"user","content":"\(said)"}],"expected":\(expected),"any":\(any)}
    """
  }

  private func cases(_ lines: [String]) throws -> [ToolCase] {
    try ToolCase.list(Array(lines.joined(separator: "\n").utf8), name: "cases.jsonl")
  }

  /// Calls what is said: `on`, `on 6`, `twice`; anything else it answers with a text.
  private struct Obedient: LanguageModel {
    let name = "obedient"

    func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
      AsyncThrowingStream { stream in
        guard case .user(let said)? = request.messages.last else { return stream.finish() }
        var call = ToolCall(id: "1", name: "set_light", arguments: ["on": true], origin: .model, confidence: 0.9)
        switch said {
        case "on": stream.yield(.toolCall(call))
        case "on 6":
          call.arguments = ["why": "because", "level": 6, "on": true]
          call.confidence = 0.4
          stream.yield(.toolCall(call))
        case "twice":
          stream.yield(.toolCall(call))
          stream.yield(.toolCall(call))
        default: stream.yield(.text("No."))
        }
        stream.yield(.usage(GenerationUsage(promptTokens: 10, cachedTokens: 4, completionTokens: 6, forcedTokens: 2)))
        stream.finish()
      }
    }
  }

  private func outcome(_ said: String, _ expected: String, any: String = "[]") async throws -> ToolOutcome {
    let one = try cases([Self.line("x", said, expected, any: any)])
    let outcomes = try await ToolEvaluation.run(one, on: Obedient(), system: nil, isConstrained: true, told: { _ in })
    return try #require(outcomes.first)
  }

  @Test func aCallIsExactWhenNameAndAllArgumentsAre() async throws {
    let on = #"[{"name":"set_light","arguments":{"on":true}}]"#
    #expect(try await outcome("on", on).isExact)
    #expect(try await !outcome("twice", on).isExact)
    #expect(try await !outcome("no", on).isExact)
    let off = try await outcome("on", #"[{"name":"set_light","arguments":{"on":false}}]"#)
    #expect(!off.isExact && off.hasRightNames)
    // One argument too few, one too many.
    #expect(try await !outcome("on", #"[{"name":"set_light","arguments":{"on":true,"level":6}}]"#).isExact)
    #expect(try await !outcome("on 6", on).isExact)
    #expect(try await !outcome("on", "[]").isExact)
    #expect(try await outcome("no", "[]").isExact)
  }

  @Test func neitherOrderNorSpellingOfNumbersCounts() async throws {
    let expected = #"[{"name":"set_light","arguments":{"on":true,"level":6.0,"why":"who knows"}}]"#
    #expect(try await outcome("on 6", expected, any: #"["why"]"#).isExact)
    #expect(try await !outcome("on 6", expected).isExact)
    #expect(ToolOutcome.same(["a": [1, ["b": 2.0, "c": .null]]], ["a": [1.0, ["c": .null, "b": 2]]]))
    #expect(!ToolOutcome.same(["a": [1, 2]], ["a": [2, 1]]))
    #expect(!ToolOutcome.same(["a": "1"], ["a": 1]))
  }

  @Test func everyFigureCountsItsOwnCases() async throws {
    let on = #"[{"name":"set_light","arguments":{"on":true}}]"#
    let all = try cases([
      Self.line("1", "on", on), Self.line("2", "on 6", on), Self.line("3", "twice", on), "",
      Self.line("4", "nothing", "[]"), Self.line("5", "on", "[]"),
    ])
    var told: [Int] = []
    let outcomes = try await ToolEvaluation.run(
      all, on: Obedient(), system: "Be brief.", isConstrained: true, told: { told.append($0) })
    #expect(told == [1, 2, 3, 4, 5])
    let report = ToolReport("set", outcomes)
    #expect(report.exact.hits == 2 && report.exact.count == 5)
    #expect(report.names.hits == 2 && report.names.count == 3)
    #expect(report.arguments.hits == 1 && report.arguments.count == 2)
    #expect(report.falseCalls.hits == 1 && report.falseCalls.count == 2)
    // Below 0.5 is only the wrong call of the second case; below 0.95 are all.
    let low = report.asking(below: 0.5)
    #expect(low.wrongCaught.hits == 1 && low.wrongCaught.count == 3 && low.rightAsked.hits == 0)
    let high = report.asking(below: 0.95)
    #expect(high.wrongCaught.hits == 3 && high.rightAsked.hits == 1 && high.rightAsked.count == 1)
    #expect(report.json["exact"]?["rate"] == 0.4)
    #expect(report.json["tokens_per_case"]?["prompt"] == 10.0)
    let ids = report.failures.arrayValue?.compactMap { $0["id"]?.stringValue }
    #expect(ids == ["2", "3", "5"])
    #expect(ToolReport.table([report]).contains("40.0 ("))
  }

  @Test func theIntervalIsWilsons() throws {
    // Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, method 3.
    for (hits, count, low, high) in [
      (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718),
    ] {
      var proportion = Proportion()
      for index in 0..<count { proportion.add(index < hits) }
      let interval = try #require(proportion.interval)
      #expect(abs(interval.low - low) < 6e-5 && abs(interval.high - high) < 6e-5, "\(hits) of \(count): \(interval)")
    }
    #expect(Proportion().interval == nil && Proportion().json == .null && Proportion().text == "–")
  }

  @Test func whatIsWrongWithAFileIsSaidWithItsLine() throws {
    let good = Self.line("a", "on", "[]")
    let bad: [(String, String)] = [
      ("{", "line 2"), ("[]", "a case is an object"), (good, "another case with the id a"),
      (#"{"messages":[{"role":"user","content":"x"}]}"#, "expected is not a list"),
      (#"{"expected":[]}"#, "messages are missing"),
      (#"{"messages":[{"role":"assistant","content":"x"}],"expected":[]}"#, "nothing to answer"),
      (Self.line("b", "on", #"[{"name":"other","arguments":{}}]"#), "the expected tool other is not among the tools"),
      (Self.line("b", "on", #"[{"arguments":{}}]"#), "an expected call is not"),
      (Self.line("b", "on", "[]", any: "[1]"), "any is not a list of names"),
      (#"{"messages":[{"role":"user","content":"x"}],"expected":[],"wanted":[]}"#, "there is no key wanted"),
      (#"{"tools":[{"type":"function"}],"messages":[{"role":"user","content":"x"}],"expected":[]}"#, "name"),
    ]
    for (line, reason) in bad {
      let failure = #expect(throws: CommandFailure.self) { try cases([good, line]) }
      #expect(failure?.status == .badData)
      #expect(failure?.description.hasPrefix("cases.jsonl, line 2: ") == true, "\(failure?.description ?? "")")
      #expect(failure?.description.contains(reason) == true, "\(failure?.description ?? "")")
    }
    #expect(throws: CommandFailure.self) { try cases(["", " "]) }
    let long = #"{"id":""# + String(repeating: "x", count: ToolCase.maximumLine) + "\"}"
    let failure = #expect(throws: CommandFailure.self) { try cases([long]) }
    #expect(failure?.description.contains("longer than 1024 KiB") == true)
  }

  @Test func theCommandAnswersWithTheAgreedReport() async throws {
    let folder = try TemporaryFolder()
    let model = try TalkingModel.write(into: folder.path)
    let lines = (0..<6).map { Self.line("c\($0)", "light \($0)", "[]") }
    let file = folder.path + "/cases.jsonl"
    try writeFile(file, lines.joined(separator: "\n"))
    let run = try await BuiltProgram.run(
      "eval", "tools", "--model", model, "--constraint", "both", "--limit", "4", "--json", file)
    #expect(run.status == 0, "\(run.errors)")
    let report = try #require(run.json)
    #expect(report["cases"] == 4 && report["constrained"] == true && report["name"] == .null)
    for figures in [report, try #require(report["unconstrained"])] {
      let rate = try #require(figures["exact"]?["rate"]?.doubleValue)
      #expect((0...1).contains(rate))
      #expect(figures["failures"]?.arrayValue?.count == Int((4 * (1 - rate)).rounded()))
      #expect(figures["ms_per_case"]?["p50"]?.doubleValue ?? 0 > 0)
    }
    let missing = try await BuiltProgram.run("eval", "tools", "--model", model, folder.path + "/none.jsonl")
    #expect(missing.status == 66)
  }
}
