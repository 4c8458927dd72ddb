import Tools

/// Compares a document with the shape it should have and reports every difference.
struct ShapeChecker {
  private(set) var problems: ProblemList

  init(_ problems: ProblemList) { self.problems = problems }

  /// - Parameter path: where the value is, as people say it: `turns`, `tools[2].action`; empty for the whole file.
  mutating func check(_ node: YAMLNode, _ shape: Shape, path: String) {
    switch shape {
    case .boolean:
      if node.boolean == nil { mismatch(node, path, "true or false") }
    case .onOff:
      if node.boolean == nil, node.text != "on", node.text != "off" { mismatch(node, path, "on or off") }
    case .integer(let range): checkInteger(node, range, path)
    case .number(let range): checkNumber(node, range, path)
    case .text(let form): checkText(node, form, path)
    case .choice(let names): checkChoice(node, names, path)
    case .scalar:
      switch node.content {
      case .list, .mapping, .null: mismatch(node, path, "text, a number, true or false")
      default: break
      }
    case .list(let element, let count):
      guard let elements = node.list else { return mismatch(node, path, "a list") }
      checkCount(elements.count, count, "entries", node, path)
      for (index, value) in elements.enumerated() {
        check(value, element, path: Self.elementPath(path, value, index))
      }
    case .oneOrMore(let element, let maximumCount):
      guard let elements = node.list else { return check(node, element, path: path) }
      checkCount(elements.count, 0...maximumCount, "entries", node, path)
      for (index, value) in elements.enumerated() { check(value, element, path: "\(path)[\(index + 1)]") }
    case .named(let key, let element, let maximumCount):
      guard let entries = node.entries else { return mismatch(node, path, "a mapping of \(key)s") }
      checkCount(entries.count, 0...maximumCount, "\(key)s", node, path)
      for entry in entries {
        if let fault = TextForm.line.fault(of: entry.key) { problems.report(entry.keyOrigin, "a \(key) \(fault)") }
        if entry.value.isNull {
          problems.report(entry.keyOrigin, "\(path).\(entry.key) has no value")
        } else {
          check(entry.value, element, path: "\(path).\(entry.key)")
        }
      }
    case .object(let object): checkObject(node, object, path)
    case .either(let shape, let object):
      if node.entries != nil { checkObject(node, object, path) } else { check(node, shape, path: path) }
    case .jsonSchema:
      if node.entries == nil { mismatch(node, path, "a JSON Schema, which is a mapping") }
    }
  }

  private mutating func checkObject(_ node: YAMLNode, _ object: ObjectShape, _ path: String) {
    guard let entries = node.entries else {
      return mismatch(node, path, path.isEmpty ? "a mapping of sections" : "a mapping")
    }
    for entry in entries {
      guard let key = object[entry.key] else {
        reportUnknown(entry, object.keys.map(\.name), path)
        continue
      }
      // A key without a value counts as not written: people comment out all that is below it.
      if !entry.value.isNull { check(entry.value, key.shape, path: Self.path(path, key.name)) }
    }
    for key in object.keys where key.isRequired && node[key.name] == nil {
      problems.report(node.origin, "\(Self.subject(path)) lacks \"\(key.name)\"")
    }
    for group in object.groups {
      let present = group.keys.filter { node[$0] != nil }
      if present.count > 1 {
        let origin = entries.first { $0.key == present[1] }?.keyOrigin ?? node.origin
        problems.report(origin, "\(Self.subject(path)) has \(Self.list(present, "and")); write only one of them")
      } else if present.isEmpty, group.isRequired {
        problems.report(node.origin, "\(Self.subject(path)) lacks one of \(Self.list(group.keys, "or"))")
      }
    }
  }

  private mutating func reportUnknown(_ entry: YAMLNode.Entry, _ known: [String], _ path: String) {
    let place = path.isEmpty ? "" : " in \(path)"
    let ending =
      if let nearest = NearestName.of(entry.key, in: known) {
        "; did you mean \"\(nearest)\"?"
      } else {
        "; known are \(known.joined(separator: ", "))"
      }
    problems.report(entry.keyOrigin, "unknown key \"\(Quoting.shortened(entry.key))\"\(place)\(ending)")
  }

  private mutating func checkInteger(_ node: YAMLNode, _ range: ClosedRange<Int64>, _ path: String) {
    guard let integer = node.integer else { return mismatch(node, path, "a whole number") }
    if !range.contains(integer) {
      problems.report(
        node.origin, "\(path) is \(integer); it must be from \(range.lowerBound) to \(range.upperBound)")
    }
  }

  private mutating func checkNumber(_ node: YAMLNode, _ range: ClosedRange<Double>, _ path: String) {
    guard let number = node.number else { return mismatch(node, path, "a number") }
    if !range.contains(number) {
      problems.report(
        node.origin,
        "\(path) is \(Quoting.number(number)); it must be from \(Quoting.number(range.lowerBound)) to "
          + Quoting.number(range.upperBound))
    }
  }

  private mutating func checkText(_ node: YAMLNode, _ form: TextForm, _ path: String) {
    guard let text = node.text else {
      switch node.content {
      case .boolean, .integer, .number:
        return problems.report(node.origin, "\(path) is \(node.kindName), not text; put it in quotes")
      default: return mismatch(node, path, "text")
      }
    }
    if let fault = form.fault(of: text) { problems.report(node.origin, "\(path) \(fault)") }
  }

  private mutating func checkChoice(_ node: YAMLNode, _ names: [String], _ path: String) {
    guard let text = node.text else { return mismatch(node, path, Self.list(names, "or")) }
    if names.contains(text) { return }
    let hint = NearestName.of(text, in: names).map { "; did you mean \"\($0)\"?" } ?? ""
    problems.report(
      node.origin, "\(path) is \"\(Quoting.shortened(text))\"; it must be \(Self.list(names, "or"))\(hint)")
  }

  private mutating func checkCount(
    _ count: Int, _ range: ClosedRange<Int>, _ what: String, _ node: YAMLNode, _ path: String
  ) {
    if !range.contains(count) {
      problems.report(
        node.origin, "\(path) has \(count) \(what); it must have \(range.lowerBound) to \(range.upperBound)")
    }
  }

  private mutating func mismatch(_ node: YAMLNode, _ path: String, _ expected: String) {
    problems.report(node.origin, "\(Self.subject(path)) is \(node.kindName), not \(expected)")
  }

  /// `tools[set_light]` where the element has a name, else `tools[3]`, counted from 1.
  static func elementPath(_ path: String, _ element: YAMLNode, _ index: Int) -> String {
    let name = (element["function"] ?? element)["name"]?.text.map(Quoting.shortened)
    return "\(path)[\(name ?? String(index + 1))]"
  }

  private static func subject(_ path: String) -> String { path.isEmpty ? "the file" : path }

  static func path(_ path: String, _ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// `a, b or c`
  static func list(_ names: [String], _ conjunction: String) -> String {
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " \(conjunction) " + last
  }
}

/// Values within messages.
enum Quoting {
  /// Without control characters and not longer than a line has room for.
  static func shortened(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      guard result.count < 64 else { return String(result) + "…" }
      result.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
    }
    return String(result)
  }

  /// 0.5 and 10, not 10.0.
  static func number(_ number: Double) -> String {
    Int64(exactly: number).map(String.init) ?? String(number)
  }
}
