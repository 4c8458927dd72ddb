extension MarkupFilter {
  private static let maximumRun = 64
  private static let maximumLinkTarget = 4_096
  /// Words in square brackets that chat templates use as control tokens.
  private static let controlWords: Set<String> = [
    "INST", "/INST", "SYS", "/SYS", "TOOL_CALLS", "TOOL_RESULTS", "/TOOL_RESULTS", "AVAILABLE_TOOLS",
    "/AVAILABLE_TOOLS", "TOOL_CONTENT", "SYSTEM_PROMPT", "/SYSTEM_PROMPT", "THINK", "/THINK", "ARGS", "CALL_ID",
    "IMG", "IMG_BREAK", "IMG_END", "PREFIX", "MIDDLE", "SUFFIX", "BOS", "EOS", "PAD", "UNK", "CLS", "SEP", "MASK",
  ]

  /// Handles a scalar inside a line. False: the scalars that decide have not come.
  mutating func stepInline(_ scalar: Unicode.Scalar, atEnd: Bool) -> Bool {
    // What ends the text decides like a line's end.
    let next: Unicode.Scalar? = head + 1 < input.count ? input[head + 1] : atEnd ? "\n" : nil
    switch scalar {
    case "\n":
      endLine(.soft)
    case " ", "\t", "\r", "\u{A0}":
      emitSpace()
    case "`", "}":
      break
    case "*", "_", "~":
      return emphasis(scalar, atEnd: atEnd)
    case "\\":
      guard let next else { return false }
      if next.isASCII, next.properties.generalCategory.isPunctuationOrSymbol {
        emit(next)
        head += 1
      } else if next != "\n" {
        emit(scalar)
      }
    case "!":
      guard let next else { return false }
      if next != "[" { emit(scalar) }
    case "[":
      return openBracket(atEnd: atEnd)
    case "]":
      guard brackets > 0 else { break }
      guard let next else { return false }
      brackets -= 1
      if next == "(" {
        head += 1
        mode = .linkTarget(depth: 1, left: Self.maximumLinkTarget)
      }
    case "<":
      return openTag(next, atEnd: atEnd)
    case "{":
      return openBrace(atEnd: atEnd)
    case "|":
      if line == .table { pendingCell = true } else { emit(scalar) }
    case "&":
      return entity(atEnd: atEnd)
    case "#":
      guard let next else { return false }
      // Marks that close a heading.
      if line != .heading || !isAfterSpace || (next != "#" && next != "\n" && next != " ") { emit(scalar) }
    default:
      character(scalar)
    }
    head += 1
    return true
  }

  private mutating func character(_ scalar: Unicode.Scalar) {
    switch Pictographs.kind(of: scalar) {
    case .none: emit(scalar)
    case .picture: emitSpace()
    case .invisible: break
    }
  }

  /// `*`, `_` and `~` mark emphasis; a single one between spaces or digits is an operator, `_` inside a word is a part of it.
  private mutating func emphasis(_ mark: Unicode.Scalar, atEnd: Bool) -> Bool {
    var end = head
    while end < input.count, input[end] == mark, end - head < Self.maximumRun { end += 1 }
    guard end < input.count || atEnd || end - head == Self.maximumRun else { return false }
    let next = end < input.count ? input[end] : "\n"
    let isBare = next == " " && isAfterSpace
    let isBetweenDigits = !isAfterSpace && Self.isDigit(lastVisible) && Self.isDigit(next)
    let isInWord = !isAfterSpace && Self.isWord(lastVisible) && Self.isWord(next)
    if end - head == 1,
      (mark == "*" && (isBare || isBetweenDigits)) || (mark == "_" && isInWord) || (mark == "~" && Self.isDigit(next))
    {
      emit(mark)
    }
    head = end
    return true
  }

  /// A control word, a footnote or a citation is dropped; of other brackets only the brackets are.
  private mutating func openBracket(atEnd: Bool) -> Bool {
    var end = head + 1
    while end < input.count, end - head <= 24, Self.isWord(input[end]) || "/_^".unicodeScalars.contains(input[end]) {
      end += 1
    }
    if end == input.count, !atEnd, end - head <= 24 { return false }
    var word = String.UnicodeScalarView()
    word.append(contentsOf: input[(head + 1)..<end])
    if end - head <= 24, end < input.count, input[end] == "]", !word.isEmpty {
      let isReference = word.first == "^" || (word.count <= 3 && word.allSatisfy { Self.isDigit($0) })
      if isReference || Self.controlWords.contains(String(word)) {
        head = end + 1
        return true
      }
    }
    brackets = min(brackets + 1, 64)
    head += 1
    return true
  }

  /// Only what begins like a JSON object is one; other braces go and leave their contents.
  private mutating func openBrace(atEnd: Bool) -> Bool {
    var end = head + 1
    while end < input.count, " \n\r\t".unicodeScalars.contains(input[end]), end - head < Self.maximumRun { end += 1 }
    if end == input.count, !atEnd, end - head < Self.maximumRun { return false }
    head += 1
    if end - head < Self.maximumRun, end < input.count, "\"'}{[".unicodeScalars.contains(input[end]) {
      mode = .json(depth: 1, inString: false, escaped: false)
    }
    return true
  }

  private mutating func entity(atEnd: Bool) -> Bool {
    var end = head + 1
    while end < input.count, end - head <= 10, Self.isWord(input[end]) || input[end] == "#" { end += 1 }
    if end == input.count, !atEnd, end - head <= 10 { return false }
    var name = String.UnicodeScalarView()
    name.append(contentsOf: input[(head + 1)..<end])
    if end - head <= 10, end < input.count, input[end] == ";", let scalar = Entities.scalar(named: String(name)) {
      if scalar.properties.isWhitespace { emitSpace() } else { character(scalar) }
      head = end + 1
    } else {
      emit("&")
      head += 1
    }
    return true
  }

  static func isDigit(_ scalar: Unicode.Scalar?) -> Bool { scalar.map { ("0"..."9").contains($0) } ?? false }

  static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
    guard let scalar else { return false }
    return isDigit(scalar) || scalar.properties.isAlphabetic
  }
}

extension Unicode.GeneralCategory {
  var isPunctuationOrSymbol: Bool {
    switch self {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
      true
    default: false
    }
  }
}
