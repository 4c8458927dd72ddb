import Speech

extension FuzzTarget {
  static let speech: [FuzzTarget] = [
    FuzzTarget("spoken-english", spokenEnglish),
    FuzzTarget("clauses", clauses),
    FuzzTarget("voice-text") { bytes in exerciseVoiceText(bytes) },
  ]

  /// Text becomes words and stops, and saying these again changes nothing.
  private static func spokenEnglish(_ bytes: [UInt8]) {
    let spoken = SpokenEnglish.words(for: String(decoding: bytes, as: UTF8.self))
    require(isSpeakable(spoken), "only words and stops are said, not \(spoken.debugDescription)")
    let again = SpokenEnglish.words(for: spoken)
    require(again == spoken, "\(spoken.debugDescription) said again became \(again.debugDescription)")
  }

  /// One byte for the place of the cut, then text: the same clauses however the text comes, and no word lost.
  private static func clauses(_ bytes: [UInt8]) {
    var input = InputReader(bytes)
    let cut = input.byte()
    let text = String(decoding: input.rest, as: UTF8.self)
    let scalars = text.unicodeScalars
    let place = scalars.index(scalars.startIndex, offsetBy: cut, limitedBy: scalars.endIndex) ?? scalars.endIndex
    let whole = ClauseSplitter.clauses(of: text, form: .asWritten)
    var splitter = ClauseSplitter(form: .asWritten)
    var inTwo = splitter.append(String(scalars[..<place]))
    inTwo += splitter.append(String(scalars[place...]))
    inTwo += splitter.finish()
    require(inTwo == whole, "clauses do not depend on the pieces: \(inTwo) and \(whole)")
    let plain = MarkupFilter.plainText(of: text)
    require(letters(whole.map(\.text).joined(separator: " ")) == letters(plain), "no word is lost between clauses")
  }

  private static func letters(_ text: String) -> [Unicode.Scalar] {
    text.unicodeScalars.filter { $0.properties.isAlphabetic || $0.properties.numericType != nil }
  }

  /// Letters, single spaces and stops; apostrophes and hyphens between letters only.
  private static func isSpeakable(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      let before = index > 0 ? scalars[index - 1] : " "
      let after = index + 1 < scalars.count ? scalars[index + 1] : " "
      switch scalar {
      case " ": if index == 0 || before == " " || after == " " { return false }
      case ".", ",", "?", "!": if !isLetter(before) || (index + 1 < scalars.count && after != " ") { return false }
      case "'", "-": if !isLetter(before) || !isLetter(after) { return false }
      default: if !isLetter(scalar) { return false }
      }
    }
    return scalars.last != " "
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
      .spacingMark:
      true
    default: false
    }
  }
}
