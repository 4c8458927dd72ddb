import Testing

@testable import Configuration

/// What the notation means, and what of YAML is refused.
@Suite struct YAMLTests {
  private static func read(_ text: String) -> (root: YAMLNode?, problems: [String]) {
    var problems = ProblemList()
    let document = YAMLDocument(Array(text.utf8), &problems)
    return (document.root, problems.sorted.map { $0.description(file: "f") })
  }

  @Test(arguments: [
    "on", "off", "yes", "no", "On", "y", "22:30", "1_000", "0b1", "1.2.3", "+", "-", ".", "e5", ".inf", "0x",
  ])
  func wordStaysText(_ text: String) {
    #expect(YAMLScalar.resolve(text) == .text(text))
  }

  @Test func plainScalarsMeanWhatYAML12Says() {
    let cases: [(String, YAMLNode.Content)] = [
      ("true", .boolean(true)), ("False", .boolean(false)), ("", .null), ("~", .null), ("null", .null),
      ("0", .integer(0)), ("-7", .integer(-7)), ("+7", .integer(7)), ("007", .integer(7)), ("0x1F", .integer(31)),
      ("0o17", .integer(15)), ("9223372036854775807", .integer(.max)),
      ("9223372036854775808", .number(9.223372036854775808e18)),
      ("1.5", .number(1.5)), ("1.", .number(1)), (".5", .number(0.5)), ("-1e3", .number(-1000)), ("1.e2", .number(100)),
    ]
    for (text, expected) in cases { #expect(YAMLScalar.resolve(text) == expected, "\(text)") }
  }

  @Test func quotedScalarIsAlwaysText() {
    #expect(
      Self.read("a: \"5\"\nb: 'true'\nc: |\n  5\n").root?.entries?.map(\.value.content) == [
        .text("5"), .text("true"), .text("5\n"),
      ])
  }

  @Test func placesCountFromOneInCharacters() {
    let node = Self.read("a: 1\nb: {ä: [x, y]}\n").root
    #expect(node?["b"]?["ä"]?.list?[1].origin == .file(line: 2, column: 12))
  }

