extension EnglishScanner {
  struct FoundUnit {
    var singular: String
    var plural: String
    var end: Int
  }

  /// The unit that stands at `position`, after one space or none: "kg", "km/h", "€/kWh" without its first part, "l/min".
  func unit(at position: Int) -> FoundUnit? {
    let hasSpace = at(position) == " "
    let start = hasSpace ? position + 1 : position
    // "5 in-ear": a hyphen after a space and a short unit is another word.
    guard let (unit, end) = simpleUnit(at: start), !(hasSpace ? unit.isTight : unit.isLoose),
      !(hasSpace && at(end) == "-")
    else {
      return nil
    }
    if hasSpace, end < text.count, at(end) == "'" { return nil }
    var found = FoundUnit(singular: unit.singular, plural: unit.plural, end: end)
    while at(found.end) == "/", let (other, last) = simpleUnit(at: found.end + 1) {
      found.singular += " per " + other.singular
      found.plural += " per " + other.singular
      found.end = last
    }
    return found
  }

  /// The longest unit of the table at `start` that nothing follows which belongs to a word.
  func simpleUnit(at start: Int) -> (unit: UnitTable.Unit, end: Int)? {
    var end = start
    while end < text.count, end - start < UnitTable.maximumLength, isUnitPart(text[end], isFirst: end == start) {
      end += 1
    }
    while end > start {
      // A unit that ends with a letter must not run on into a word.
      let isWhole = !Self.isLetter(at(end - 1)) || isBoundary(end)
      if isWhole, !Self.isMark(at(end)), let unit = UnitTable.unit(string(start..<end)) {
        // "m^2" and "m²": the table has the second.
        if at(end) == "^", "23".unicodeScalars.contains(at(end + 1)), isBoundary(end + 2),
          let power = UnitTable.unit(string(start..<end) + string(end + 1..<end + 2))
        {
          return (power, end + 2)
        }
        return (unit, end)
      }
      end -= 1
    }
    return nil
  }

  private func isUnitPart(_ scalar: Unicode.Scalar, isFirst: Bool) -> Bool {
    if Self.isLetter(scalar) || "°℃℉%‰µΩ×".unicodeScalars.contains(scalar) { return true }
    return !isFirst && "²³23/".unicodeScalars.contains(scalar)
  }

  /// "$5", "€3.50", "£10-12", "$2.5 million", "$5/month".
  mutating func readAmount() -> Bool {
    guard let sign = CurrencyTable.currency(text[index]) else { return false }
    let start = at(index + 1) == " " ? index + 2 : index + 1
    guard isDigit(start) || (at(start) == "." && isDigit(start + 1)),
      let (literal, end) = number(at: start, signed: false)
    else { return false }
    index = end
    let dash = end
    if "-–—".unicodeScalars.contains(at(dash)) {
      let other = CurrencyTable.currency(at(dash + 1)) != nil ? dash + 2 : dash + 1
      if isDigit(other), let (second, last) = number(at: other, signed: false) {
        spoken.say("\(literal.words) to")
        index = last
        sayAmount(second, sign)
        return true
      }
    }
    sayAmount(literal, sign)
    return true
  }

  /// Says an amount that ends at ``index``, with the magnitude and the "per" that follow.
  mutating func sayAmount(_ literal: NumberLiteral, _ currency: CurrencyTable.Currency) {
    let wordStart = at(index) == " " ? index + 1 : index
    let wordEnd = endOfLetters(from: wordStart)
    let magnitude = wordEnd - wordStart <= 8 ? CurrencyTable.magnitudes[string(wordStart..<wordEnd)] : nil
    if let magnitude, isBoundary(wordEnd), wordEnd - wordStart > 1 || wordStart == index {
      spoken.say("\(literal.words) \(magnitude) \(currency.plural)")
      index = wordEnd
    } else if literal.decimals.count == 2, literal.exponent == nil, let hundredths = currency.hundredths {
      sayWhole(literal, currency, hundredths)
    } else {
      spoken.say("\(literal.words) \(literal.isSingular ? currency.singular : currency.plural)")
    }
    guard at(index) == "/", Self.isLetter(at(index + 1)) else { return }
    spoken.say("per")
    index += 1
    if let (unit, end) = simpleUnit(at: index) {
      spoken.say(unit.singular)
      index = end
    }
  }

  /// "three dollars and fifty cents".
  private mutating func sayWhole(_ literal: NumberLiteral, _ currency: CurrencyTable.Currency, _ hundredths: String) {
    var whole = literal
    whole.decimals = []
    let parts = Int(literal.decimals[0] - 0x30) * 10 + Int(literal.decimals[1] - 0x30)
    let partWords = "\(NumberWords.cardinal(parts)) \(parts == 1 ? currency.hundredth ?? hundredths : hundredths)"
    if parts > 0, whole.value ?? 0 == 0, whole.integer.count <= 1 {
      spoken.say(partWords)
      return
    }
    spoken.say("\(whole.words) \(whole.isSingular ? currency.singular : currency.plural)")
    if parts > 0 { spoken.say("and \(partWords)") }
  }

  /// "5 €" and "5€".
  func currency(after position: Int) -> (currency: CurrencyTable.Currency, end: Int)? {
    let sign = at(position) == " " ? position + 1 : position
    guard let currency = CurrencyTable.currency(at(sign)), !isDigit(sign + 1) else { return nil }
    return (currency, sign + 1)
  }
}
