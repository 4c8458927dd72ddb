extension EnglishScanner {
  /// What a Roman number of two letters or more follows.
  private static let romanContexts: Set<String> = [
    "chapter", "part", "volume", "section", "act", "scene", "phase", "war", "type", "mark", "level", "appendix",
    "article", "title", "book", "episode", "season", "class", "stage", "step", "version",
  ]
  private static let regnalNames: Set<String> = [
    "henry", "louis", "elizabeth", "charles", "george", "edward", "james", "william", "richard", "philip", "napoleon",
    "catherine", "frederick", "pius", "benedict", "francis", "alexander", "nicholas", "peter", "wilhelm", "ramses",
  ]

  /// Says the word at ``index``, which is a letter, with the digits that belong to it.
  mutating func readWord() {
    if readDottedAbbreviation() || readMonthDate() || readWeekday() { return }
    let start = index
    var end = endOfLetters(from: start)
    // Apostrophes between letters belong to the word.
    while at(end) == "'", Self.isLetter(at(end + 1)) { end = endOfLetters(from: end + 1) }
    let word = string(start..<end)
    index = end
    if at(end) == ".", readAbbreviation(word) { return }
    if let entry = AbbreviationTable.entry(word.lowercased()), entry.condition == .always, at(end) != "'" {
      spoken.say(entry.words)
      return
    }
    if readShortWith(word) || readRoman(word) || readInitial(word, from: start) { return }
    sayWord(word)
    readDigitsOfWord()
  }

  /// "J." in a name, and the parts of "AT&T".
  private mutating func readInitial(_ word: String, from start: Int) -> Bool {
    let isCapitals = word.utf8.allSatisfy { (0x41...0x5A).contains($0) }
    if isCapitals, word.utf8.count <= 3, at(index) == "&" || at(start - 1) == "&" {
      spoken.say(word.map { String($0) }.joined(separator: " "))
      return true
    }
    // Only where a name may begin: "Plan B. Then" ends a sentence.
    guard isCapitals, word.utf8.count == 1, word != "I", at(index) == ".", at(index + 1) == " ",
      Self.isCapital(at(index + 2)), !spoken.endsWithWord || endOfInitial == start - 1
    else { return false }
    spoken.say(word)
    index += 1
    endOfInitial = index
    return true
  }

  /// Says letters that stand together: a word, an acronym or both (`OpenAI`).
  mutating func sayWord(_ word: String) {
    let scalars = Array(word.unicodeScalars)
    let suffix = word.hasSuffix("'s") ? 2 : word.hasSuffix("s") ? 1 : 0
    let stem = String(word.dropLast(suffix))
    let isCapitals = stem.utf8.count >= 2 && stem.utf8.allSatisfy { (0x41...0x5A).contains($0) }
    if isCapitals {
      switch AcronymTable.reading(stem, shouted: isShouted) {
      case .word: spoken.say(word)
      case .replaced(let words): spoken.say(words + String(word.suffix(suffix)))
      case .letters: spoken.say(stem.map { String($0) }.joined(separator: " ") + (suffix > 0 ? "'s" : ""))
      }
      return
    }
    if word.utf8.count > 2, word.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) {
      // A word in capitals that ends in S.
      switch AcronymTable.reading(word, shouted: isShouted) {
      case .word: spoken.say(word)
      case .replaced(let words): spoken.say(words)
      case .letters: spoken.say(word.map { String($0) }.joined(separator: " "))
      }
      return
    }
    // "GitHub", "OpenAI": a capital after two small letters starts a new word.
    var part = String.UnicodeScalarView()
    var small = 0
    for scalar in scalars {
      if small >= 2, Self.isCapital(scalar) {
        spoken.say(String(part))
        let rest = scalars.dropFirst(part.count)
        var view = String.UnicodeScalarView()
        view.append(contentsOf: rest)
        sayWord(String(view))
        return
      }
      small = scalar.properties.isLowercase ? small + 1 : 0
      part.append(scalar)
    }
    spoken.say(word)
  }

  /// Digits straight after letters: "GPIO17", "MP3", "ESP32-S3".
  private mutating func readDigitsOfWord() {
    guard isDigit(index) else { return }
    let end = endOfDigits(from: index)
    if at(end) == ".", isDigit(end + 1), end - index <= 2 {
      let decimals = endOfDigits(from: end + 1)
      spoken.say(
        "\(NumberWords.cardinal(value(index..<end))) point \(NumberWords.digits(digitBytes(end + 1..<decimals)))")
      index = decimals
      return
    }
    sayIdentifierDigits(index..<end)
    index = end
  }

  /// One or two digits as a number, others and those with a zero in front one by one.
  mutating func sayIdentifierDigits(_ range: Range<Int>) {
    if range.count <= 2, text[range.lowerBound] != "0" || range.count == 1 {
      spoken.say(NumberWords.cardinal(value(range)))
    } else {
      spoken.say(NumberWords.digits(digitBytes(range)))
    }
  }

  /// "e.g.", "a.m.", "U.S.", "J. R. R." stays.
  private mutating func readDottedAbbreviation() -> Bool {
    var letters: [Unicode.Scalar] = []
    var position = index
    while Self.isLetter(at(position)), at(position + 1) == ".", letters.count < 16 {
      letters.append(at(position))
      position += 2
    }
    // The last letter may have no dot: "e.g", "Ph.D".
    var end = position
    if Self.isLetter(at(position)), endOfLetters(from: position) == position + 1, at(position + 1) != "'" {
      letters.append(at(position))
      end = position + 1
    }
    guard letters.count >= 2, isBoundary(end) else { return false }
    let hasLastDot = end == position
    var key = ""
    for letter in letters { key += (key.isEmpty ? "" : ".") + String(Character(letter)).lowercased() }
    let known = AbbreviationTable.dotted[key]
    spoken.say(known?.words ?? letters.map { String(Character($0)).uppercased() }.joined(separator: " "))
    index = end
    if hasLastDot, skipSpaces(from: end) >= text.count || (known?.mayEndSentence == true && sentenceEnds(before: end)) {
      spoken.stop(".")
    }
    return true
  }

  /// A word before a dot (``index`` is at the dot) that is an abbreviation.
  private mutating func readAbbreviation(_ word: String) -> Bool {
    let lower = word.lowercased()
    let after = index + 1
    if lower == "ph", at(after) == "D" || at(after) == "d", isBoundary(after + 1) {
      spoken.say("P H D")
      index = after + (at(after + 1) == "." ? 2 : 1)
      if sentenceEnds(before: index), at(index - 1) == "." { spoken.stop(".") }
      return true
    }
    guard let entry = AbbreviationTable.entry(lower) else { return false }
    let next = skipSpaces(from: after)
    var words = entry.words
    switch entry.condition {
    case .always: break
    case .dot: guard next > after || next >= text.count || !isWordAt(next) else { return false }
    case .dotBeforeNumber: guard isDigit(next) else { return false }
    case .dotBeforeCapital:
      if lower == "st", spoken.endsWithWord, !(next < text.count && Self.isCapital(text[next])) {
        words = "Street"
      } else {
        guard next > after, next < text.count, Self.isCapital(text[next]) else { return false }
      }
    }
    spoken.say(words)
    index = after
    if next >= text.count || (entry.mayEndSentence && sentenceEnds(before: after)) { spoken.stop(".") }
    return true
  }

  private func isWordAt(_ position: Int) -> Bool { Self.isLetter(at(position)) || isDigit(position) }

  /// "w/" and "w/o".
  private mutating func readShortWith(_ word: String) -> Bool {
    guard word == "w", at(index) == "/" else { return false }
    if at(index + 1) == "o", isBoundary(index + 2) {
      spoken.say("without")
      index += 2
    } else {
      spoken.say("with")
      index += 1
    }
    return true
  }

  /// "World War II", "Henry VIII"; one letter alone is a letter.
  private mutating func readRoman(_ word: String) -> Bool {
    guard word.utf8.count >= 2, let value = RomanNumerals.value(word), isBoundary(index) else { return false }
    if Self.romanContexts.contains(spoken.lastWord) {
      spoken.say(NumberWords.cardinal(value))
    } else if Self.regnalNames.contains(spoken.lastWord) {
      spoken.say("the " + NumberWords.ordinal(value))
    } else {
      return false
    }
    return true
  }
}
