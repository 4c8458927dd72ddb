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

  /// Whether a sentence of these words (lower case) goes on for sure. Nothing is known of an empty one.
  public static func isOpen(_ words: [String]) -> Bool {
    guard let last = words.last else { return false }
    return openWords.contains(last) || fillers.contains(last) || openNumbers.contains(last)
  }
}
