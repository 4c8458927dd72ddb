import Phrases
import Testing
import Tools

struct PhraseMatchTests {
  @Test func theHouseHasNoProblems() {
    #expect(House.set.problems == [])
    #expect(House.set.templateCount == 11)
  }

  @Test(
    arguments: [
      ("turn on the kitchen light", "set_light", ["room": "kitchen", "on": true]),
      ("Switch off the hall lights!", "set_light", ["room": "hall", "on": false]),
      ("TURN  ON, the living-room light", "set_light", ["room": "living_room", "on": true]),
      ("please turn on the lounge lights please", "set_light", ["room": "living_room", "on": true]),
      ("um, front room light off", "set_light", ["room": "living_room", "on": false]),
      ("dim to fifty percent", "set_level", ["level": 50]),
      ("dim the hall lights to 7%", "set_level", ["level": 7, "room": "hall"]),
      ("dim the kitchen to a hundred", "set_level", ["level": 100, "room": "kitchen"]),
      ("dim lights to twenty-one per cent", "set_level", ["level": 21]), ("maximum light", "set_level", ["level": 100]),
      ("set a timer for ten minutes", "set_timer", ["length_s": 600]),
      ("start the timer for an hour and a half", "set_timer", ["length_s": 5_400]),
      ("a timer of 1 h 30 min", "set_timer", ["length_s": 5_400]), ("90s timer", "set_timer", ["length_s": 90]),
      ("two and a half minutes timer", "set_timer", ["length_s": 150]),
      ("wake me at half past seven", "set_alarm", ["at": "07:30"]),
      ("wake me up at 7:30", "set_alarm", ["at": "07:30"]),
      ("wake me up at seven thirty pm", "set_alarm", ["at": "19:30"]),
      ("wake me at 7 p.m.", "set_alarm", ["at": "19:00"]),
      ("set the heating to twenty one point five degrees", "set_heating", ["celsius": 21.5]),
      ("set the heating to 21.5°", "set_heating", ["celsius": 21.5]),
      ("set the heating to 20", "set_heating", ["celsius": 20]),
      ("remember that Anna's train, the 9:15, is late", "note", ["text": "Anna's train, the 9:15, is late"]),
      ("note milk", "note", ["text": "milk"]), ("play radio four", "radio", ["channel": 4]),
      ("play radio 4", "radio", ["channel": 4]),
      ("play radio 21", "radio", ["channel": 21]), ("play radio twenty-one", "radio", ["channel": 21]),
    ] as [(String, String, JSONObject)])
  func whatIsSaidBecomesItsCall(text: String, name: String, arguments: JSONObject) {
    let match = House.set.match(text)
    #expect(match?.name == name)
    #expect(match?.arguments == arguments)
  }

  @Test(arguments: [
    "", " ", "!?", "please", "turn on the light", "turn the kitchen light on", "turn on the kitchen lights now",
    "turn on the kitchen light s", "set a timer for ten", "dim to one hundred and one", "dim to minus one",
    "dim to fifty point five", "wake me at twenty five", "wake me at half past thirteen am", "play radio two",
    "set the heating to four", "what is the weather like", "turn on the bathroom light", "a timer of no minutes",
  ])
  func everythingElseIsLeftToTheModel(text: String) {
    #expect(House.set.match(text) == nil)
  }

  @Test func argumentsComeInTheOrderOfTheParameters() {
    #expect(House.set.match("turn on the kitchen light")?.arguments.keys.elementsEqual(["room", "on"]) == true)
  }

  @Test func wordsWinOverFreeText() throws {
    let tool = House.tool("t", ["text": ["type": "string"], "kind": ["type": "integer"]])
    let set = PhraseSet([
      PhraseTool(
        tool: tool,
        phrases: [
          "say {text}", Phrase("say {text} loudly", fixed: ["kind": 2]), Phrase("say hello", fixed: ["kind": 3]),
        ])
    ])
    #expect(set.match("say hello")?.arguments == ["kind": 3])
    #expect(set.match("say hello loudly")?.arguments == ["text": "hello", "kind": 2])
    #expect(set.allMatches("say hello loudly").map(\.template) == [0, 1])
  }

