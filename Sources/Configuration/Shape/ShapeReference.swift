import Tools

/// The tables of docs/configuration.md: every key with its type, default, range and unit.
public enum ConfigurationReference {
  /// Markdown, one table for each mapping, in the file's order.
  public static func markdown() -> String {
    var sections: [String] = []
    append(FileShape.root, path: "", to: &sections)
    return sections.joined(separator: "\n")
  }

  private static func append(_ object: ObjectShape, path: String, to sections: inout [String]) {
    var lines = [path.isEmpty ? "### The file" : "### `\(path)`", ""]
    lines.append("| key | type | default | range | unit | meaning |")
    lines.append("|---|---|---|---|---|---|")
    for key in object.keys { lines.append(row(key)) }
    for group in object.groups {
      let names = group.keys.map { "`\($0)`" }.joined(separator: ", ")
      lines.append("")
      lines.append(group.isRequired ? "Exactly one of \(names)." : "At most one of \(names).")
    }
    sections.append(lines.joined(separator: "\n") + "\n")
    for key in object.keys {
      if let (inner, suffix) = mapping(in: key.shape) {
        append(inner, path: (path.isEmpty ? "" : path + ".") + key.name + suffix, to: &sections)
      }
    }
  }

  /// The mapping that a value is or holds, and what its place is called.
  private static func mapping(in shape: Shape) -> (ObjectShape, suffix: String)? {
    switch shape {
    case .object(let object), .either(_, let object): (object, "")
    case .list(let element, _): mapping(in: element).map { ($0.0, "[]" + $0.suffix) }
    case .oneOrMore(let element, _): mapping(in: element).map { ($0.0, $0.suffix) }
    case .named(_, let element, _): mapping(in: element).map { ($0.0, ".NAME" + $0.suffix) }
    default: nil
    }
  }

  private static func row(_ key: KeyShape) -> String {
    let defaultText: String
    if key.isRequired {
      defaultText = "must be there"
    } else if let value = key.defaultValue {
      defaultText = "`\(value.text())`"
    } else {
      defaultText = ""
    }
    let cells = [
      "`\(key.name)`", typeName(key.shape), defaultText, range(key.shape), unit(key), key.summary,
    ]
    return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
  }

  private static func typeName(_ shape: Shape) -> String {
    switch shape {
    case .boolean: "boolean"
    case .onOff: "on or off"
    case .integer: "integer"
    case .number: "number"
    case .text(let form): form.typeName
    case .choice(let names): names.map { "`\($0)`" }.joined(separator: ", ")
    case .scalar: "text, number or boolean"
    case .list(let element, _): "list of " + typeName(element)
    case .named(let key, let element, _): "\(key) → " + typeName(element)
    case .object: "mapping"
    case .either(let shape, _): typeName(shape) + ", or a mapping"
    case .oneOrMore(let element, _): typeName(element) + ", or a list of them"
    case .jsonSchema: "JSON Schema"
    }
  }

  private static func range(_ shape: Shape) -> String {
    switch shape {
    case .integer(let range): "\(range.lowerBound)…\(range.upperBound)"
    case .number(let range): "\(Quoting.number(range.lowerBound))…\(Quoting.number(range.upperBound))"
    case .list(_, let count): "\(count.lowerBound)…\(count.upperBound) entries"
    case .oneOrMore(_, let maximum): "0…\(maximum) entries"
    case .named(_, _, let maximum): "0…\(maximum) entries"
    default: ""
    }
  }

  /// The unit of a key that names it, or the one the key has beside its name.
  private static func unit(_ key: KeyShape) -> String {
    if let unit = key.unit { return unit }
    let units = [
      ("_ms", "ms"), ("_hz", "Hz"), ("_s", "s"), ("_percent", "%"), ("_bytes", "bytes"),
    ]
    if key.name == "percent" { return "%" }
    return units.first { key.name.hasSuffix($0.0) }?.1 ?? ""
  }
}
