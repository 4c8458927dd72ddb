import Yams

/// What a configuration may measure at most.
public enum YAMLLimits {
  /// A file, in bytes.
  public static let maximumBytes = 1 << 20
  /// Mappings and lists within each other.
  public static let maximumDepth = 64
  /// Values after the expansion of aliases.
  public static let maximumNodes = 65536
}

/// Reads one YAML document into nodes with places, by libyaml through Yams, with everything refused that would make
/// a value depend on more than what is written where it stands: tags, merge keys, several documents.
struct YAMLDocument {
  /// Nil where the document could not be read or is empty.
  private(set) var root: YAMLNode?
  private var nodeCount = 0

  /// Takes any bytes; what is wrong with them is reported to `problems`.
  init(_ bytes: [UInt8], _ problems: inout ProblemList) {
    let start = ConfigurationOrigin.file(line: 1, column: 1)
    guard bytes.count <= YAMLLimits.maximumBytes else {
      problems.report(start, "the file is longer than \(YAMLLimits.maximumBytes) bytes")
      return
    }
    let hasByteOrderMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    guard let text = String(validating: bytes.dropFirst(hasByteOrderMark ? 3 : 0), as: UTF8.self) else {
      problems.report(Self.firstInvalidUTF8(bytes), "the file is not UTF-8 text here; save it as UTF-8")
      return
    }
    let lines = YAMLLines(text)
    guard !lines.reportComplexKeys(to: &problems) else { return }
    guard let node = Self.compose(lines, &problems) else { return }
    root = convert(node, depth: 0, &problems)
  }

  /// Each equal key costs a pass over the text; beyond so many the rest is told after the next correction.
  private static let maximumRepairs = 32

  /// Composes; a key that a mapping has twice is reported and taken out, so that reading goes on.
  private static func compose(_ lines: YAMLLines, _ problems: inout ProblemList) -> Node? {
    var lines = lines
    for _ in 0..<maximumRepairs {
      do {
        return try Yams.compose(yaml: lines.text, .basic)
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
        let key = keys.first ?? ""
        if YAMLLines.isMasked(key) { return nil }
        let mark = context.mark
        if let again = lines.maskSecondKey(key, after: mark.line, column: mark.column) {
          problems.report(
            again, "the key \"\(Quoting.shortened(key))\" stands twice; the first is in line \(mark.line)")
        } else {
          problems.report(
            .file(line: mark.line, column: mark.column),
            "the key \"\(Quoting.shortened(key))\" stands twice in this mapping")
          return nil
        }
      } catch YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
        YamlError.composer(_, let problem, let mark, _)
      {
        problems.report(.file(line: mark.line, column: mark.column), lines.explain(problem, line: mark.line))
        return nil
      } catch YamlError.reader(let problem, let offset, _, _) {
        problems.report(lines.origin(ofCharacter: offset ?? 0), "not readable as YAML: \(problem)")
        return nil
      } catch {
        problems.report(.file(line: 1, column: 1), "not readable as YAML")
        return nil
      }
    }
    return nil
  }

