import Inference
import Testing
import Tools

@Suite struct SchemaKeywordTests {
  @Test(
    arguments: [
      (
        #"{"type":"integer","minimum":-12,"maximum":105}"#, ["-12", "-1", "0", "9", "100", "105"],
        ["-13", "106", "-0", "00", "01", "1.0", "1e1", "+1", "-", ""]
      ),
      (#"{"type":"integer","exclusiveMinimum":-3,"exclusiveMaximum":3}"#, ["-2", "2", "0"], ["-3", "3", "10"]),
      (#"{"type":"integer","minimum":0.5,"maximum":2.5}"#, ["1", "2"], ["0", "3"]),
      (
        #"{"type":"integer","minimum":95,"maximum":1005,"multipleOf":10}"#, ["100", "1000", "990"],
        ["95", "10", "105", "1005", "0"]
      ),
      (#"{"type":"integer","multipleOf":0.75}"#, ["3", "-6", "0"], ["1", "4"]),
      (#"{"type":"integer"}"#, ["999999999999999", "-999999999999999"], ["1000000000000000"]),
      (#"{"type":"integer","minimum":-20,"maximum":-10}"#, ["-20", "-10", "-15"], ["-9", "-21", "10", "-1", "-2"]),
      (#"{"type":"integer","format":"int32","minimum":2147483640}"#, ["2147483647"], ["2147483648"]),
      (
        #"{"type":"number","minimum":-0.5,"maximum":0.25}"#, ["-0.5", "-0.50", "0.25", "0", "0.000001"],
        ["-0.51", "0.26", "0.250001", "-0", "-0.0", ".5", "0.", "0.0000001"]
      ),
      (#"{"type":"number","exclusiveMinimum":0,"maximum":1}"#, ["0.1", "1", "1.0", "0.000001"], ["0", "0.0", "1.1"]),
      (#"{"type":"number","multipleOf":0.25,"maximum":2}"#, ["0.25", "0.5", "-1.75", "2"], ["0.3", "2.25", "0.250"]),
      (#"{"type":"number","minimum":1e-8,"maximum":2e-8}"#, ["0.00000001", "0.00000002"], ["0.00000003", "0"]),
      (#"{"type":"boolean"}"#, ["true", "false"], ["True", "1", "null"]),
      (#"{"type":"null"}"#, ["null"], ["0"]),
      (#"{"type":["integer","null"]}"#, ["null", "7"], ["true"]),
      (
        #"{"enum":["a","ab","日本",1,12,null]}"#, [#""a""#, #""ab""#, #""日本""#, "1", "12", "null"],
        [#""abc""#, "2", "123", "\"\""]
      ),
      (#"{"enum":[1,"1",2.5],"type":"number"}"#, ["1", "2.5"], [#""1""#]),
      (#"{"const":{"b":[1,{}],"a":"\n"}}"#, [#"{"b": [1, {}], "a": "\n"}"#], [#"{"a": "\n", "b": [1, {}]}"#]),
      (
        #"{"type":"string","minLength":2,"maxLength":3}"#,
        [#""ab""#, #""äöü""#, #""😀😀""#, #""\ud83d\ude00x""#, #""\u0041\n""#, #""\"\\""#],
        [#""a""#, #""abcd""#, #""\ud83dab""#, #""\ude00a""#, "\"a\nb\"", #""\x41a""#, #""\u0000a""#, "\"a\u{0}\""]
      ),
      (#"{"type":"string","maxLength":0}"#, [#""""#], [#""a""#]),
      (
        #"{"type":"string","pattern":"^[a-c]{2,3}$"}"#, [#""ab""#, #""ccc""#, #""\u0061b""#],
        [#""a""#, #""abca""#, #""abd""#]
      ),
      (#"{"type":"string","pattern":"b"}"#, [#""b""#, #""abc""#], [#""ac""#, #""""#]),
      (#"{"type":"string","pattern":"^a|z$"}"#, [#""ab""#, #""yz""#], [#""ba""#]),
      (#"{"type":"string","pattern":"\\bon\\b"}"#, [#""on""#, #""turn on""#], [#""once""#, #""iron""#]),
      (#"{"type":"string","pattern":"^(ab)+$","minLength":3,"maxLength":5}"#, [#""abab""#], [#""ab""#, #""ababab""#]),
      (#"{"type":"string","pattern":"^\\p{Lu}.\\d$"}"#, [#""Äx1""#, #""A😀9""#], [#""äx1""#, #""Axx""#]),
      (#"{"type":"string","pattern":"^\"\\\\$"}"#, [#""\"\\""#], [#""\"""#]),
      (
        #"{"allOf":[{"type":"string","pattern":"a"},{"pattern":"b"},{"maxLength":2}]}"#, [#""ab""#, #""ba""#],
        [#""a""#, #""aba""#]
      ),
      (
        #"{"type":"string","format":"date"}"#, [#""2026-02-28""#, #""2024-02-29""#, #""2026-12-31""#],
        [#""2026-02-29""#, #""2026-13-01""#, #""2026-04-31""#]
      ),
      (
        #"{"type":"array","items":{"type":"integer"},"minItems":1,"maxItems":2}"#, ["[1]", "[1, 22]"],
        ["[]", "[1, 2, 3]", "[1,2]", "[1, ]"]
      ),
      (
        #"{"type":"array","prefixItems":[{"const":1},{"const":2}],"items":false}"#, ["[]", "[1]", "[1, 2]"],
        ["[2]", "[1, 2, 3]"]
      ),
      (
        #"{"type":"array","items":{"enum":[1,10,2]},"uniqueItems":true,"minItems":2}"#, ["[1, 10]", "[2, 10, 1]"],
        ["[1]", "[1, 1]", "[1, 2, 1]"]
      ),
      (
        #"{"type":"array","items":{"enum":[1,2,3,4,5,6,7,8]},"uniqueItems":true}"#, ["[]", "[1, 8]", "[2, 3, 4]"],
        ["[1, 1]", "[8, 8]"]
      ),
      (#"{"type":"object","properties":{}}"#, ["{}"], [#"{"a": 1}"#]),
      (
        #"{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"null"},"c":{"type":"null"}},"required":["b"]}"#,
        [#"{"b": null}"#, #"{"a": 1, "b": null}"#, #"{"a": 1, "b": null, "c": null}"#],
        ["{}", #"{"a": 1}"#, #"{"b": null, "a": 1}"#, #"{, "b": null}"#, #"{"a": 1, }"#]
      ),
      (
        #"{"type":"object","properties":{"a":{"type":"null"},"b":{"type":"null"},"c":{"type":"null"}},"minProperties":1,"maxProperties":2}"#,
        [#"{"a": null}"#, #"{"b": null, "c": null}"#], ["{}", #"{"a": null, "b": null, "c": null}"#]
      ),
      (
        #"{"type":"object","properties":{"a":{"type":"object","properties":{"x":{"type":"null"}}}}}"#,
        ["{}", #"{"a": {}}"#, #"{"a": {"x": null}}"#], [#"{"a": null}"#]
      ),
      (
        #"{"type":"object","minProperties":2,"maxProperties":2,"additionalProperties":{"type":"null"}}"#,
        [#"{"a": null, "b": null}"#],
        [#"{"a": null}"#, #"{"a": null, "a": null}"#, #"{"a": null, "b": null, "c": null}"#]
      ),
      (
        ##"{"$ref":"#/$defs/t","$defs":{"t":{"type":"object","properties":{"n":{"$ref":"#/$defs/t"}}}}}"##,
        ["{}", #"{"n": {}}"#, #"{"n": {"n": {"n": {}}}}"#], [#"{"n": null}"#]
      ),
      (
        #"{"anyOf":[{"type":"integer","maximum":5},{"type":"string","maxLength":1}],"title":"x"}"#, ["5", #""a""#],
        ["6", #""ab""#]
      ),
      (
        #"{"type":"integer","minimum":0,"anyOf":[{"maximum":5},{"multipleOf":100}]}"#, ["0", "5", "300"],
        ["-1", "6", "150"]
      ),
      (#"{"oneOf":[{"type":"integer"},{"type":"string"}]}"#, ["5", #""a""#], ["null"]),
      (#"{"type":"integer","enum":[1,2,3],"minimum":2}"#, ["2", "3"], ["1"]),
      (
        #"{"type":"object","properties":{"q\"\\":{"type":"null"},"ü":{"type":"null"}}}"#,
        [#"{"q\"\\": null, "ü": null}"#], [#"{"q": null}"#]
      ),
      (
        #"{"type":"object","patternProperties":{"^n":{"type":"integer"}},"properties":{"n1":{"minimum":5},"x":{"type":"null"}},"additionalProperties":false}"#,
        [#"{"n1": 5}"#, #"{"x": null}"#], [#"{"n1": 4}"#, #"{"n2": 5}"#]
      ),
      (
        #"{"type":"object","properties":{"abc":{"type":"null"},"x":{"type":"null"}},"propertyNames":{"maxLength":2}}"#,
        [#"{"x": null}"#], [#"{"abc": null}"#]
      ),
    ] as [(String, [String], [String])])
  func aKeywordTakesWhatItAllowsAndNothingElse(_ schema: String, _ taken: [String], _ refused: [String]) throws {
    let source = try JSONValue(parsing: schema)
    for text in taken {
      #expect(try accepts(source, text), "\(text)")
      #expect(try JSONSchema(source).accepts(JSONValue(parsing: text)), "\(text)")
    }
    for text in refused { #expect(try !accepts(source, text), "\(text)") }
  }

  @Test(arguments: [
    (#"{"type":"object","properties":{"a":{"not":{"type":"string"}}}}"#, "/properties/a/not"),
    (#"{"if":{"type":"string"},"then":{"maxLength":2}}"#, "/if"),
    (#"{"type":"array","contains":{"const":1}}"#, "/contains"),
    (#"{"type":"integer","minimum":2,"maximum":1}"#, "/minimum"),
    (#"{"type":"integer","minimum":1000000000000000}"#, "/minimum"),
    (#"{"type":"integer","minimum":11,"maximum":19,"multipleOf":10}"#, "/minimum"),
    (#"{"type":"string","minLength":9000}"#, "/minLength"),
    (#"{"type":"string","pattern":"^a{3}$","maxLength":2}"#, "/pattern"),
    (#"{"type":"string","pattern":"(a|b)*a(a|b){12}$"}"#, "/pattern"),
    (#"{"type":"array","items":{"type":"string"},"uniqueItems":true}"#, "/uniqueItems"),
    (#"{"type":"array","items":false,"minItems":1}"#, "/items"),
    (#"{"oneOf":[{"type":"integer"},{"type":"number"}]}"#, "/oneOf"),
    (#"{"allOf":[{"const":1},{"const":2}]}"#, "the root"),
    (
      ##"{"$ref":"#/$defs/t","$defs":{"t":{"type":"object","properties":{"n":{"$ref":"#/$defs/t"}},"required":["n"]}}}"##,
      "/$defs/t"
    ),
    (
      #"{"type":"object","properties":{"a":{"type":"null"},"b":{"type":"null"}},"dependentRequired":{"a":["b"]}}"#,
      "/dependentRequired"
    ),
    (#"{"enum":[1,"x"],"type":"boolean"}"#, "the root"),
    (#"{"type":"array","items":{"type":"string"},"minItems":2000}"#, "/minItems"),
    (#"{"type":"object","patternProperties":{"^a":{}},"minProperties":1}"#, "/patternProperties"),
  ])
  func whatCannotBeHonouredIsRefusedAtItsKeyword(_ schema: String, _ pointer: String) throws {
    let message = try #require(try refusal(JSONValue(parsing: schema)))
    #expect(message.contains("at \(pointer)") || message.contains("\(pointer):"), "\(message)")
  }
}
