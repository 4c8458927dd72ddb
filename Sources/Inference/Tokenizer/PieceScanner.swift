/// Walks over one text, piece by piece; takes time linear in the text.
struct PieceScanner {
  private let pattern: PreTokenizer
  private var scalars: [Unicode.Scalar] = []
  private var classes: [CharacterClass] = []
  // Where each scalar begins, and the end.
  private var offsets: [Int] = []
  private var position = 0

  /// - Parameter range: well-formed UTF-8 in `bytes`.
  init(_ pattern: PreTokenizer, _ bytes: [UInt8], _ range: Range<Int>) {
    self.pattern = pattern
    scalars.reserveCapacity(range.count)
    classes.reserveCapacity(range.count)
    offsets.reserveCapacity(range.count + 1)
    var index = range.lowerBound
    while index < range.upperBound {
      let length = UTF8Repair.length(lead: bytes[index])
      var value = UInt32(bytes[index])
      if length > 1 {
        value &= 0xFF >> UInt32(length + 1)
        for offset in 1..<length { value = value << 6 | UInt32(bytes[index + offset] & 0x3F) }
      }
      let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
      scalars.append(scalar)
      classes.append(CharacterClass(scalar))
      offsets.append(index)
      index += length
    }
    offsets.append(range.upperBound)
  }

  /// The bytes of the next piece.
  mutating func next() -> Range<Int>? {
    guard position < classes.count else { return nil }
    let start = position
    position = end(from: start)
    return offsets[start]..<offsets[position]
  }

  private func end(from start: Int) -> Int {
    if pattern != .tekken, pattern != .gpt4o, let end = contraction(at: start, ignoringCase: pattern != .gpt2) {
      return end
    }
    if let end = word(at: start) ?? number(at: start) ?? symbols(at: start) { return end }
    return spaces(at: start)
  }

  private func run(from start: Int, while matches: (CharacterClass) -> Bool) -> Int {
    var index = start
    while index < classes.count, matches(classes[index]) { index += 1 }
    return index
  }

  private func isClass(_ index: Int, _ matches: (CharacterClass) -> Bool) -> Bool {
    index < classes.count && matches(classes[index])
  }

  private func isSpaceCharacter(_ index: Int) -> Bool { scalars[index] == " " }

  // MARK: Words

  private func word(at start: Int) -> Int? {
    switch pattern {
    case .tekken: return casedWord(at: start)
    case .gpt4o:
      guard let end = casedWord(at: start) else { return nil }
      return contraction(at: end, ignoringCase: true) ?? end
    case .llama, .qwen2, .gpt2:
      let hasPrefix = pattern == .gpt2 ? isSpaceCharacter(start) : classes[start].mayPrefixWord
      let letters = hasPrefix ? start + 1 : start
      return isClass(letters) { $0.isLetter } ? run(from: letters) { $0.isLetter } : nil
    }
  }

  /// Both word alternatives of tekken, each with its prefix first and then without.
  private func casedWord(at start: Int) -> Int? {
    let mayPrefix = classes[start].mayPrefixWord
    if mayPrefix, let end = wordEndingLower(from: start + 1) { return end }
    if let end = wordEndingLower(from: start) { return end }
    if mayPrefix, let end = wordBeginningUpper(from: start + 1) { return end }
    return wordBeginningUpper(from: start)
  }

  /// `U*L+`: as many of U as leave one for L.
  private func wordEndingLower(from start: Int) -> Int? {
    let upperEnd = run(from: start) { $0.beginsWord }
    let end = run(from: upperEnd) { $0.endsWord }
    if end > upperEnd { return end }
    // Given back from the right: the last one that is in both sets; those behind it are in U alone.
    var index = upperEnd
    while index > start {
      if classes[index - 1].endsWord { return index }
      index -= 1
    }
    return nil
  }

  /// `U+L*`
  private func wordBeginningUpper(from start: Int) -> Int? {
    let upperEnd = run(from: start) { $0.beginsWord }
    return upperEnd == start ? nil : run(from: upperEnd) { $0.endsWord }
  }

  /// `'s|'t|'re|'ve|'m|'ll|'d`
  private func contraction(at start: Int, ignoringCase: Bool) -> Int? {
    guard start + 1 < scalars.count, scalars[start] == "'" else { return nil }
    switch letter(start + 1, ignoringCase) {
    case "s", "t", "m", "d": return start + 2
    case "r", "v": return letter(start + 2, ignoringCase) == "e" ? start + 3 : nil
    case "l": return letter(start + 2, ignoringCase) == "l" ? start + 3 : nil
    default: return nil
    }
  }

  private func letter(_ index: Int, _ ignoringCase: Bool) -> Unicode.Scalar? {
    guard index < scalars.count else { return nil }
    guard ignoringCase else { return scalars[index] }
    switch scalars[index] {
    case "A"..."Z": return Unicode.Scalar(scalars[index].value + 32)
    // The long s: Unicode's simple case folding makes it an s.
    case "\u{17F}": return "s"
    default: return scalars[index]
    }
  }

  // MARK: The rest

  private func number(at start: Int) -> Int? {
    let hasPrefix = pattern == .gpt2 && isSpaceCharacter(start)
    let digits = hasPrefix ? start + 1 : start
    guard isClass(digits, { $0 == .number }) else { return nil }
    var end = digits
    while end - digits < pattern.digitsTogether, isClass(end, { $0 == .number }) { end += 1 }
    return end
  }

  private func symbols(at start: Int) -> Int? {
    let first = isSpaceCharacter(start) ? start + 1 : start
    guard isClass(first, { $0.isSymbol }) else { return nil }
    var end = run(from: first) { $0.isSymbol }
    switch pattern {
    case .llama, .qwen2: end = run(from: end) { $0 == .newline }
    case .tekken, .gpt4o:
      // A slash was taken as a symbol unless a newline came before it.
      while end < classes.count, classes[end] == .newline || scalars[end] == "/" { end += 1 }
    case .gpt2: break
    }
    return end
  }

  /// `\s*[\r\n]+|\s+(?!\S)|\s+`; gpt-2 has not the first. One character where nothing else matched.
  private func spaces(at start: Int) -> Int {
    let end = run(from: start) { $0.isSpace }
    guard end > start else { return start + 1 }
    if pattern != .gpt2 {
      var index = end
      while index > start {
        if classes[index - 1] == .newline { return index }
        index -= 1
      }
    }
    return end == classes.count || end - start == 1 ? end : end - 1
  }
}