  @Test func keyThatStandsTwiceIsToldWithBothPlacesAndHidesNothing() {
    let (root, problems) = Self.read("a: 1\nb:\n  c: 1\n  d: 2\n  \"c\": 3\na: 4\n")
    #expect(
      problems == [
        "f:5:3: the key \"c\" stands twice; the first is in line 3",
        "f:6:1: the key \"a\" stands twice; the first is in line 1",
      ])
    #expect(root?["a"]?.integer == 1)
  }

  @Test func keyThatStandsTwiceInBracesIsTold() {
    #expect(Self.read("a: {b: 1, b: 2}\n").problems == ["f:1:5: the key \"b\" stands twice in this mapping"])
  }

  @Test func tabIsNamed() {
    #expect(Self.read("a:\n\tb: 1\n").problems == ["f:2:1: a tab indents this line; use spaces"])
  }

  @Test(arguments: [
    "a: [1", "a: b: c", "{", "\"", "- a\nb: 1", "a: *nowhere", "%", "a: !!binary x", "a: !mine {}", "--- 1\n--- 2",
  ])
  func brokenTextIsRefusedWithAPlace(_ text: String) {
    let problems = Self.read(text).problems
    #expect(problems.count == 1)
    #expect(problems.first?.hasPrefix("f:") == true)
  }

  @Test func aliasStandsForItsValue() {
    let (root, problems) = Self.read("a: &x {b: 1}\nc: *x\n")
    #expect(problems.isEmpty)
    #expect(root?["c"]?["b"]?.integer == 1)
  }

  @Test func mergeKeyIsRefused() {
    #expect(
      Self.read("a: &x {b: 1}\nc:\n  <<: *x\n").problems.first?.hasPrefix("f:3:3: merge keys (<<) are not read") == true
    )
  }

  @Test func billionLaughsAreRefused() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...30 {
      text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
    }
    let problems = Self.read(text).problems
    #expect(problems.count == 1)
    #expect(problems.first?.contains("more than 65536 values") == true)
  }

  @Test(arguments: [
    "? *a30\n: 1\n", "*a30 : 1\n", "b: {*a30 : 1}\n", "b: [*a30: 1]\n", "{[*a30]: 1}\n", "b: {?*a30 : 1}\n",
    "? [*a30]\n: 1\n",
  ])
  func billionLaughsInAKeyAreRefused(_ key: String) {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...30 {
      text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
    }
    #expect(Self.read(text + key).problems.count == 1)
  }

  @Test(arguments: [65, 200, 999, 1001, 100_000])
  func deepNestingIsRefused(_ depth: Int) {
    #expect(Self.read(String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).problems.count == 1)
    #expect(Self.read(String(repeating: "- ", count: depth) + "a\n").problems.count == 1)
  }

  @Test func sixtyThreeLevelsAreTaken() {
    #expect(Self.read(String(repeating: "[", count: 63) + "a" + String(repeating: "]", count: 63)).problems.isEmpty)
  }

  @Test func textThatIsNotUTF8IsRefusedWithItsPlace() {
    var problems = ProblemList()
    _ = YAMLDocument(Array("a: 1\nb: ".utf8) + [0xFF, 0x0A], &problems)
    #expect(
      problems.sorted.map { $0.description(file: "f") } == ["f:2:4: the file is not UTF-8 text here; save it as UTF-8"])
  }

  @Test func byteOrderMarkIsSkipped() {
    var problems = ProblemList()
    let document = YAMLDocument([0xEF, 0xBB, 0xBF] + Array("a: 1\n".utf8), &problems)
    #expect(problems.isEmpty)
    #expect(document.root?["a"]?.integer == 1)
  }

  @Test func nullBytesAndControlCharactersAreRefused() {
    for byte in UInt8(0)..<32 where byte != 9 && byte != 10 && byte != 13 {
      var problems = ProblemList()
      _ = YAMLDocument(Array("a: b".utf8) + [byte], &problems)
      #expect(!problems.isEmpty, "byte \(byte)")
    }
  }

  @Test func emptyFileIsTheDefaults() throws {
    let configuration = try Configuration.parse([], file: "f").configuration
    #expect(configuration == (try Configuration.parse(Array("# nothing\n".utf8), file: "f").configuration))
    #expect(configuration.tools.isEmpty)
    #expect(configuration.turns.silence == .milliseconds(500))
    #expect(configuration.board == .real)
  }

  @Test func documentThatIsNoMappingIsRefused() {
    #expect(Self.read("- a\n").problems.isEmpty)
    #expect(ProblemTests.problems("- a\n") == ["f:1:1: the file is a list, not a mapping of sections"])
  }

  @Test func writtenTextReadsBackTheSame() {
    let texts = [
      "", "on", "No", "5", "0x1F", "1e3", "~", "null", " a", "a ", "a: b", "a #b", "- a", "\"", "'", "\\", "{x}", "[x]",
      "ä🙂",
      "a\nb", "\t", "\u{85}", "\u{2028}", "a\u{FEFF}", "\u{7F}", "\u{1F}", "*a", "&a", "!a", "%a", "@a", "`a", "?", "=",
      "<<",
      String(repeating: "x", count: 3000),
    ]
    for text in texts {
      let node = YAMLNode(
        .mapping([.init(key: "k", keyOrigin: .builtIn, value: YAMLNode(.text(text), .builtIn))]), .builtIn)
      var lines: [String] = []
      YAMLWriter().block(node, indentation: 0, to: &lines)
      let (root, problems) = Self.read(lines.joined(separator: "\n") + "\n")
      #expect(problems.isEmpty)
      #expect(root?.entries?.first?.value.text == text)
    }
  }
}
