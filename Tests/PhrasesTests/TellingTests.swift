import Phrases
import Testing
import Tools

struct TellingTests {
  @Test(
    arguments: [
      ("set_light", ["room": "living_room", "on": true], "turn on the living room lights"),
      ("set_light", ["room": "hall", "on": false], "turn off the hall lights"),
      ("set_level", ["level": 40], "dim lights to 40 percent"),
      ("set_level", ["level": 40, "room": "hall"], "dim the hall lights to 40 percent"),
      ("set_level", ["level": 100], "dim lights to 100 percent"),
      ("set_timer", ["length_s": 600], "set a timer for 10 minutes"),
      ("set_timer", ["length_s": 3_600], "set a timer for 1 hour"),
      ("set_timer", ["length_s": 90], "set a timer for 90 seconds"),
      ("set_alarm", ["at": "07:30"], "wake me up at 07:30"),
      ("set_heating", ["celsius": 20.5], "set the heating to 20.5 degrees"),
      ("note", ["text": "buy bread"], "note that buy bread"),
      ("radio", ["channel": 4], "play radio four"),
    ] as [(String, JSONObject, String)])
  func aCallIsToldAsItWouldBeAskedFor(name: String, arguments: JSONObject, sentence: String) {
    #expect(House.set.sentence(calling: name, arguments: arguments) == sentence)
  }

  @Test func whatNoPhraseSaysIsNotTold() {
    for (name, arguments) in [
      ("set_light", ["room": "attic", "on": true]), ("set_light", ["room": "hall"]), ("set_light", [:]),
      ("set_light", ["room": "hall", "on": true, "colour": "red"]), ("radio", ["channel": 5]), ("nothing", [:]),
      ("set_alarm", ["at": 7]), ("note", ["text": ""]), ("set_timer", ["length_s": 0.5]),
    ] as [(String, JSONObject)] {
      #expect(House.set.sentence(calling: name, arguments: arguments) == nil, "\(name) \(arguments)")
    }
  }

  @Test func whatIsToldMeansTheSame() {
    var told = 0
    for said in House.set.sentences(limit: 2_000, seed: 3) {
      guard let match = House.set.match(said) else { continue }
      guard let sentence = House.set.sentence(calling: match.name, arguments: match.arguments) else {
        Issue.record("\(said)")
        continue
      }
      #expect(House.set.match(sentence)?.arguments == match.arguments, "\(said): \(sentence)")
      told += 1
    }
    #expect(told > 500)
  }

  @Test func manyChoicesAreNotAllTried() {
    let words = (0..<20).map { "(a\($0)|b\($0)|c\($0))" }.joined(separator: " ")
    let tool = House.tool("t", ["on": ["type": "boolean"]])
    let set = PhraseSet([PhraseTool(tool: tool, phrases: [Phrase("\(words) {on:on|off}")])])
    #expect(set.templateCount == 1)
    #expect(set.sentence(calling: "t", arguments: ["on": 1]) == nil)
    #expect(set.sentence(calling: "t", arguments: ["on": false])?.hasSuffix("c0") == false)
  }
}
