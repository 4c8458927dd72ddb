/// The text of a document by lines, for what libyaml and Yams do not tell: where the second of two equal keys is,
/// what a tab does there, and whether a key is itself a list or a mapping.
struct YAMLLines {
  private var lines: [[Unicode.Scalar]]

  init(_ text: String) {
    lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
  }

  var text: String {
    var scalars = String.UnicodeScalarView()
    for (index, line) in lines.enumerated() {
      if index > 0 { scalars.append("\n") }
      scalars.append(contentsOf: line)
    }
    return String(scalars)
  }

  /// The place of a character, counted from 0 as `String` counts them.
  func origin(ofCharacter offset: Int) -> ConfigurationOrigin {
    let text = self.text
    let index = text.index(text.startIndex, offsetBy: offset, limitedBy: text.endIndex) ?? text.endIndex
    let before = text[..<index].unicodeScalars
    let line = before.lazy.filter { $0 == "\n" }.count
    let column = before.reversed().prefix { $0 != "\n" }.count
    return .file(line: line + 1, column: column + 1)
  }

  /// libyaml's reason in words that help whoever indented with a tab.
  func explain(_ problem: String, line: Int) -> String {
    for number in [line, line - 1] where lines.indices.contains(number - 1) {
      if lines[number - 1].prefix(while: { $0 == " " || $0 == "\t" }).contains("\t") {
        return number == line
          ? "a tab indents this line; use spaces" : "a tab indents line \(number); use spaces"
      }
    }
    return "not readable as YAML: \(problem)"
  }

  // MARK: - Keys that stand twice

  /// A private-use character that no key of ours begins with.
  private static let mask: Unicode.Scalar = "\u{F8F7}"

  static func isMasked(_ key: String) -> Bool { key.unicodeScalars.first == mask }

  /// Finds the second of two equal keys of a block mapping, whose first is at `line` and `column`, and overwrites it
  /// with as many private-use characters, so that all other places stay the same. Nil where it cannot be found, as in
  /// a mapping in braces.
  mutating func maskSecondKey(_ key: String, after line: Int, column: Int) -> ConfigurationOrigin? {
    let letters = Array(key.unicodeScalars)
    guard line >= 1, line <= lines.count, column >= 1, !letters.isEmpty else { return nil }
    let forms = [letters, ["\""] + letters + ["\""], ["'"] + letters + ["'"]]
    for index in line..<lines.count {
      let content = lines[index]
      let indentation = content.prefix(while: { $0 == " " }).count
      guard indentation < content.count, content[indentation] != "#" else { continue }
      // A line that begins further left ends the mapping.
      if indentation < column - 1 { return nil }
      guard indentation == column - 1 else { continue }
      for form in forms where content.dropFirst(indentation).starts(with: form) {
        let rest = content.dropFirst(indentation + form.count).drop(while: { $0 == " " || $0 == "\t" })
        guard rest.first == ":" else { continue }
        // The line's number keeps masked keys apart when a key stands three times.
        var replacement = [Self.mask] + Array(String(index, radix: 36).unicodeScalars)
        guard replacement.count <= form.count || form.count == 1 else { return nil }
        if form.count == 1 { replacement = [Self.mask] }
        while replacement.count < form.count { replacement.append(Self.mask) }
        lines[index].replaceSubrange(indentation..<indentation + form.count, with: replacement)
        return .file(line: index + 1, column: column)
      }
    }
    return nil
  }

  // MARK: - Keys that are no words

  /// Looks for keys that are lists, mappings or aliases where the document has anchors, and reports them.
  ///
  /// Yams hashes the keys of every mapping to find equal ones. The hash of an alias costs as much as all that it
  /// stands for, and twenty nested aliases stand for a million values; so such keys are refused before it reads them.
  /// The look is coarse (it does not know quotes), which can refuse a strange text, and misses nothing.
  func reportComplexKeys(to problems: inout ProblemList) -> Bool {
    func isAnywhere(_ sign: Unicode.Scalar) -> Bool {
      lines.contains { line in line.indices.contains { line[$0] == sign && Self.isReference(at: $0, in: line) } }
    }
    guard isAnywhere("&"), isAnywhere("*") else { return false }
    for (index, line) in lines.enumerated() {
      if let column = Self.complexKey(in: line) {
        problems.report(
          .file(line: index + 1, column: column + 1),
          "in a file with anchors and aliases a key must be a plain word; this looks like a list, a mapping or an alias"
        )
        return true
      }
    }
    return false
  }

  /// libyaml takes these for line breaks beside the line feed.
  private static let breaks: Set<Unicode.Scalar> = ["\r", "\u{85}", "\u{2028}", "\u{2029}"]
  private static let boundaries = breaks.union([" ", "\t", "[", "{", ",", "\"", "'", "\u{FEFF}"])

  /// Whether the `&` or `*` at `index` may begin an anchor or an alias: a value may begin there, and a name follows.
  /// "salt & pepper" and `{note:*}` have none.
  static func isReference(at index: Int, in line: [Unicode.Scalar]) -> Bool {
    guard index + 1 < line.count else { return false }
    // What libyaml's IS_ALPHA allows in the name of an anchor.
    switch line[index + 1] {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "-": break
    default: return false
    }
    return index == 0 || line[index - 1] == ":" || boundaries.contains(line[index - 1])
  }

  private static func complexKey(in line: [Unicode.Scalar]) -> Int? {
    if let content = line.firstIndex(where: { $0 != " " && $0 != "\t" }), line[content] == "#",
      line.last == "\r" ? !line.dropLast().contains(where: breaks.contains) : !line.contains(where: breaks.contains)
    {
      return nil
    }
    for index in line.indices {
      let isAfterBoundary = index == 0 || boundaries.contains(line[index - 1])
      switch line[index] {
      case "?" where isAfterBoundary: return index
      case "]", "}":
        if line[(index + 1)...].first(where: { $0 != " " && $0 != "\t" }) == ":" { return index }
      case "*" where isAfterBoundary || line[index - 1] == ":":
        let rest = line[(index + 1)...]
        let after = rest.drop { !boundaries.contains($0) && $0 != ":" && $0 != "]" && $0 != "}" }
        if after.first(where: { $0 != " " && $0 != "\t" }) == ":" { return index }
      default: break
      }
    }
    return nil
  }
}