  /// Returns nil once a limit was met; then nothing of the document is used.
  private mutating func convert(_ node: Node, depth: Int, _ problems: inout ProblemList) -> YAMLNode? {
    let mark = node.mark
    let origin = ConfigurationOrigin.file(line: mark?.line ?? 1, column: mark?.column ?? 1)
    nodeCount += 1
    guard nodeCount <= YAMLLimits.maximumNodes else {
      problems.report(origin, "more than \(YAMLLimits.maximumNodes) values, aliases expanded")
      return nil
    }
    guard depth < YAMLLimits.maximumDepth else {
      problems.report(origin, "nested deeper than \(YAMLLimits.maximumDepth) levels")
      return nil
    }
    switch node {
    case .scalar(let scalar):
      return YAMLNode(content(of: scalar, origin, &problems), origin, textOffset: Self.textOffset(of: scalar))
    case .sequence(let sequence):
      refuseTag(sequence.tag, but: "seq", origin, &problems)
      var elements: [YAMLNode] = []
      for element in sequence {
        guard let element = convert(element, depth: depth + 1, &problems) else { return nil }
        elements.append(element)
      }
      return YAMLNode(.list(elements), origin)
    case .mapping(let mapping):
      refuseTag(mapping.tag, but: "map", origin, &problems)
      var entries: [YAMLNode.Entry] = []
      var seen: Set<String> = []
      for (keyNode, valueNode) in mapping {
        let keyMark = keyNode.mark
        let keyOrigin = ConfigurationOrigin.file(line: keyMark?.line ?? 1, column: keyMark?.column ?? 1)
        guard case .scalar(let key) = keyNode else {
          problems.report(keyOrigin, "a key must be a word, not a list or a mapping")
          continue
        }
        guard let value = convert(valueNode, depth: depth + 1, &problems) else { return nil }
        let name = Self.withoutMarks(key.string)
        if YAMLLines.isMasked(name) { continue }
        if name == "<<", key.style == .plain {
          problems.report(
            keyOrigin, "merge keys (<<) are not read; write the keys out, or use an alias for a whole value")
        } else if seen.insert(name).inserted {
          entries.append(YAMLNode.Entry(key: name, keyOrigin: keyOrigin, value: value))
        } else {
          problems.report(keyOrigin, "the key \"\(Quoting.shortened(name))\" stands twice in this mapping")
        }
      }
      return YAMLNode(.mapping(entries), origin)
    case .alias:
      // The composer has put the aliased node in its place.
      problems.report(origin, "an alias that leads nowhere")
      return nil
    }
  }

  private func content(
    of scalar: Node.Scalar, _ origin: ConfigurationOrigin, _ problems: inout ProblemList
  ) -> YAMLNode.Content {
    let tag = scalar.tag.description
    if tag == "tag:yaml.org,2002:str" { return .text(Self.withoutMarks(scalar.string)) }
    guard tag.isEmpty else {
      problems.report(origin, "the tag \(tag) is not read; write the value without it")
      return .null
    }
    let text = Self.withoutMarks(scalar.string)
    return scalar.style == .plain ? YAMLScalar.resolve(text) : .text(text)
  }

  /// Quoted text with a quote, a backslash or a line break in it may have been written with more characters than it has.
  private static func textOffset(of scalar: Node.Scalar) -> Int? {
    let mayBeEscaped = scalar.string.unicodeScalars.contains {
      $0 == "\"" || $0 == "'" || $0 == "\\" || $0.properties.generalCategory == .control
    }
    switch scalar.style {
    case .plain: return 0
    case .singleQuoted, .doubleQuoted: return mayBeEscaped ? nil : 1
    default: return nil
    }
  }

  /// Yams drops one byte order mark from the start of a scalar; where there are more, all go, so that what is written
  /// back reads the same.
  private static func withoutMarks(_ text: String) -> String {
    guard text.unicodeScalars.first == "\u{FEFF}" else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.drop { $0 == "\u{FEFF}" }))
  }

  private func refuseTag(
    _ tag: Tag, but allowed: String, _ origin: ConfigurationOrigin, _ problems: inout ProblemList
  ) {
    let name = tag.description
    if !name.isEmpty, name != "tag:yaml.org,2002:" + allowed {
      problems.report(origin, "the tag \(name) is not read; write the value without it")
    }
  }

  /// The place of the first byte that belongs to no character.
  private static func firstInvalidUTF8(_ bytes: [UInt8]) -> ConfigurationOrigin {
    var (line, column) = (1, 1)
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    while case .scalarValue(let scalar) = decoder.decode(&iterator) {
      if scalar == "\n" { (line, column) = (line + 1, 1) } else { column += 1 }
    }
    return .file(line: line, column: column)
  }
}
