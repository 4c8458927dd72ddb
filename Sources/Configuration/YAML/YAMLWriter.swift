import Tools

/// Writes nodes as YAML that reads back as the same nodes.
struct YAMLWriter {
  /// Whether a value goes on its key's line: everything but a mapping or list that has something in it.
  func isInline(_ node: YAMLNode) -> Bool {
    switch node.content {
    case .list(let elements): elements.isEmpty
    case .mapping(let entries): entries.isEmpty
    default: true
    }
  }

  func inline(_ node: YAMLNode) -> String {
    switch node.content {
    case .null: "null"
    case .boolean(let flag): flag ? "true" : "false"
    case .integer(let integer): String(integer)
    case .number(let number): decimal(number)
    case .text(let text): scalar(text)
    case .list(let elements): "[" + elements.map(inline).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\(scalar($0.key)): \(inline($0.value))" }.joined(separator: ", ") + "}"
    }
  }

  func block(_ node: YAMLNode, indentation: Int, to lines: inout [String]) {
    let margin = String(repeating: " ", count: indentation)
    switch node.content {
    case .mapping(let entries) where !entries.isEmpty:
      for entry in entries {
        let key = scalar(entry.key)
        // libyaml takes no key of more than 1024 characters without the mark of an explicit key.
        let start = key.utf8.count > 512 ? "? \(key)\n\(margin):" : "\(key):"
        if isInline(entry.value) {
          lines.append("\(margin)\(start) \(inline(entry.value))")
        } else {
          lines.append("\(margin)\(start)")
          block(entry.value, indentation: indentation + 2, to: &lines)
        }
      }
    case .list(let elements) where !elements.isEmpty:
      for element in elements {
        if isInline(element) {
          lines.append("\(margin)- \(inline(element))")
        } else {
          var inner: [String] = []
          block(element, indentation: indentation + 2, to: &inner)
          inner[0] = margin + "- " + inner[0].dropFirst(indentation + 2)
          lines += inner
        }
      }
    default: lines.append(margin + inline(node))
    }
  }

  /// Plain where a plain scalar is this text to YAML 1.1 and 1.2 alike, else in double quotes.
  func scalar(_ text: String) -> String {
    isPlain(text) ? text : quoted(text)
  }

  /// What YAML 1.1 takes for booleans and nothing; quoting them keeps the output readable for every program.
  private static let wordsOfYAML11: Set<String> = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]

  private func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 128, !Self.wordsOfYAML11.contains(text.lowercased()) else {
      return false
    }
    let isLetter = (first | 0x20) >= UInt8(ascii: "a") && (first | 0x20) <= UInt8(ascii: "z")
    guard isLetter || first == UInt8(ascii: "/") || first == UInt8(ascii: "_") else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "/"):
        true
      default: false
      }
    }
  }

  private func quoted(_ text: String) -> String {
    var result = "\""
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      switch scalar {
      // The look for complex keys knows no quotes; without an anchor it does not look.
      case "&" where YAMLLines.isReference(at: index, in: scalars): result += "\\x26"
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default:
        // libyaml reads U+0020...U+007E, U+00A0...U+D7FF and U+E000 on; all else, and its line breaks, goes escaped.
        let isPrintable =
          (0x20...0x7E).contains(scalar.value)
          || scalar.value >= 0xA0 && scalar.value != 0x2028
            && scalar.value != 0x2029 && scalar.value != 0xFEFF && scalar.value != 0xFFFE && scalar.value != 0xFFFF
        if isPrintable {
          result.unicodeScalars.append(scalar)
        } else {
          let digits = String(scalar.value, radix: 16, uppercase: true)
          result += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
        }
      }
    }
    return result + "\""
  }

  private func decimal(_ number: Double) -> String {
    // Swift writes 1e+16 and 5e-324, which YAML reads; a whole number keeps its point, so that it stays a number.
    "\(number)"
  }
}
