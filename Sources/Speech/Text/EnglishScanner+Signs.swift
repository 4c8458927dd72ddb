extension EnglishScanner {
  /// Says the sign at ``index``, or leaves it out.
  mutating func readSign(_ sign: Unicode.Scalar) {
    let (before, after) = (at(index - 1), at(index + 1))
    index += 1
    switch sign {
    case ".", "!", "?", "‽", "。": spoken.stop(sign == "." ? "." : sign == "!" ? "!" : "?")
    case ",", ";", ":", "–", "—", "(", ")", "[", "]", "|", "…": spoken.stop(",")
    case "-": readHyphen(before, after)
    case "'", "_", "^", "\\", "*", "~", "/", "<", ">", "#", "=": readBetween(sign, before, after)
    case "&": spoken.say("and")
    case "+": spoken.say("plus")
    case "@": spoken.say("at")
    case "%": spoken.say("percent")
    case "°": spoken.say("degrees")
    case "×": spoken.say("times")
    case "÷": spoken.say("divided by")
    case "−": spoken.say("minus")
    case "±": spoken.say("plus or minus")
    case "≈": spoken.say("about")
    case "≤": spoken.say("less than or equal to")
    case "≥": spoken.say("greater than or equal to")
    case "≠": spoken.say("not equal to")
    case "∞": spoken.say("infinity")
    case "√": spoken.say("square root of")
    case "→", "⇒": spoken.say("to")
    case "§", "№": spoken.say(sign == "§" ? "section" : "number")
    case "²": spoken.say("squared")
    case "³": spoken.say("cubed")
    default:
      if let currency = CurrencyTable.currency(sign) { spoken.say(currency.plural) }
    }
  }

  private mutating func readHyphen(_ before: Unicode.Scalar, _ after: Unicode.Scalar) {
    if after == "-" {
      while at(index) == "-" { index += 1 }
      spoken.stop(",")
    } else if after == ">" {
      index += 1
      spoken.say("to")
    } else if before == " ", after == " " {
      spoken.stop(",")
    } else if Self.isLetter(before) || Self.isMark(before), Self.isLetter(after), spoken.endsWithWord {
      spoken.hyphen()
    }
  }

  /// Signs that mean something between numbers or words, and nothing alone.
  private mutating func readBetween(_ sign: Unicode.Scalar, _ before: Unicode.Scalar, _ after: Unicode.Scalar) {
    let next = at(skipSpaces(from: index))
    let isBetweenWords = spoken.endsWithWord && (Self.isLetter(next) || Self.isDigit(next))
    switch sign {
    case "=":
      if after == ">" {
        index += 1
        spoken.say("to")
      } else if isBetweenWords || next == "-" {
        spoken.say("equals")
        while at(index) == "=" { index += 1 }
      }
    case "<", ">":
      guard Self.isDigit(next) || (isBetweenWords && before == " " && after == " ") || after == "=" else { return }
      spoken.say(sign == "<" ? "less than" : "greater than")
      if after == "=" {
        index += 1
        spoken.say("or equal to")
      }
    case "#": if Self.isDigit(after) { spoken.say("number") }
    case "~": if Self.isDigit(next) { spoken.say("about") }
    case "*": if isBetweenWords, Self.isDigit(next) || (before == " " && after == " ") { spoken.say("times") }
    case "^": if isBetweenWords, Self.isDigit(before) { spoken.say("to the power of") }
    case "/": if Self.isDigit(before), Self.isDigit(after) { spoken.say("slash") }
    default: break
    }
  }
}
