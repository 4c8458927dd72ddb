extension EnglishScanner {
  /// Words before four digits that make them a year.
  private static let yearContexts: Set<String> = [
    "in", "since", "by", "from", "until", "till", "before", "after", "during", "around", "year", "circa", "early",
    "late",
    "mid", "spring", "summer", "autumn", "fall", "winter", "of", "born", "founded", "copyright",
  ]

  /// Says the number, amount, date or time that starts at ``index``, if one does.
  mutating func readNumber() -> Bool {
    let scalar = text[index]
    let isSign = "+-−".unicodeScalars.contains(scalar)
    let isCurrency = CurrencyTable.currency(scalar) != nil
    let isFraction = NumberLiteral.vulgarFractions[scalar] != nil
    guard Self.isDigit(scalar) || isSign || isCurrency || isFraction || scalar == "." || scalar == "(" else {
      return false
    }
    if readPhoneNumber() { return true }
    if isCurrency { return readAmount() }
    let before = at(index - 1)
    if isSign || scalar == "." {
      // After a word or number these join or end, and do not count below zero.
      guard
        scalar == "." ? isDigit(index + 1) && before == " " || before == "(" : !isDigitOrLetter(before) || scalar == "−"
      else { return false }
      let after = at(index + 1)
      if isSign, CurrencyTable.currency(after) != nil, isDigit(index + 2) {
        spoken.say(scalar == "+" ? "plus" : "minus")
        index += 1
        return readAmount()
      }
      guard isDigit(index + 1) || (isSign && after == "." && isDigit(index + 2)) else { return false }
      if scalar == "+" {
        spoken.say("plus")
        index += 1
      }
    }
    if scalar == "(" { return false }
    return readDate() || readTime() || readDottedDigits() || readSlash() || readQuantity()
  }

  private func isDigitOrLetter(_ scalar: Unicode.Scalar) -> Bool {
    Self.isDigit(scalar) || Self.isLetter(scalar) || scalar == ")"
  }

  /// Numbers with their units, ranges and ordinals.
  private mutating func readQuantity() -> Bool {
    guard let (literal, end) = number(at: index) else { return false }
    index = end
    if literal.isPlain, let value = literal.value, readSuffix(value, literal) { return true }
    if readRange(from: literal) || readDimension(after: literal) { return true }
    if let unit = unit(at: end) {
      spoken.say("\(literal.words) \(literal.isSingular ? unit.singular : unit.plural)")
      index = unit.end
      finishUnit()
      return true
    }
    if let sign = currency(after: end) {
      index = sign.end
      sayAmount(literal, sign.currency)
      return true
    }
    if let year = literal.year, isYear(at: end) {
      spoken.say(NumberWords.year(year))
    } else {
      spoken.say(literal.words)
    }
    readMagnitude()
    return true
  }

  /// "5 min. left" goes on after the dot, and "5 l/100 km" after the slash.
  private mutating func finishUnit() {
    if at(index) == ".", Self.isLetter(at(index - 1)), at(index + 1) == " ", at(index + 2).properties.isLowercase {
      index += 1
    } else if at(index) == "/", isDigit(index + 1) {
      spoken.say("per")
      index += 1
    }
  }

  /// Whether four digits that end at `end` are a year, by what stands around them.
  private func isYear(at end: Int) -> Bool {
    guard isBoundary(end) else { return false }
    let start = end - 4
    if at(start - 1) == "(", at(end) == ")" { return true }
    guard Self.yearContexts.contains(spoken.lastWord), spoken.endsWithWord else { return false }
    // "in 2048 bits" counts.
    let next = skipSpaces(from: end)
    guard next > end, Self.isLetter(at(next)), !Self.isCapital(at(next)) else { return true }
    let last = endOfLetters(from: next)
    return at(last - 1) != "s" || last - next < 3 || ["was", "is", "has", "this", "as"].contains(string(next..<last))
  }

  /// "2nd", "1990s", and "10k".
  private mutating func readSuffix(_ value: Int, _ literal: NumberLiteral) -> Bool {
    let end = endOfLetters(from: index)
    let suffix = string(index..<end).lowercased()
    guard isBoundary(end) else { return false }
    switch suffix {
    case "st", "nd", "rd", "th": spoken.say(NumberWords.ordinal(value))
    case "s" where literal.integer.count == 4 && value % 10 == 0 && literal.year != nil:
      spoken.say(NumberWords.decade(value))
    case "s" where literal.integer.count == 2 && value % 10 == 0 && value > 10:
      guard spoken.lastWord == "the" else { return false }
      spoken.say(NumberWords.plural(NumberWords.cardinal(value)))
    case "k" where at(index) == "k": spoken.say("\(literal.words) thousand")
    default: return false
    }
    index = end
    return true
  }

  private mutating func readMagnitude() {
    let end = endOfLetters(from: index)
    guard end > index, isBoundary(end), let word = ["bn": "billion", "mn": "million"][string(index..<end)] else {
      return
    }
    spoken.say(word)
    index = end
  }

  /// "10-12 °C", "1990–1995", "7 – 9", "10% - 12%".
  private mutating func readRange(from literal: NumberLiteral) -> Bool {
    var position = index
    let firstUnit = unit(at: position)
    if let firstUnit { position = firstUnit.end }
    let spaced = at(position) == " "
    let dash = spaced ? position + 1 : position
    guard "-–—".unicodeScalars.contains(at(dash)) else { return false }
    let start = at(dash + 1) == " " ? dash + 2 : dash + 1
    guard spaced == (start == dash + 2), isDigit(start), let (other, end) = number(at: start, signed: false),
      isBoundary(end) || unit(at: end) != nil, at(end) != "-", at(end) != "/", at(end) != ":"
    else { return false }
    // "5 - 3 = 2" is a sum.
    let isSum = spaced && at(skipSpaces(from: end)) == "="
    let isYears = literal.year != nil && (other.year != nil || (other.isPlain && other.integer.count == 2))
    var words = isYears && firstUnit == nil ? NumberWords.year(literal.year ?? 0) : literal.words
    let last = unit(at: end)
    if let firstUnit, firstUnit.plural != last?.plural {
      words += " " + (literal.isSingular ? firstUnit.singular : firstUnit.plural)
    }
    spoken.say(words)
    spoken.say(isSum ? "minus" : "to")
    let otherWords = isYears && last == nil ? other.year.map { NumberWords.year($0) } ?? other.words : other.words
    spoken.say(otherWords)
    index = end
    if let last {
      spoken.say(other.isSingular ? last.singular : last.plural)
      index = last.end
    } else if let sign = currency(after: end) {
      spoken.say(sign.currency.plural)
      index = sign.end
    }
    return true
  }

  /// "10x20 cm", "3 × 4".
  private mutating func readDimension(after literal: NumberLiteral) -> Bool {
    let sign = at(index) == " " ? index + 1 : index
    guard at(sign) == "x" || at(sign) == "×" else { return false }
    let start = at(sign + 1) == " " ? sign + 2 : sign + 1
    guard isDigit(start) else { return false }
    spoken.say("\(literal.words) by")
    index = start
    return true
  }

  /// "1/2", "24/7"; a date with slashes has been read before.
  private mutating func readSlash() -> Bool {
    guard isDigit(index) else { return false }
    if string(index..<index + 4) == "24/7", isBoundary(index + 4) {
      spoken.say("twenty-four seven")
      index += 4
      return true
    }
    guard let (parts, end) = slashFraction(at: index), let words = NumberWords.fraction(parts.0, parts.1) else {
      return false
    }
    index = end
    spoken.say(words)
    if let unit = unit(at: end) {
      spoken.say(unit.singular)
      index = unit.end
    }
    return true
  }

  /// "1.2.3" and "192.168.1.10".
  private mutating func readDottedDigits() -> Bool {
    guard isDigit(index) else { return false }
    var groups: [Range<Int>] = []
    var position = index
    while isDigit(position), groups.count < 8 {
      let end = endOfDigits(from: position)
      groups.append(position..<end)
      guard at(end) == ".", isDigit(end + 1) else { break }
      position = end + 1
    }
    guard groups.count >= 3 else { return false }
    for (number, group) in groups.enumerated() {
      if number > 0 { spoken.say(groups.count == 4 ? "dot" : "point") }
      sayIdentifierDigits(group)
    }
    index = groups[groups.count - 1].upperBound
    return true
  }

  /// "+49 30 901820", "555-0123", "(555) 123-4567": digit by digit, with a pause between groups.
  private mutating func readPhoneNumber() -> Bool {
    guard !isDigitOrLetter(at(index - 1)) else { return false }
    var position = index
    let hasPlus = at(position) == "+"
    if hasPlus { position += 1 }
    var groups: [Range<Int>] = []
    var separators: [Unicode.Scalar] = []
    while groups.count < 8 {
      let isBracketed = at(position) == "("
      let start = isBracketed ? position + 1 : position
      let end = endOfDigits(from: start, limit: 16)
      guard end > start, !isBracketed || at(end) == ")" else { break }
      groups.append(start..<end)
      position = isBracketed ? end + 1 : end
      guard "- ".unicodeScalars.contains(at(position)), isDigit(position + 1) || at(position + 1) == "(" else { break }
      separators.append(at(position))
      position += 1
    }
    guard let last = groups.last, isBoundary(last.upperBound) else { return false }
    let lengths = groups.map(\.count)
    let digits = lengths.reduce(0, +)
    let isInternational = hasPlus && digits >= 7 && digits <= 18
    let hasDashes = separators.prefix(groups.count - 1).allSatisfy { $0 == "-" }
    let isNorthAmerican =
      (lengths == [3, 4] && hasDashes) || (lengths == [3, 3, 4] && (hasDashes || at(index) == "("))
      || (lengths == [1, 3, 3, 4] && hasDashes)
    guard isInternational || isNorthAmerican else { return false }
    if hasPlus { spoken.say("plus") }
    for (number, group) in groups.enumerated() {
      if number > 0 { spoken.stop(",") }
      spoken.say(NumberWords.digits(digitBytes(group)))
    }
    index = last.upperBound
    if at(index) == ")" { index += 1 }
    return true
  }
}
