import Speech
import TestSupport
import Testing

struct ClauseSplitterTests {
  private func texts(_ text: String) -> [String] { ClauseSplitter.clauses(of: text).map(\.text) }

  @Test func sentencesAreClauses() {
    #expect(texts("The light is on. It is warm! Is it? Yes.") == ["The light is on.", "It is warm!", "Is it?", "Yes."])
  }

  @Test func aClauseComesAsSoonAsTheNextWordBegins() {
    var splitter = ClauseSplitter()
    #expect(splitter.append("The light is on.").isEmpty)
    #expect(splitter.append(" ").isEmpty)
    #expect(splitter.append("I").map(\.text) == ["The light is on."])
    #expect(splitter.finish().map(\.text) == ["I"])
  }

  @Test func theFirstClauseEndsAtAnEarlyComma() {
    #expect(texts("Well, in the kitchen, it is warm, and dry.") == ["Well, in the kitchen,", "it is warm, and dry."])
  }

  @Test(arguments: [
    "It is 3.5 degrees.", "Ask Dr. Smith about it.", "Use e.g. a lamp.", "See example.org for more.",
    "It costs 1,234 dollars.", "J. S. Bach wrote it.", "At 7 a.m. it rings.", "It is No. 5 on the list.",
    "Paid on Nov. 22, 2026 by hand.", "The U.S. team won.",
  ])
  func abbreviationsAndNumbersAreNotCut(text: String) { #expect(texts(text) == [text]) }

  @Test(arguments: [
    ("It starts at 7 p.m. Bring food.", ["It starts at 7 p.m.", "Bring food."]),
    ("Is it on? No. It is off.", ["Is it on?", "No.", "It is off."]),
    ("Tea, milk etc. Then go.", ["Tea, milk etc.", "Then go."]),
    ("See you in May. It will be warm.", ["See you in May.", "It will be warm."]),
    ("(It is on.) Good.", ["(It is on.)", "Good."]),
    ("Really?! Yes… maybe.", ["Really?!", "Yes…", "maybe."]),
  ])
  func sentencesAfterAbbreviationsAreCut(text: String, clauses: [String]) { #expect(texts(text) == clauses) }

  @Test func markupNeverReachesAClause() {
    #expect(
      texts("**Lights:**\n- kitchen\n- hall\n\n<think>hmm.</think>Done. `ok`") == [
        "Lights: kitchen.", "hall.", "Done.", "ok",
      ])
  }

  @Test func aTextWithoutStopsIsCutBeforeAConjunctionOrAtASpace() {
    let text = (0..<80).map { $0 % 9 == 8 ? "and" : "word" }.joined(separator: " ")
    let clauses = texts(text)
    #expect(clauses.count >= 3)
    #expect(clauses.allSatisfy { $0.count <= 260 })
    #expect(clauses.joined(separator: " ") == text)
  }

  @Test func aWordWithoutEndIsCutInTheEnd() {
    let clauses = texts(String(repeating: "x", count: 10_000))
    #expect(clauses.allSatisfy { $0.count <= 640 })
    #expect(clauses.joined().count == 10_000)
  }

  @Test(arguments: ["", " ", "...", "***", "```\ncode\n```", "<think>x", "{\"a\": 1}", "👋"])
  func nothingToSayIsNoClause(text: String) { #expect(texts(text).isEmpty) }

  @Test func finishMakesItNew() {
    var splitter = ClauseSplitter()
    _ = splitter.append("<think>never closed")
    #expect(splitter.finish().isEmpty)
    #expect(splitter.append("Hello. Bye").map(\.text) == ["Hello."])
  }

  @Test func otherLanguagesAreLeftAsTheyAreWritten() {
    let clauses = ClauseSplitter.clauses(of: "**Es ist** 7:30 Uhr. Gut.", form: .asWritten)
    #expect(
      clauses == [Clause(text: "Es ist 7:30 Uhr.", spoken: "Es ist 7:30 Uhr."), Clause(text: "Gut.", spoken: "Gut.")])
  }

  // MARK: Pieces

  /// Texts in which something lies across every possible cut.
  static let cutTexts = [
    "The light is on. It is 3.5 °C, e.g. in the hall; Dr. Smith said so, and Nov. 22, 2026 is near.",
    "**Bold *it* text**, a [link (x)](https://a.example.org/x_(1)) and `code`!\n\n# Head ##\n- [x] one\n- two\n1. three\n",
    "| a | b |\n|---|:-:|\n| 1 | 2 |\nafter\n---\n```py\ncode. More.\n```\n> quote <b>x</b> <|im_end|>[INST] [1] [^2] y",
    "<think>a. b</think>Yes. <tool_call>{\"a\": \"}\"}</tool_call> No, &amp; &#39; &x; {\"k\": {\"v\": [1]}} a < b, 5 * 3 snake_case",
    "Milk\nEggs\nand bread\r\n\r\nDone 👍🏽! \\*x\\* ~5 ~~old~~ wait... really?! (Yes.) \"Quote.\" OK",
  ]

  @Test(arguments: cutTexts)
  func anyTwoCutsGiveTheSameClauses(text: String) {
    let scalars = Array(text.unicodeScalars)
    let whole = ClauseSplitter.clauses(of: text)
    func piece(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(scalars[range])) }
    for first in 0...scalars.count {
      // All first cuts; of the second ones every 17th, which is every one of them over all first cuts.
      for second in stride(from: first, through: scalars.count, by: 17) {
        var splitter = ClauseSplitter()
        var clauses = splitter.append(piece(0..<first))
        clauses += splitter.append(piece(first..<second))
        clauses += splitter.append(piece(second..<scalars.count))
        clauses += splitter.finish()
        guard clauses == whole else {
          Issue.record("cut at \(first) and \(second): \(clauses.map(\.text)) where \(whole.map(\.text)) was expected")
          return
        }
      }
    }
  }

  @Test func randomTextsGiveTheSameClausesScalarByScalar() {
    var random = SeededGenerator(seed: 7)
    let words = [
      "a", "The", "3", ".", ", ", " ", " ", "\n", "\n\n", "**", "*", "_", "`", "```", "[", "](", ")", "<", ">", "<b>",
      "{", "\"", "}",
      "&amp;", "&", "|", "- ", "# ", "1. ", "Dr.", "e.g.", "etc.", "5 km", "?", "!", "…", "---", "\\", "~", "<think>",
      "</think>",
      "[INST]", "and ", "because ", "👋", "é", "(", ":", ";", " – ", "No. ", "X",
    ]
    for _ in 0..<3_000 {
      let text = (0..<Int.random(in: 1...40, using: &random)).compactMap { _ in words.randomElement(using: &random) }
        .joined()
      var splitter = ClauseSplitter()
      var clauses: [Clause] = []
      for scalar in text.unicodeScalars { clauses += splitter.append(String(Character(scalar))) }
      clauses += splitter.finish()
      #expect(clauses == ClauseSplitter.clauses(of: text), "\(text.debugDescription)")
    }
  }

  @Test func noWordIsLostBetweenClauses() {
    for example in SpeechTextFixture.cases {
      let whole = MarkupFilter.plainText(of: example.text)
      let clauses = ClauseSplitter.clauses(of: example.text, form: .asWritten).map(\.text).joined(separator: " ")
      func letters(_ text: String) -> String { text.filter { $0.isLetter || $0.isNumber } }
      #expect(letters(clauses) == letters(whole), "\(example)")
    }
  }
}
