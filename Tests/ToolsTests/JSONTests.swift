import Testing
import Tools

struct JSONTests {
  @Test(
    arguments: [
      ("null", .null), ("true", true), (" false\n", false), ("0", 0), ("-0", 0), ("-12", -12),
      ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
      ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1.0", .number(1)), ("1e2", .number(100)),
      ("-2.5E-1", .number(-0.25)), ("0.1", .number(0.1)), ("5e-324", .number(.leastNonzeroMagnitude)),
      ("1e-999", .number(0)),
      ("\"\"", ""), ("\"a\\n\\u00e9\\ud83d\\ude00\\/\"", "a\né😀/"), ("\"é😀\"", "é😀"), ("[]", []),
      ("[1,[2]]", [1, [2]]),
      ("{}", [:]), ("{\"b\":1,\"a\":{\"c\":null}}", ["b": 1, "a": ["c": .null]]),
    ] as [(String, JSONValue)])
  func validTextReads(text: String, expected: JSONValue) throws {
    #expect(try JSONValue(parsing: text) == expected)
  }

  @Test(
    arguments: [
      ("", 0), (" ", 1), ("nul", 0), ("True", 0), ("01", 1), ("-", 1), ("+1", 0), ("1.", 2), (".5", 0), ("1e", 2),
      ("1e+", 3), ("0x10", 1), ("NaN", 0), ("Infinity", 0), ("1e999", 0), ("[", 1), ("[1", 2), ("[1,", 3), ("[1,]", 3),
      ("[,1]", 1), ("[1 2]", 3), ("{", 1), ("{\"a\"", 4), ("{\"a\":", 5), ("{\"a\":1", 6), ("{\"a\":1,}", 7),
      ("{a:1}", 1), ("{1:1}", 1), ("{\"a\":1,\"a\":2}", 7), ("\"", 1), ("\"\\", 2), ("\"\\x\"", 1), ("\"\\u12\"", 5),
      ("\"\\ud800\"", 1), ("\"\\udc00\"", 1), ("\"\\ud800\\u0041\"", 1), ("\"\\ud800\\ud800\"", 1), ("\"a\nb\"", 2),
      ("1 2", 2), ("[] x", 3), ("'a'", 0), ("// c\n1", 0), ("\u{FEFF}1", 0), ("\u{0C}1", 0),
    ] as [(String, Int)])
  func invalidTextIsRefusedAtItsPlace(text: String, offset: Int) {
    let error = #expect(throws: ToolsError.self) { try JSONValue(parsing: text) }
    #expect(error?.position?.offset == offset)
  }

  @Test(
    arguments: [
      [0x80], [0xC0, 0xAF], [0xC1, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80],
      [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xC3], [0xE2, 0x82], [0xE2, 0x28, 0xA1], [0xFF],
    ] as [[UInt8]])
  func brokenUTF8IsRefused(bytes: [UInt8]) {
    let text = [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")]
    let error = #expect(throws: ToolsError.self) { try JSONValue(parsing: text) }
    #expect(error?.position?.offset == 1)
  }

  @Test func everyScalarSurvivesWritingAndReading() throws {
    for start in stride(from: UInt32(0), to: 0x110000, by: 0x400) {
      var text = ""
      for value in start..<start + 0x400 {
        if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
      }
      let read = try JSONValue(parsing: JSONValue.string(text).bytes())
      // Scalar by scalar: strings compare equal under normalisation.
      #expect(read.stringValue.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
    }
  }

  @Test func positionCountsLinesAndScalars() {
    let error = #expect(throws: ToolsError.self) { try JSONValue(parsing: "{\n  \"é\": 1,\n  \"ö\": x\n}") }
    #expect(error?.position == .init(offset: 21, line: 3, column: 8))
  }

  @Test func limitsHold() throws {
    let limits = JSONLimits(maximumBytes: 100, maximumDepth: 3, maximumValues: 10, maximumNumberBytes: 8)
    #expect(try JSONValue(parsing: "[[[]]]", limits: limits) == [[[]]])
    for text in [
      "[[[[]]]]", "{\"a\":{\"a\":{\"a\":{}}}}", "[1,2,3,4,5,6,7,8,9,10]", "123456789",
      String(repeating: " ", count: 101),
    ] {
      let error = #expect(throws: ToolsError.self) { try JSONValue(parsing: text, limits: limits) }
      #expect(error?.code == .limitExceeded)
    }
  }

  @Test func deepestAllowedNestingReadsAndMoreIsRefused() throws {
    let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(try JSONValue(parsing: deep).text() == deep)
    #expect(throws: ToolsError.self) { try JSONValue(parsing: String(repeating: "[", count: 1 << 20)) }
  }

  @Test func keysKeepTheirOrder() throws {
    let text = #"{"z":1,"a":2,"m":{"y":[],"b":{}}}"#
    #expect(try JSONValue(parsing: text).text() == text)
  }

  @Test func prettyLayoutReads() throws {
    let value: JSONValue = ["a": [1, [:], []], "b": ["c": "d"]]
    let text = """
      {
        "a": [
          1,
          {},
          []
        ],
        "b": {
          "c": "d"
        }
      }
      """
    #expect(value.text(.pretty) == text)
    #expect(try JSONValue(parsing: text) == value)
  }

  @Test func doublesReadBackEqual() throws {
    var generator = SeededGenerator(seed: 4)
    for _ in 0..<20_000 {
      let number = Double(bitPattern: generator.next())
      guard number.isFinite else { continue }
      #expect(try JSONValue(parsing: JSONValue.number(number).text()) == .number(number))
    }
  }

  @Test func numbersThatNoParserMakesAreWrittenAsNull() {
    #expect(JSONValue.array([.number(.nan), .number(.infinity)]).text() == "[null,null]")
  }

  @Test func mutatedTextIsReadOrRefusedAndNeverTraps() throws {
    let seeds = [
      #"{"type":"object","properties":{"room":{"enum":["kitchen","häll"]},"n":{"minimum":-1.5e3}},"required":["room"]}"#,
      #"[1,2.5,-0,1e10,"a\u00e9\ud83d\ude00\\",null,true,{"a":[{}]}]"#,
    ]
    var generator = SeededGenerator(seed: 9)
    var accepted = 0
    for round in 0..<20_000 {
      let bytes = generator.mutate(Array(seeds[round % seeds.count].utf8))
      if let value = try? JSONValue(parsing: bytes) {
        accepted += 1
        #expect(try JSONValue(parsing: value.bytes()) == value)
      }
    }
    #expect(accepted > 100)
  }

  @Test func pointersFollowKeysAndIndices() throws {
    let value: JSONValue = ["a/b": ["~": [10, 20]], "": 1]
    #expect(value.value(at: "/a~1b/~0/1") == 20)
    #expect(value.value(at: "/") == 1)
    #expect(value.value(at: "") == value)
    for pointer in [
      "a", "/x", "/a~1b/~0/2", "/a~1b/~0/01", "/a~1b/~0/-1", "/~2", "/~", "/a~1b/~0/99999999999999999999",
    ] {
      #expect(value.value(at: pointer) == nil)
    }
    #expect(JSONPointer.appending("a/~b", to: "/x") == "/x/a~1~0b")
  }
}
