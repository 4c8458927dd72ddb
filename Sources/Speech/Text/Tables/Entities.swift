/// HTML's character references that models write.
enum Entities {
  private static let named: [String: Unicode.Scalar] = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "deg": "°", "euro": "€", "pound": "£",
    "ndash": "–", "mdash": "—", "hellip": "…", "times": "×", "divide": "÷", "plusmn": "±", "frac12": "½", "frac14": "¼",
    "frac34": "¾", "sup2": "²", "sup3": "³", "micro": "µ", "rsquo": "'", "lsquo": "'", "ldquo": "\"", "rdquo": "\"",
    "bull": ",", "middot": ",", "rarr": "→", "le": "≤", "ge": "≥", "ne": "≠", "eacute": "é", "egrave": "è", "uuml": "ü",
    "ouml": "ö", "auml": "ä", "szlig": "ß",
  ]

  /// The character of `amp`, `#39` or `#x27`; nil when there is none of that name.
  static func scalar(named name: String) -> Unicode.Scalar? {
    guard name.hasPrefix("#") else { return named[name] }
    let digits = name.dropFirst()
    let isHexadecimal = digits.hasPrefix("x") || digits.hasPrefix("X")
    return (isHexadecimal ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)).flatMap { Unicode.Scalar($0) }
  }
}
