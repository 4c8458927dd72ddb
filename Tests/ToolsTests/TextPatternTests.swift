import Testing
import Tools

struct TextPatternTests {
  @Test(
    arguments: [
      ("", ["", "a"], []), ("a", ["a", "ba"], ["", "b"]), ("^a$", ["a"], ["aa", "a\n", "ba"]),
      ("^(on|off)$", ["on", "off"], ["o", "onoff", ""]), ("^(?:a|b)+$", ["a", "abba"], ["", "abc"]),
      ("^a*?b{2,3}$", ["bb", "aabbb"], ["b", "bbbb"]), ("^a{0}b$", ["b"], ["ab"]), ("^a{2}$", ["aa"], ["a", "aaa"]),
      ("^a{2,}$", ["aa", "aaaa"], ["a"]), ("^[a-cx]$", ["a", "c", "x"], ["d", "-"]),
      ("^[^a-c]$", ["d", "é"], ["a", ""]),
      ("^[a-]$", ["a", "-"], ["b"]), ("^[]$", [], ["", "a"]), ("^[^]$", ["a", "\n"], [""]),
      ("^\\d\\D\\w\\W\\s\\S$", ["1aa! x"], ["a1a! x"]), ("^\\w$", ["_", "Z", "0"], ["é", "-"]),
      ("^.$", ["x", "😀"], ["\n"]),
      ("^[\\d_-]+$", ["1_-"], ["a"]), ("^[\\D]$", ["a"], ["1"]), ("\\bcat\\b", ["a cat!"], ["concat"]),
      ("\\Bcat", ["concat"], ["cat"]), ("^\\u00e9\\x41\\u{1F600}\\ud83d\\ude00$", ["éA😀😀"], ["é"]),
      ("^\\p{Lu}\\p{L}\\P{L}$", ["Éa1"], ["éa1", "Éaa"]), ("^\\.\\*\\{\\]\\/\\-$", [".*{]/-"], ["a*{]/-"]),
      ("(?<year>\\d{4})", ["in 2026"], ["26"]), ("^(a|ab)(c|bcd)$", ["abcd", "ac", "abc"], ["abd"]),
      ("a||b", ["", "x"], []),
      ("^(a*)*$", ["", "aaaa"], ["b"]), ("^(a?){3}$", ["", "aaa"], ["aaaa"]), ("\\t\\n\\cJ\\0", ["\t\n\n\0"], ["t"]),
    ] as [(String, [String], [String])])
  func matchesAsECMAScriptDoes(source: String, matching: [String], others: [String]) throws {
    let pattern = try TextPattern(source)
    for text in matching { #expect(pattern.matches(text) == true, "\(text)") }
    for text in others { #expect(pattern.matches(text) == false, "\(text)") }
  }

  @Test(arguments: [
    "(", ")", "[", "]", "{", "}", "a{", "a{1", "a{,2}", "a{2,1}", "*", "+a", "a**", "a{2}{3}", "\\", "\\q", "\\1",
    "(a)\\1",
    "(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?i)a", "(?P<n>a)", "[z-a]", "[\\d-z]", "\\p{Script=Greek}", "\\pL", "\\u12",
    "\\u{110000}", "\\ud800", "\\x4", "\\c1", "\\01", "a{1001}", "(?:a{1000}){1000}", "(?:(?:(?:){1000}){1000}){1000}",
    "^*",
  ])
  func whatHasNoLinearMatcherOrNoMeaningIsRefused(source: String) {
    let error = #expect(throws: ToolsError.self) { try TextPattern(source) }
    #expect(error?.code == .unsupported || error?.code == .limitExceeded)
  }

  @Test func nestedGroupsAreBounded() {
    #expect(throws: ToolsError.self) {
      try TextPattern(String(repeating: "(", count: 400) + String(repeating: ")", count: 400))
    }
  }

  /// A backtracking matcher needs 2^30 steps for these; this one needs a few thousand.
  @Test(arguments: ["^(a+)+$", "^(a|aa)+$", "^(a*)*b", "^(.*?,){20}x$", "^(a|a?)+$"])
  func patternsThatBreakBacktrackersAnswer(source: String) throws {
    #expect(try TextPattern(source).matches(String(repeating: "a", count: 5_000) + "!") == false)
  }

  @Test func textsThatAreTooLongHaveNoAnswer() throws {
    #expect(try TextPattern("b").matches(String(repeating: "a", count: 65_536)) == false)
    #expect(try TextPattern("a").matches(String(repeating: "a", count: 65_537)) == nil)
  }

  @Test func mutatedPatternsCompileOrAreRefused() throws {
    let seeds = ["^(?:[a-z0-9_-]{2,8}|\\d+\\.?\\d*)$", "(?<n>\\p{L}+)\\s*(on|off)?[^\\W\\d]*?\\u00e9"]
    var generator = SeededGenerator(seed: 3)
    var compiled = 0
    for round in 0..<5_000 {
      let source = String(decoding: generator.mutate(Array(seeds[round % 2].utf8)), as: UTF8.self)
      if let pattern = try? TextPattern(source) {
        compiled += 1
        #expect(pattern.matches("kitchen 12.5 on") != nil)
      }
    }
    #expect(compiled > 100)
  }
}
