public import Phrases
import Synchronization
import Tools

/// Understands words by the configured phrases, and a yes or no where a question is open.
public struct PhraseInterpreter: Interpreting {
  private let phrases: PhraseSet

  public init(phrases: PhraseSet) { self.phrases = phrases }

  public func meaning(of text: String, isConfirming: Bool) -> Understanding {
    let words = Self.normalise(text)
    if isConfirming, let answer = Self.answers[words] { return .confirmation(answer) }
    if let match = phrases.match(text) {
      return .call(
        ToolCall(id: CallID.next(), name: match.name, arguments: match.arguments, origin: .phrase))
    }
    if !isConfirming {
      // No phrase of the configuration: these end whatever is going on, as they do for people.
      if Self.dismissals.contains(words) { return .confirmation(false) }
      // Whoever only shows that they listen wants nothing.
      if Overlap.isBackchannel(text) { return .nothing }
    }
    return text.isEmpty ? .nothing : .words(text)
  }

  public func mayBecomePhrase(_ text: String) -> Bool { phrases.outlook(text) != .foreign }

  /// What people say that is no command and must not be taken for one: for the recogniser's vocabulary.
  public static let listenerSentences = [
    "okay", "yeah", "right", "i see", "really", "sure", "mm hmm", "um hum", "uh huh",
  ]

  /// What counts as a clear answer; everything else is no yes.
  public static let answerSentences: [String] = answers.keys.sorted()

  /// Whether the whole text is one of them.
  static func isAnswer(_ text: String) -> Bool { answers[normalise(text)] != nil }

  private static let answers: [String: Bool] = [
    "yes": true, "yes please": true, "yes do it": true, "yeah": true, "do it": true, "go ahead": true,
    "no": false, "no thanks": false, "no thank you": false, "never mind": false, "cancel": false, "stop": false,
  ]

  /// What ends a conversation without anything being done.
  private static let dismissals: Set<String> = [
    "stop", "cancel", "never mind", "forget it", "no", "no thanks", "no thank you", "quiet", "be quiet", "shut up",
    "that's all", "that is all", "nothing",
  ]

  /// Whether the whole text ends a conversation.
  static func isDismissal(_ text: String) -> Bool { dismissals.contains(normalise(text)) }

  /// The words alone, lower case.
  static func normalise(_ text: String) -> String {
    text.lowercased().split { !$0.isLetter && $0 != "'" }.joined(separator: " ")
  }
}

/// Identities of calls: unique in this process's life, and told apart from those of the life before.
public enum CallID {
  private static let counter = Atomic<Int>(0)
  private static let life = UInt32.random(in: .min ... .max)

  public static func next() -> String {
    let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
    return "call_" + String(life, radix: 36) + "_\(number)"
  }
}
