/// Brings any text into what is safe to send to eSpeak NG.
///
/// Control characters are its embedded commands (0x01) and `[[…]]` is its phoneme notation; neither may come from a
/// text. A word of any length is read, so long ones are broken as for Flite.
enum ESpeakText {
  static let maximumWord = 60

  /// UTF-8 without control characters and brackets, ending with a newline; empty when there is nothing to pronounce.
  static func bytes(of text: String) -> [UInt8] {
    var kept = String.UnicodeScalarView()
    var run = 0
    var speakable = false
    for scalar in text.unicodeScalars {
      let category = scalar.properties.generalCategory
      let refused: Set<Unicode.GeneralCategory> = [
        .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .otherSymbol,
        .modifierSymbol,
      ]
      if refused.contains(category) || "[]<>{}|\\^`".unicodeScalars.contains(scalar) || scalar == " " {
        if kept.last != " " { kept.append(" ") }
        run = 0
        continue
      }
      run += 1
      if run > maximumWord {
        kept.append(" ")
        run = 1
      }
      kept.append(scalar)
      if scalar.properties.isAlphabetic || scalar.properties.numericType != nil { speakable = true }
    }
    return speakable ? Array(String(kept).utf8) + [UInt8(ascii: "\n")] : []
  }
}
