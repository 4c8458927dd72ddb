/// What a plain (unquoted) scalar means: the core schema of YAML 1.2.2, section 10.3.2, with two departures.
/// `.inf` and `.nan` stay text, because no setting is infinite; an integer beyond 64 bits becomes a number.
///
/// YAML 1.1 would make booleans of on, off, yes and no, and a number in base 60 of 22:30; here they are text.
enum YAMLScalar {
  static func resolve(_ text: String) -> YAMLNode.Content {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .boolean(true)
    case "false", "False", "FALSE": return .boolean(false)
    default: break
    }
    guard let first = text.utf8.first,
      first == UInt8(ascii: "+") || first == UInt8(ascii: "-")
        || first == UInt8(ascii: ".") || isDigit(first), text.utf8.count <= 128
    else { return .text(text) }
    if text.hasPrefix("0x") || text.hasPrefix("0o") {
      let digits = text.dropFirst(2)
      guard digits.utf8.first != UInt8(ascii: "+"), digits.utf8.first != UInt8(ascii: "-") else { return .text(text) }
      return Int64(digits, radix: text.hasPrefix("0x") ? 16 : 8).map { .integer($0) } ?? .text(text)
    }
    let body = first == UInt8(ascii: "+") || first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
    if !body.isEmpty, body.allSatisfy(isDigit) {
      if let integer = Int64(text) { return .integer(integer) }
      return finite(text)
    }
    return isDecimal(body) ? finite(text) : .text(text)
  }

  /// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
  private static func isDecimal(_ body: Substring.UTF8View) -> Bool {
    var rest = body
    let whole = rest.prefix(while: isDigit)
    rest = rest.dropFirst(whole.count)
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      let fraction = rest.prefix(while: isDigit)
      guard !whole.isEmpty || !fraction.isEmpty else { return false }
      rest = rest.dropFirst(fraction.count)
    } else if whole.isEmpty {
      return false
    }
    guard let exponent = rest.first else { return true }
    guard exponent == UInt8(ascii: "e") || exponent == UInt8(ascii: "E") else { return false }
    rest = rest.dropFirst()
    if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    return !rest.isEmpty && rest.allSatisfy(isDigit)
  }

  private static func finite(_ text: String) -> YAMLNode.Content {
    // Swift's Double refuses a point without digits behind it, which YAML allows.
    guard let number = Double(text) ?? Double(repaired(text)), number.isFinite else { return .text(text) }
    return .number(number)
  }

  private static func repaired(_ text: String) -> String {
    var result = ""
    for (character, next) in zip(text, text.dropFirst().map(Optional.some) + [nil]) {
      result.append(character)
      if character == ".", next.map({ !("0"..."9").contains($0) }) ?? true { result.append("0") }
    }
    return result
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
