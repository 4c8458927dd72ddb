import Tools

/// Settings from the environment and from flags, laid over the file's.
struct Overrides {
  /// - Parameters:
  ///   - environment: `EARSHOT_SECTION_KEY` sets `section.key`; other variables are not looked at, except that one
  ///     which begins as a section does and ends in no key of it is reported.
  ///   - settings: `section.key=value`; the last of equal keys counts.
  static func apply(
    to root: YAMLNode, environment: [String: String], settings: [String], _ problems: inout ProblemList
  ) -> YAMLNode {
    var root = root
    for name in environment.keys.sorted() where name.hasPrefix("EARSHOT_") {
      guard let value = environment[name] else { continue }
      if let setting = FileShape.settings.first(where: { $0.environmentName == name }) {
        let node = self.value(value, setting.key.shape, .environment(name))
        root = inserting(node, at: setting.path[...], into: root)
      } else if isSectionLike(name) {
        let known = FileShape.settings.map(\.environmentName)
        let hint = NearestName.of(name, in: known).map { "; did you mean \($0)?" } ?? ""
        problems.report(.environment(name), "the environment sets no such key\(hint)")
      }
    }
    for text in settings {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let origin = ConfigurationOrigin.flag(parts[0])
      guard parts.count == 2 else {
        problems.report(origin, "has no value; write KEY=VALUE, as in turns.silence_ms=400")
        continue
      }
      guard let setting = FileShape.settings.first(where: { $0.dotted == parts[0] }) else {
        let hint = NearestName.of(parts[0], in: FileShape.settings.map(\.dotted)).map { "; did you mean \"\($0)\"?" }
        problems.report(
          origin,
          "there is no such key\(hint ?? "; docs/configuration.md lists them, lists and named lines cannot be set so")")
        continue
      }
      root = inserting(value(parts[1], setting.key.shape, origin), at: setting.path[...], into: root)
    }
    return root
  }

  /// `EARSHOT_TURNS_…`, but not `EARSHOT_PREFIX` or `EARSHOT_CONFIG`.
  private static func isSectionLike(_ name: String) -> Bool {
    FileShape.root.keys.contains { name.hasPrefix("EARSHOT_\($0.name.uppercased())_") }
  }

  /// Text stays what it is; anything else is read as the file would be.
  private static func value(_ text: String, _ shape: Shape, _ origin: ConfigurationOrigin) -> YAMLNode {
    switch shape {
    case .text, .choice: YAMLNode(.text(text), origin)
    default: YAMLNode(text.isEmpty ? .text("") : YAMLScalar.resolve(text), origin)
    }
  }

  private static func inserting(_ value: YAMLNode, at path: ArraySlice<String>, into node: YAMLNode) -> YAMLNode {
    guard let name = path.first else { return value }
    // A section that is no mapping is reported as what it is.
    var entries: [YAMLNode.Entry]
    switch node.content {
    case .mapping(let existing): entries = existing
    case .null: entries = []
    default: return node
    }
    if let index = entries.firstIndex(where: { $0.key == name }) {
      entries[index].value = inserting(value, at: path.dropFirst(), into: entries[index].value)
    } else {
      let empty = YAMLNode(.null, value.origin)
      entries.append(
        YAMLNode.Entry(key: name, keyOrigin: value.origin, value: inserting(value, at: path.dropFirst(), into: empty)))
    }
    var result = YAMLNode(.mapping(entries), node.origin)
    if node.isNull { result.origin = node.origin }
    return result
  }
}
