import Testing
import TurnDetection

@Suite struct OpenEndingTests {
  @Test(
    arguments: [
      "turn on the", "remind me to", "add milk and", "play something by um", "a timer for twenty",
      "set it to one point",
      "what is", "is it going to", "what time is", "i know it is", "is it too", "it is a bit too", "and then",
      "something like",
    ])
  func goesOn(_ text: String) { #expect(OpenEnding.isOpen(text.split(separator: " ").map(String.init))) }

  @Test(arguments: [
    "", "turn it on", "switch it off", "what time is it", "come in", "channel five", "is it too dark",
    "do you know what time it is",
    "tell me where you are", "what is the weather like", "and the hall too", "turn it off then", "i think so",
  ])
  func mayBeOver(_ text: String) { #expect(!OpenEnding.isOpen(text.split(separator: " ").map(String.init))) }

  @Test func eagernessScalesEverySilenceWithinTheAllowed() {
    let usual = TurnConfiguration()
    #expect(usual.eager(.auto) == usual && usual.eager(.medium) == usual)
    #expect(usual.eager(.low).hangover == .seconds(1) && usual.eager(.low).completeHangover == .milliseconds(320))
    #expect(usual.eager(.high).completeHangover == .milliseconds(112))
    var slow = usual
    slow.hangover = .seconds(4)
    slow.unfinishedHangover = .seconds(8)
    var quick = usual
    quick.hangover = .milliseconds(100)
    for configuration in [usual, slow, quick] {
      for eagerness in Eagerness.allCases { #expect(configuration.eager(eagerness).problems == []) }
    }
  }
}
