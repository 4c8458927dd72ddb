extension EnglishScanner {
  // MARK: Dates

  /// "2026-11-22", "22.11.2026", "11/22/2026", "22 Nov 2026", "22nd of November".
  mutating func readDate() -> Bool {
    guard isDigit(index) else { return false }
    return readISODate() || readNumericDate() || readDayMonth()
  }

  private mutating func readISODate() -> Bool {
    guard endOfDigits(from: index, limit: 5) == index + 4, at(index + 4) == "-",
      endOfDigits(from: index + 5, limit: 3) == index + 7, at(index + 7) == "-",
      endOfDigits(from: index + 8, limit: 3) == index + 10
    else { return false }
    let (year, month, day) = (value(index..<index + 4), value(index + 5..<index + 7), value(index + 8..<index + 10))
    guard (1...12).contains(month), (1...31).contains(day), year > 0 else { return false }
    let end = index + 10
    // "T19:05:00Z" follows as a time.
    let hasTime = at(end) == "T" && isDigit(end + 1)
    guard hasTime || isBoundary(end), at(end) != "-" else { return false }
    spoken.say("\(AbbreviationTable.monthNames[month - 1]) \(NumberWords.ordinal(day))")
    spoken.stop(",")
    spoken.say(NumberWords.year(year))
    index = end
    if hasTime {
      spoken.stop(",")
      index += 1
      if readTime(), at(index) == "Z", isBoundary(index + 1) { index += 1 }
    }
    return true
  }

  private mutating func readNumericDate() -> Bool {
    let first = endOfDigits(from: index, limit: 3)
    let separator = at(first)
    guard (1...2).contains(first - index), separator == "." || separator == "/" else { return false }
    let second = endOfDigits(from: first + 1, limit: 3)
    guard (1...2).contains(second - first - 1), at(second) == separator else { return false }
    let end = endOfDigits(from: second + 1, limit: 5)
    guard end - second - 1 == 4, isBoundary(end), at(end) != separator || !isDigit(end + 1) else { return false }
    var (day, month) = (value(index..<first), value(first + 1..<second))
    // With slashes the month comes first, as in America, unless it cannot.
    if separator == "/", day <= 12 { (day, month) = (month, day) }
    guard (1...12).contains(month), (1...31).contains(day) else { return false }
    spoken.say("\(AbbreviationTable.monthNames[month - 1]) \(NumberWords.ordinal(day))")
    spoken.stop(",")
    spoken.say(NumberWords.year(value(second + 1..<end)))
    index = end
    return true
  }

  private mutating func readDayMonth() -> Bool {
    var position = endOfDigits(from: index, limit: 3)
    guard (1...2).contains(position - index) else { return false }
    let day = value(index..<position)
    guard (1...31).contains(day) else { return false }
    let suffix = endOfLetters(from: position)
    if ["st", "nd", "rd", "th"].contains(string(position..<min(suffix, position + 3)).lowercased()) {
      position = suffix
    }
    guard at(position) == " " || at(position) == "-" else { return false }
    position += 1
    if string(position..<position + 3) == "of " { position += 3 }
    guard let (month, end) = month(at: position) else { return false }
    let words = "\(NumberWords.ordinal(day)) of \(AbbreviationTable.monthNames[month - 1])"
    spoken.say(spoken.lastWord == "the" && spoken.endsWithWord ? words : "the " + words)
    index = end
    readYear()
    return true
  }

  /// "Nov 22", "November 22nd, 2026", "Nov. 2026". ``index`` is at a letter.
  mutating func readMonthDate() -> Bool {
    guard let (month, end) = month(at: index), at(end) == " ", isDigit(end + 1) else { return false }
    let name = AbbreviationTable.monthNames[month - 1]
    let last = endOfDigits(from: end + 1, limit: 5)
    let number = value(end + 1..<last)
    if last - end - 1 == 4, isBoundary(last), (1_000...2_999).contains(number) {
      spoken.say("\(name) \(NumberWords.year(number))")
      index = last
      return true
    }
    guard (1...2).contains(last - end - 1), (1...31).contains(number) else { return false }
    var after = last
    let suffix = endOfLetters(from: last)
    if ["st", "nd", "rd", "th"].contains(string(last..<min(suffix, last + 3)).lowercased()) { after = suffix }
    // "March 5:30" and "May 3.5" are something else.
    guard isBoundary(after), !(":.,".unicodeScalars.contains(at(after)) && isDigit(after + 1)), at(after) != "%" else {
      return false
    }
    spoken.say("\(name) \(NumberWords.ordinal(number))")
    index = after
    readYear()
    return true
  }

  /// ", 2026" or " 2026" after a date.
  private mutating func readYear() {
    var position = index
    if at(position) == "," { position += 1 }
    if at(position) == " " || at(position) == "-" { position += 1 }
    let end = endOfDigits(from: position, limit: 5)
    guard position > index, end - position == 4, isBoundary(end), at(end) != ":" else { return }
    let year = value(position..<end)
    guard (1_000...2_999).contains(year) else { return }
    spoken.stop(",")
    spoken.say(NumberWords.year(year))
    index = end
  }

  /// A month's name with a capital at `position`, and where it ends, a dot after an abbreviation included.
  private func month(at position: Int) -> (month: Int, end: Int)? {
    guard Self.isCapital(at(position)) else { return nil }
    let end = endOfLetters(from: position)
    guard (3...9).contains(end - position), isBoundary(end),
      let month = AbbreviationTable.months[string(position..<end).lowercased()]
    else { return nil }
    let isShort = end - position <= 4 && AbbreviationTable.monthNames[month - 1].count > end - position
    return (month, isShort && at(end) == "." ? end + 1 : end)
  }

  /// "Sun, 22 Nov" and "Tue. 9:00". ``index`` is at a letter.
  mutating func readWeekday() -> Bool {
    let end = endOfLetters(from: index)
    guard (3...5).contains(end - index), Self.isCapital(text[index]),
      let name = AbbreviationTable.weekdays[string(index..<end).lowercased()]
    else { return false }
    let stop = at(end) == "," || at(end) == "." ? end + 1 : end
    let next = skipSpaces(from: stop)
    guard next > end, isDigit(next) || month(at: next) != nil else { return false }
    spoken.say(name)
    index = stop
    if at(end) == "," { spoken.stop(",") }
    return true
  }

  // MARK: Times

  /// "7:30", "19:05", "7:30:15", "7 am", "9:00-17:00".
  mutating func readTime() -> Bool {
    guard isDigit(index), let first = time(at: index) else { return false }
    spoken.say(first.words)
    index = first.end
    let dash = at(index) == " " ? index + 1 : index
    let other = at(dash + 1) == " " ? dash + 2 : dash + 1
    if "-–".unicodeScalars.contains(at(dash)), (dash == index) == (other == dash + 1), let second = time(at: other) {
      spoken.say("to \(second.words)")
      index = second.end
    }
    // "p.m." may end the sentence with its own dot.
    if at(index - 1) == ".", sentenceEnds(before: index) { spoken.stop(".") }
    return true
  }

  private func time(at start: Int) -> (words: String, end: Int)? {
    let hourEnd = endOfDigits(from: start, limit: 3)
    guard (1...2).contains(hourEnd - start), at(start - 1) != ":" else { return nil }
    let hour = value(start..<hourEnd)
    guard hour <= 24 else { return nil }
    guard at(hourEnd) == ":" else {
      guard (1...12).contains(hour), let (meridiem, end) = meridiem(at: hourEnd) else { return nil }
      return ("\(NumberWords.cardinal(hour)) \(meridiem)", end)
    }
    var end = endOfDigits(from: hourEnd + 1, limit: 3)
    guard end - hourEnd - 1 == 2 else { return nil }
    let minute = value(hourEnd + 1..<end)
    guard minute < 60, hour < 24 || minute == 0 else { return nil }
    var seconds = ""
    if at(end) == ":", endOfDigits(from: end + 1, limit: 3) == end + 3, value(end + 1..<end + 3) < 60 {
      let count = value(end + 1..<end + 3)
      if count > 0 { seconds = " and \(NumberWords.cardinal(count)) second\(count == 1 ? "" : "s")" }
      end += 3
    }
    guard at(end) != ":", !isDigit(end) else { return nil }
    let meridiem = meridiem(at: end)
    let words = Self.words(hour: hour, minute: minute, isTwelveHour: meridiem != nil) + seconds
    if let meridiem { return ("\(words) \(meridiem.words)", meridiem.end) }
    return Self.isLetter(at(end)) && at(end) != "Z" && at(end) != "h" ? nil : (words, end)
  }

  private static func words(hour: Int, minute: Int, isTwelveHour: Bool) -> String {
    let hours = NumberWords.cardinal(hour)
    switch minute {
    case 0 where isTwelveHour: return hours
    case 0 where hour == 0: return "midnight"
    case 0 where hour > 12: return "\(hours) hundred"
    case 0: return "\(hours) o'clock"
    case 1...9: return "\(hours) oh \(NumberWords.cardinal(minute))"
    default: return "\(hours) \(NumberWords.cardinal(minute))"
    }
  }

  /// "am", "p.m.", " PM" at `position`.
  private func meridiem(at position: Int) -> (words: String, end: Int)? {
    let start = at(position) == " " ? position + 1 : position
    let letter = at(start)
    guard "apAP".unicodeScalars.contains(letter) else { return nil }
    let words = letter == "a" || letter == "A" ? "A M" : "P M"
    if at(start + 1) == "m" || at(start + 1) == "M", isBoundary(start + 2), at(start + 2) != "'" {
      return (words, start + 2)
    }
    guard at(start + 1) == ".", at(start + 2) == "m" || at(start + 2) == "M", isBoundary(start + 3) else { return nil }
    return (words, at(start + 3) == "." ? start + 4 : start + 3)
  }
}
