/// What is to be said, as it is built: words, single spaces and stops, and nothing else.
struct SpokenWords {
  private(set) var text = ""
  /// The last word in lower case, for what depends on the word before.
  private(set) var lastWord = ""
  private var lastStop: Character?
  private var joinsNext = false

  var isEmpty: Bool { text.isEmpty }
  /// Whether the last thing said was a word, not a stop.
  var endsWithWord: Bool { !text.isEmpty && lastStop == nil }

  /// Adds one or several words.
  mutating func say(_ words: some StringProtocol) {
    guard !words.isEmpty else { return }
    if !text.isEmpty, !joinsNext { text.append(" ") }
    text.append(contentsOf: words)
    lastWord = words.split(separator: " ").last.map { $0.lowercased() } ?? ""
    lastStop = nil
    joinsNext = false
  }

  /// Joins the next word to the last one, as in "twenty-one".
  mutating func hyphen() {
    guard endsWithWord else { return }
    text.append("-")
    joinsNext = true
  }

  /// Adds a stop: of several in a row the strongest stays, and none stands at the start.
  mutating func stop(_ mark: Character) {
    if joinsNext {
      text.removeLast()
      joinsNext = false
    }
    guard !text.isEmpty else { return }
    if let last = lastStop {
      guard Self.strength(mark) > Self.strength(last) else { return }
      text.removeLast()
    }
    text.append(mark)
    lastStop = mark
  }

  /// The text, without a comma or hyphen left at its end.
  consuming func finished() -> String {
    if joinsNext || lastStop == "," { text.removeLast() }
    return text
  }

  private static func strength(_ mark: Character) -> Int {
    switch mark {
    case ",": 0
    case ".": 1
    default: 2
    }
  }
}
