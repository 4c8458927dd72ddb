import Phrases
import Testing
import Tools

struct PhraseOutlookTests {
  @Test(
    arguments: [
      // Nothing of the house begins so.
      ("", .foreign), ("how are you", .foreign), ("kitchen", .begun), ("turn the", .foreign),
      // Beginnings.
      ("turn", .begun), ("turn on", .begun), ("turn on the", .begun), ("turn on the kitchen", .begun),
      ("um turn on the", .begun), ("turn on the living", .begun), ("dim to", .begun),
      ("set a timer for", .begun), ("wake me at", .begun), ("wake me at half past", .begun),
      // A number that is no duration yet.
      ("set a timer for twenty", .begun),
      // Whole, and nothing can follow.
      ("turn on the kitchen lights", .phrase), ("please turn on the lounge light please", .phrase),
      ("maximum light", .phrase), ("play radio four", .phrase),
      // Whole, and more may follow: another digit, minutes behind an hour, a fraction, any word.
      ("dim to twenty", .phraseThatMayGoOn), ("set a timer for an hour", .phraseThatMayGoOn),
      ("wake me at seven", .phraseThatMayGoOn), ("note milk", .phraseThatMayGoOn),
      // A hundred is the most there is, but percent may follow it.
      ("dim to a hundred percent", .phrase),
    ] as [(String, PhraseOutlook)])
  func saysWhatMayFollow(text: String, expected: PhraseOutlook) {
    #expect(House.set.outlook(text) == expected, "\(text)")
  }

  /// The value takes "percent" as well; that its phrase has it once more does not keep anybody waiting.
  @Test func aUnitIsNotWaitedForTwice() throws {
    let lamp = PhraseTool(
      tool: House.tool(
        "set_lamp", ["percent": ["type": "integer", "minimum": 0, "maximum": 100]], required: ["percent"]),
      phrases: ["set the lamp to {percent} percent", "lamp {percent} percent [please]"])
    let set = PhraseSet([lamp])
    #expect(set.outlook("set the lamp to thirty percent") == .phrase)
    #expect(set.outlook("lamp five percent") == .phrase)
    #expect(set.outlook("set the lamp to thirty") == .begun)
    #expect(set.outlook("set the lamp to thirty per") == .begun)
  }

  /// Whatever prefix is taken of a sentence that is a phrase, it is never foreign; the whole is one.
  @Test func everyBeginningOfEverySentenceIsKnown() {
    // Free text is left out of the samples; what is missing there makes some of them no phrase.
    for sentence in House.set.sentences(limit: 400, seed: 1) where House.set.match(sentence) != nil {
      let words = sentence.split(separator: " ")
      for count in 1...words.count {
        let text = words.prefix(count).joined(separator: " ")
        let outlook = House.set.outlook(text)
        #expect(outlook != .foreign, "\(text)")
        if count == words.count { #expect(outlook == .phrase || outlook == .phraseThatMayGoOn, "\(text)") }
        let isPhrase = House.set.match(text) != nil
        #expect(isPhrase == (outlook == .phrase || outlook == .phraseThatMayGoOn), "\(text)")
      }
    }
  }
}
