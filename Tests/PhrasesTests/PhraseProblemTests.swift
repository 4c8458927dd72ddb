import Phrases
import Testing
import Tools

struct PhraseProblemTests {
  static let tool = House.tool(
    "t",
    [
      "room": ["type": "string", "enum": ["hall", "attic"]], "on": ["type": "boolean"],
      "n": ["type": "integer", "maximum": 9],
      "text": ["type": "string"], "list": ["type": "array"], "day": ["type": "string", "format": "date"],
    ])

  @Test(
    arguments: [
      ("", .matchesNothing, 0), ("[a]", .matchesNothing, 0), ("...", .matchesNothing, 0), ("(a", .syntax, 0),
      ("a)", .syntax, 1),
      ("a [b", .syntax, 2), ("a]", .syntax, 1), ("a {room", .syntax, 2), ("a }", .syntax, 2), ("a|b", .syntax, 1),
      ("a (b|)", .syntax, 5), ("a ()", .syntax, 3), ("a [ ]", .syntax, 3), ("a (b]", .syntax, 4), ("a {}", .syntax, 2),
      ("a {:b}", .syntax, 2), ("a {room:}", .syntax, 8), ("a {on:on|}", .syntax, 9), ("a {on:{n}}", .syntax, 6),
      ("a <b>", .syntax, 2),
      ("(a;b)", .syntax, 2), ("a {room:<percent}", .syntax, 16), ("a {room b}", .syntax, 7),
      ("a {rom}", .unknownParameter, 2),
      ("a {n:<percen>}", .unfitSlot, 2), ("a {room:<percent>}", .unfitSlot, 2), ("a {n:*}", .unfitSlot, 2),
      ("a {room:*}", .unfitSlot, 2), ("a {list}", .unfitSlot, 2), ("a {day}", .unfitSlot, 2),
      ("a {on:go|halt}", .unfitSlot, 6),
      ("a {on:(on|up)}", .unfitSlot, 6), ("a {n:ten}", .unfitSlot, 5), ("a {n:four|x}", .unfitSlot, 10),
      ("a {n:a=b}", .unfitSlot, 5),
      ("a {room:cellar}", .unfitSlot, 8), ("a {room:here=cellar}", .unfitSlot, 8), ("a {on:on=5}", .unfitSlot, 6),
      ("a {n} b {n}", .repeatedSlot, 8), ("a {n} [b {n}]", .repeatedSlot, 9),
      ("a " + String(repeating: "(", count: 20) + "b" + String(repeating: ")", count: 20), .limitExceeded, nil),
      (String(repeating: "a ", count: 600), .limitExceeded, nil),
      ("[a][b][c][d][e][f][g][h][i][j][k][l][m][n][o][p][q][r]x", .limitExceeded, nil),
    ] as [(String, PhraseProblem.Code, Int?)])
  func everyFaultIsReportedAtItsColumn(template: String, code: PhraseProblem.Code, column: Int?) throws {
    let set = PhraseSet([
      PhraseTool(tool: House.tool("other", [:]), phrases: ["x"]),
      PhraseTool(tool: Self.tool, phrases: ["y", Phrase(template)]),
    ])
    let problem = try #require(set.problems.first)
    #expect(set.problems.count == 1)
    #expect(problem.code == code)
    #expect(problem.severity == .error)
    #expect(problem.tool == 1)
    #expect(problem.template == 1)
    if let column { #expect(problem.column == column) }
    // The other templates work.
    #expect(set.templateCount == 2)
    #expect(set.match("y") != nil)
  }

  @Test func slotsInDifferentAlternativesMayShareAParameter() {
    let set = PhraseSet([PhraseTool(tool: Self.tool, phrases: ["(a {n}|{n} b)"])])
    #expect(set.problems == [])
    #expect(set.match("5 b")?.arguments == ["n": 5])
  }

  @Test func missingParametersAreNamed() throws {
    let tool = House.tool("t", ["room": ["enum": ["hall"]], "n": ["type": "integer"]], required: ["room", "n"])
    let set = PhraseSet([
      PhraseTool(
        tool: tool, phrases: ["light {room}", "light [in {room}] {n}", Phrase("light {room}", fixed: ["n": 1])])
    ])
    #expect(set.problems.map(\.code) == [.missingParameter, .missingParameter])
    #expect(set.problems.map(\.column) == [0, 10])
    #expect(set.problems[0].text.contains("parameter n"))
    #expect(set.match("light hall")?.arguments == ["room": "hall", "n": 1])
  }

  @Test func fixedArgumentsAreChecked() {
    let phrases = [
      Phrase("a", fixed: ["m": 1]), Phrase("b", fixed: ["n": 10]), Phrase("c {n}", fixed: ["n": 1]),
      Phrase("d", fixed: ["n": "1"]), Phrase("e", fixed: ["n": 9]),
    ]
    let set = PhraseSet([PhraseTool(tool: Self.tool, phrases: phrases)])
    #expect(set.problems.map(\.code) == Array(repeating: .unfitArgument, count: 4))
    #expect(set.problems.map(\.template) == [0, 1, 2, 3])
  }

  @Test func spokenFormsAreChecked() {
    let spoken = [
      "rom": ["hall": ["x"]], "room": ["hal": ["x"], "hall": ["(", "{n}", "lobby"]],
    ]
    let set = PhraseSet([PhraseTool(tool: Self.tool, phrases: ["go {room}"], spoken: spoken)])
    let texts = set.problems.map(\.description)
    #expect(texts.contains { $0.contains("rom, which is no parameter") && $0.contains("Did you mean room?") })
    #expect(texts.contains { $0.contains("the value hal of room") && $0.contains("Did you mean hall?") })
    #expect(set.problems.count >= 4)
  }

  @Test func invalidToolsAreReportedOnce() {
    let tool = ToolDefinition(
      name: "t", description: "", parameters: ["type": "object", "properties": ["a": ["enum": []]]])
    let set = PhraseSet([PhraseTool(tool: tool, phrases: ["x {a}", "y"])])
    #expect(set.problems.map(\.code) == [.invalidTool])
    #expect(set.templateCount == 0)
  }

  @Test func ambiguousTemplatesComeWithAnExample() throws {
    let one = House.tool("one", ["room": ["enum": ["hall", "attic"]]])
    let two = House.tool("two", ["n": ["type": "integer"], "room": ["enum": ["attic", "cellar"]]])
    let set = PhraseSet([
      PhraseTool(tool: one, phrases: ["(open|close) the {room} [door|window]"]),
      PhraseTool(tool: two, phrases: ["open the [big] {room} (window|gate)", "open the sesame"]),
    ])
    let problems = set.overlaps()
    #expect(problems.map(\.code) == [.ambiguous])
    #expect(problems.first?.text.contains("\"open the attic window\"") == true)
    #expect(problems.first?.tool == 1)
    #expect(problems.first?.template == 0)
  }

  @Test func numbersAndLiteralNumbersMeet() {
    let tool = House.tool("t", ["n": ["type": "integer", "minimum": 0, "maximum": 50]])
    let set = PhraseSet([
      PhraseTool(
        tool: tool,
        phrases: ["channel {n}", Phrase("channel twenty one", fixed: ["n": 5]), Phrase("channel 60", fixed: ["n": 6])])
    ])
    let problems = set.overlaps()
    #expect(problems.contains { $0.code == .shadowed && $0.template == 1 })
    #expect(!problems.contains { $0.template == 2 })
  }

  @Test func equalMeaningIsNoAmbiguity() {
    let tool = House.tool("t", ["room": ["enum": ["hall", "attic"]]])
    let set = PhraseSet([PhraseTool(tool: tool, phrases: ["light {room}", "[the] light [in the] {room}"])])
    #expect(set.overlaps() == [])
  }

  @Test func freeTextDoesNotCompeteWithWords() {
    let tool = House.tool("t", ["text": ["type": "string"]])
    let other = House.tool("u", ["text": ["type": "string"]])
    let set = PhraseSet([
      PhraseTool(tool: tool, phrases: ["note {text}"]),
      PhraseTool(tool: other, phrases: ["note milk", "note {text} twice"]),
    ])
    #expect(set.overlaps().filter { $0.code == .ambiguous }.isEmpty)
    let both = PhraseSet([
      PhraseTool(tool: tool, phrases: ["note {text}"]), PhraseTool(tool: other, phrases: ["(note|say) {text}"]),
    ])
    #expect(both.overlaps().map(\.code) == [.ambiguous])
  }

  @Test func shadowedTemplatesAreNamed() {
    let tool = House.tool("t", ["room": ["enum": ["hall", "attic"]]])
    let set = PhraseSet([PhraseTool(tool: tool, phrases: ["[the] light {room}", "light {room}", "the light attic"])])
    #expect(set.overlaps().map(\.code) == [.shadowed, .shadowed])
  }

  @Test func theHouseHasNoOverlaps() {
    #expect(House.set.overlaps() == [])
  }

  @Test func mutatedTemplatesCompileOrAreRefused() {
    let seeds = House.all.flatMap { tool in tool.phrases.map { (tool.tool, $0.text) } }
    let pieces = [
      "(", ")", "[", "]", "{", "}", "|", ":", "=", "*", "<", ">", " ", "{on}", "'s", "21", "\u{301}", "%", "é", "[[",
      "))",
    ]
    var generator = SeededGenerator(seed: 8)
    var compiled = 0
    for round in 0..<2_500 {
      let (tool, text) = seeds[round % seeds.count]
      var scalars = Array(text.unicodeScalars)
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let index = Int.random(in: 0...scalars.count, using: &generator)
        if Bool.random(using: &generator) {
          scalars.insert(contentsOf: Array((pieces.randomElement(using: &generator) ?? "").unicodeScalars), at: index)
        } else {
          scalars.removeSubrange(index..<min(scalars.count, index + Int.random(in: 1...4, using: &generator)))
        }
      }
      var mutant = String.UnicodeScalarView()
      mutant.append(contentsOf: scalars)
      let set = PhraseSet([PhraseTool(tool: tool, phrases: [Phrase(String(mutant))])])
      #expect(set.templateCount + set.problems.count == 1)
      for problem in set.problems where problem.column != nil {
        #expect((0...scalars.count).contains(problem.column ?? -1))
      }
      guard set.templateCount == 1 else { continue }
      compiled += 1
      for sentence in set.sentences(limit: 5, seed: UInt64(round)) where !mutant.contains("*") {
        if !String(mutant).contains("{text}") { #expect(set.match(sentence) != nil, "\(String(mutant)): \(sentence)") }
      }
    }
    #expect(compiled > 300)
  }
}
