import Testing
import Tools

@Suite struct JSONLayoutTests {
  /// `repr` of Python 3.11.
  @Test(arguments: [
    (0.0, "0.0"), (-0.0, "-0.0"), (1.0, "1.0"), (-2.5, "-2.5"), (0.1, "0.1"), (100.0, "100.0"),
    (1e15, "1000000000000000.0"),
    (1e16, "1e+16"), (123456789012345680.0, "1.2345678901234568e+17"), (9007199254740994.0, "9007199254740994.0"),
    (1e22, "1e+22"), (1.5e300, "1.5e+300"), (0.0001, "0.0001"), (0.00001, "1e-05"), (0.00012345, "0.00012345"),
    (1.25e-7, "1.25e-07"), (.leastNonzeroMagnitude, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"),
    (3.14159, "3.14159"),
  ])
  func numbersAreLaidOutAsPythonDoes(number: Double, text: String) {
    #expect(JSONValue.number(number).text(.spaced) == text)
    #expect(JSONValue.number(number).text(.indented) == text)
  }

  @Test func spacedIsPythonsDumps() {
    let value: JSONValue = ["a": [1, 2.0, "ü\n\u{1}"], "b": [:], "c": [], "d": [true, .null]]
    #expect(value.text(.spaced) == #"{"a": [1, 2.0, "ü\n\u0001"], "b": {}, "c": [], "d": [true, null]}"#)
  }

  @Test func indentedIsPythonsDumpsWithFourSpaces() {
    let value: JSONValue = ["a": [1, ["b": "x"]], "c": [:]]
    #expect(
      value.text(.indented)
        == "{\n    \"a\": [\n        1,\n        {\n            \"b\": \"x\"\n        }\n    ],\n    \"c\": {}\n}")
  }
}
