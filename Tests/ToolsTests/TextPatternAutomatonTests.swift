import Testing
import Tools

@Suite struct TextPatternAutomatonTests {
  @Test(arguments: [
    "", "a", "^a", "a$", "^$", "^a|b$", "(ab)*c", "a{2,3}b", "\\bon\\b", "\\Bn", "^\\B$", "\\ba", "[^a]", "\\W",
    "^\\S+$",
    "\\p{L}n", "^.$", "o.\\b", "(^|b)a", "a(b|$)", "^(a|ab)(c|bc)$", "\\d+\\s", "a\\b|\\bb",
  ])
  func itDecidesAsThePatternItself(_ source: String) throws {
    let pattern = try TextPattern(source)
    let automaton = try TextPatternAutomaton([pattern])
    var generator = SeededGenerator(seed: 5)
    let alphabet: [Character] = ["a", "b", "c", "o", "n", " ", "-", "1", "é", "\n", "😀"]
    for _ in 0..<2_000 {
      let text = String(
        (0..<Int.random(in: 0...6, using: &generator)).map { _ in alphabet.randomElement(using: &generator)! })
      #expect(automaton.matches(text) == pattern.matches(text), "\(source) on \(text)")
    }
  }

  @Test func severalPatternsMustAllMatch() throws {
    let automaton = try TextPatternAutomaton(try ["a", "b$"].map { try TextPattern($0) })
    #expect(automaton.matches("ab") && !automaton.matches("a") && !automaton.matches("b") && !automaton.matches("ba"))
  }

  @Test func aPatternOfTooManyStatesIsRefused() throws {
    let pattern = try TextPattern("(a|b)*a(a|b){12}$")
    #expect(throws: ToolsError.self) { try TextPatternAutomaton([pattern]) }
  }
}