  @Test(
    arguments: [
      ("{a:red|dark red=crimson|(light|pale) red=pink}", ["red": "red", "dark red": "crimson", "pale red": "pink"]),
      ("paint it{a: red=r| blue=b}", ["paint it red": "r", "paint it blue": "b"]),
      ("go {a:up|down}ward[s]", ["go upward": "up", "go downwards": "down"]),
    ] as [(String, [String: String])])
  func inlineAlternativesGiveTheirValue(template: String, sentences: [String: String]) {
    let set = PhraseSet([PhraseTool(tool: House.tool("t", ["a": ["type": "string"]]), phrases: [Phrase(template)])])
    #expect(set.problems == [])
    for (text, value) in sentences { #expect(set.match(text)?.arguments == ["a": .string(value)], "\(text)") }
  }

  @Test(arguments: [
    ("{on:on|off}", "on", true), ("{on:on|off}", "off", false), ("{on:off|on}", "on", true),
    ("{on:open|closed}", "closed", false), ("{on:open|close}", "close", false), ("{on:up|down}", "down", false),
    ("{on:go=true|halt=false}", "halt", false), ("{on:go=yes|halt=no}", "go", true), ("{on}", "enabled", true),
    ("{on}", "no", false), ("{on}", "closed", false), ("{on:start|stop}", "stop", false),
  ])
  func booleansAreSaidInPairs(slot: String, word: String, value: Bool) {
    let set = PhraseSet([PhraseTool(tool: House.tool("t", ["on": ["type": "boolean"]]), phrases: [Phrase("x \(slot)")])]
    )
    #expect(set.problems == [])
    #expect(set.match("x \(word)")?.arguments == ["on": .bool(value)])
  }

  @Test func spokenFormsReplaceTheWordsOfABoolean() {
    let tool = PhraseTool(
      tool: House.tool("t", ["on": ["type": "boolean"]]), phrases: ["x {on}"],
      spoken: ["on": ["true": ["(wide |)open", "ajar"].map { $0 == "(wide |)open" ? "[wide] open" : $0 }]])
    let set = PhraseSet([tool])
    #expect(set.problems == [])
    #expect(set.match("x wide open")?.arguments == ["on": true])
    #expect(set.match("x on") == nil)
    #expect(set.match("x off")?.arguments == ["on": false])
  }

  @Test(
    arguments: [
      ("light[s]", ["light", "lights"], ["light s"]), ("(un|)lock", [], ["lock"]),
      ("[un]lock it", ["lock it", "unlock it"], ["un lock it"]),
      ("(turn|switch)[ing] on", ["turning on", "switch on"], ["turn ing on"]),
      ("[please] [do] [the] dishes", ["dishes", "do dishes", "please the dishes"], ["the do dishes"]),
      ("a [b [c [d]]] e", ["a e", "a b e", "a b c d e"], ["a c e"]),
      ("(a|b c|(d|e) f) g", ["a g", "b c g", "e f g"], ["b g"]),
      ("what's up", ["what's up", "What\u{2019}s up?", "what 's up"], ["what up"]),
      ("check-in now", ["check in now", "check-in now"], ["checkin now"]),
      ("it is 7 o'clock", ["it is seven o'clock", "it is 7 o'clock"], []), ("(turn |)on", [], ["on"]),
      ("go (left |right )now", ["go left now"], ["go now"]),
      ("top 21", ["top 21", "top twenty one", "top twenty-one"], []), ("café[s]", ["CAFÉS", "cafe\u{301}"], ["cafe"]),
    ] as [(String, [String], [String])])
  func theNotationMeansWhatHomeAssistantUsersExpect(template: String, matching: [String], others: [String]) {
    let set = PhraseSet([PhraseTool(tool: House.tool("t", [:]), phrases: [Phrase(template)])])
    if matching.isEmpty { #expect(!set.problems.isEmpty) }
    for text in matching { #expect(set.match(text) != nil, "\(text)") }
    for text in others { #expect(set.match(text) == nil, "\(text)") }
  }

  @Test func possessivesFollowASlot() {
    let tool = House.tool("t", ["who": ["type": "string", "enum": ["anna", "max"]]], required: ["who"])
    let set = PhraseSet([PhraseTool(tool: tool, phrases: ["open {who}'s door"])])
    #expect(set.problems == [])
    #expect(set.match("Open Anna's door.")?.arguments == ["who": "anna"])
    #expect(set.sentences(limit: 10, seed: 1).sorted() == ["open anna's door", "open max's door"])
  }

  @Test func referencesAndNullableParametersAreFollowed() {
    let tool = ToolDefinition(
      name: "t", description: "",
      parameters: [
        "type": "object", "$defs": ["room": ["enum": ["hall"]]],
        "properties": [
          "room": ["$ref": "#/$defs/room"], "level": ["anyOf": [["type": "integer"], ["type": "null"]]],
          "note": ["type": ["string", "null"]],
        ],
      ])
    let set = PhraseSet([PhraseTool(tool: tool, phrases: ["x {room} y {level} z {note}"])])
    #expect(set.problems == [])
    #expect(
      set.match("x hall y 3 z something else")?.arguments == ["room": "hall", "level": 3, "note": "something else"])
  }

  @Test func outOfRangeValuesAreExplained() {
    #expect(
      House.set.nearMisses("dim to one hundred and one").first
        == PhraseNearMiss(
          tool: 1, template: 0, name: "set_level",
          reason: .outOfRange(parameter: "level", text: "must be at most 100")))
    #expect(
      House.set.nearMisses("set a timer for half a second").first?.reason
        == .outOfRange(parameter: "length_s", text: "is not a whole number of seconds"))
  }

  @Test func nearMissesSayWhereASentenceLeftATemplate() throws {
    let miss = try #require(House.set.nearMisses("turn on the bathroom light").first)
    #expect(miss.name == "set_light")
    #expect(miss.reason == .stopped(at: 3, word: "bathroom", expected: ["{room}"]))
    let short = try #require(House.set.nearMisses("wake me").first)
    guard case .stopped(at: 2, word: nil, let expected) = short.reason else {
      Issue.record("\(short.reason)")
      return
    }
    #expect(Set(expected) == ["up", "at"])
  }

  @Test func textsOfAnyLengthAreAnswered() {
    #expect(House.set.match(String(repeating: "turn on ", count: 100_000)) == nil)
    #expect(House.set.match("note " + String(repeating: "x ", count: 127))?.freeWords == 127)
    #expect(House.set.match("note " + String(repeating: "x ", count: 128)) == nil)
  }

  /// Nested optionals with the same word make 2^24 ways through the template for a matcher that tries them in turn.
  @Test func nestedOptionalsDoNotExplode() {
    let template = String(repeating: "[a] ", count: 24) + "[a [a [a [a [a [a]]]]]] b"
    let set = PhraseSet([PhraseTool(tool: House.tool("t", [:]), phrases: [Phrase(template)])])
    #expect(set.match(String(repeating: "a ", count: 30) + "b") != nil)
    #expect(set.match(String(repeating: "a ", count: 31) + "b") == nil)
    #expect(set.match(String(repeating: "a ", count: 30) + "c") == nil)
  }
}
