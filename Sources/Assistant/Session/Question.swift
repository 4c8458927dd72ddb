/// Whether a sentence only asks. English; decides nothing but how careful to be with what a model makes of it.
enum Question {
  /// What questions begin with. "Can you", "could you" and the like are how people ask for something to be done.
  private static let openings: Set<String> = [
    "is", "are", "was", "were", "am", "isn't", "aren't", "wasn't", "weren't", "do", "does", "did", "don't", "doesn't",
    "didn't", "has", "have", "had", "hasn't", "haven't", "what", "what's", "which", "who", "who's", "whose", "when",
    "where", "where's", "why", "how", "how's",
  ]
  /// Questions in form, requests in fact: "do me a favour", "have the light on", "how about some light".
  private static let requests = ["do me", "have the", "have a", "do turn", "how about", "what about", "why don't you"]
  /// What people say before they come to it.
  private static let fillers: Set<String> = [
    "hey", "okay", "ok", "so", "and", "um", "uh", "well", "please", "sorry", "but", "oh", "now", "tell", "me",
  ]

  static func isOne(_ text: String) -> Bool {
    let words = PhraseInterpreter.normalise(text).split(separator: " ").drop { fillers.contains(String($0)) }
    guard let first = words.first, openings.contains(String(first)) else { return false }
    let sentence = words.joined(separator: " ")
    return !requests.contains { sentence == $0 || sentence.hasPrefix($0 + " ") }
  }
}
