import Assistant
import Phrases
import Testing
import Tools
import Transcription
import TurnDetection

@Suite struct PhraseJudgeTests {
  private let judge = PhraseJudge(
    phrases: PhraseSet([
      PhraseTool(
        tool: ToolDefinition(
          name: "set_light", description: "",
          parameters: [
            "type": "object", "properties": ["room": ["type": "string", "enum": ["kitchen", "hall"]]],
          ]),
        phrases: ["light [in the {room}] on"]),
      PhraseTool(
        tool: ToolDefinition(
          name: "fan", description: "",
          parameters: [
            "type": "object", "properties": ["speed": ["type": "string", "enum": ["low", "high"]]],
          ]),
        phrases: ["fan on [at {speed}]", "fan off [right now]"]),
    ]))

  private func judge(
    _ text: String, _ rejection: Transcript.Rejection? = nil, alternatives: [String] = []
  ) -> Completeness {
    judge.completeness(
      of: Transcript(
        utterance: UtteranceID(number: 1), text: text, engine: "test", rejection: rejection, alternatives: alternatives)
    )
  }

  @Test func phrasesComeFirst() {
    #expect(judge("light on") == .complete)
    #expect(judge("fan on") == .mayGoOn)
    #expect(judge("fan on at high") == .complete)
    // What may follow says nothing new.
    #expect(judge("fan off") == .complete)
    #expect(judge("light in the") == .unfinished)
    #expect(judge("fan") == .unfinished)
  }

  @Test func otherSentencesAreJudgedByTheirLastWords() {
    #expect(judge("what is the weather") == .unknown)
    #expect(judge("what is the") == .unfinished)
    #expect(judge("i would like um") == .unfinished)
    #expect(judge("add milk and") == .unfinished)
    #expect(judge("") == .unknown)
  }

  @Test func answersMayGoOn() {
    #expect(judge("yes") == .mayGoOn)
    #expect(judge("never mind") == .mayGoOn)
  }

  @Test func whatIsNoPhraseMayBeTheBeginningOfOne() {
    #expect(judge("lie in the", .notAPhrase(agreement: 0.6), alternatives: ["light in the"]) == .unfinished)
    // The phrases' model hears a phrase in everything; alone it is not believed.
    #expect(judge("how are you", .notAPhrase(agreement: 0.1), alternatives: ["light in the"]) == .unknown)
    #expect(judge("", .nothingHeard) == .unknown)
  }
}
