/// Tells by its last words that a sentence is not over. English; knows nothing of what may be commanded.
public enum OpenEnding {
  /// Words that no command ends with. Particles ("turn it on", "come in") are not among them.
  private static let openWords: Set<String> = [
    // articles and determiners
    "the", "a", "an", "my", "your", "our", "their", "its", "every", "each", "some", "any",
    // conjunctions
    "and", "or", "but", "because", "if", "when", "while", "although", "unless", "until", "then", "than", "plus",
    // prepositions
    "to", "of", "for", "with", "from", "at", "into", "onto", "between", "during", "without", "towards", "beside",
    // auxiliaries and beginnings
    "is", "are", "was", "were", "am", "will", "would", "could", "should", "shall", "can't", "i", "i'm", "we", "let's",
    "very", "really", "too", "about", "like", "called", "named", "say", "set", "put",
  ]
  /// What people say while they look for the word.
  private static let fillers: Set<String> = ["um", "uh", "er", "erm", "hmm", "mm", "ah", "well", "so"]

  /// Numbers that are mostly the beginning of one: "twenty" five, "a hundred" grams, "one point" five.
  private static let openNumbers: Set<String> = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "point",
  ]

  private static let verbs: Set<String> = [
    "is", "are", "was", "were", "am", "will", "would", "could", "should", "shall", "can't",
  ]
  private static let pronouns: Set<String> = ["i", "it", "he", "she", "we", "you", "they", "this", "that", "there"]
  private static let questionWords: Set<String> = ["what", "where", "when", "who", "how", "which", "why"]

  /// Whether a sentence of these words (lower case) goes on for sure. Nothing is known of an empty one.
  public static func isOpen(_ words: [String]) -> Bool {
    guard let last = words.last, !isClosed(words, last) else { return false }
    return openWords.contains(last) || fillers.contains(last) || openNumbers.contains(last)
  }

  /// Whether the sentence may be over although it ends with such a word.
  private static func isClosed(_ words: [String], _ last: String) -> Bool {
    let before = words.dropLast().last ?? ""
    let asks = words.dropLast(2).contains(where: questionWords.contains)
    switch last {
    // "do you know what time it is", "tell me where you are"
    case _ where verbs.contains(last): return asks && pronouns.contains(before)
    // "what is the weather like"
    case "like": return asks
    // "and the hall too"; not "is it too", "a bit too"
    case "too":
      return
        !(verbs.contains(before) || pronouns.contains(before) || before.isEmpty || before == "bit" || before == "much")
    // "turn it off then"; not "and then"
    case "then": return !before.isEmpty && before != "and"
    // "i think so"
    case "so": return ["think", "hope", "guess"].contains(before)
    default: return false
    }
  }
}
