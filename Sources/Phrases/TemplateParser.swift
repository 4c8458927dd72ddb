/// A sentence template as a tree. Words stand side by side without a space where they are one word.
indirect enum TemplateNode: Hashable, Sendable {
  /// Letters without space, and their offset in the template.
  case text(String, column: Int)
  case space
  case sequence([TemplateNode])
  /// One of these; an optional part has an empty alternative.
  case alternatives([TemplateNode])
  case slot(TemplateSlot)
}

/// A slot: a place of the template that gives a parameter its value.
struct TemplateSlot: Hashable, Sendable {
  enum Content: Hashable, Sendable {
    /// `{level}`: as the parameter's schema says.
    case byParameter
    /// `{level:<percent>}`.
    case type(String)
    /// `{note:*}`.
    case anyText
    /// `{on:on|off}`, `{on:on=true|off=false}`.
    case choices([Choice])
  }

  struct Choice: Hashable, Sendable {
    var node: TemplateNode
    /// The words as written, where the alternative is plain text.
    var plain: String?
    /// What stands after `=`.
    var value: String?
    var column: Int
  }

  var name: String
  var column: Int
  var content: Content
}

/// Reads the notation of docs/phrases.md. Never traps; work and recursion are bounded by the limits below.
struct TemplateParser {
  /// Length of a template in Unicode scalars.
  static let maximumLength = 1_000
  static let maximumNesting = 16

  private let scalars: [Unicode.Scalar]
  private var index = 0

  private init(_ text: String) { scalars = Array(text.unicodeScalars) }

  /// The tree of a whole template.
  /// - Throws: `PhraseProblem` with the column; its tool and template are the caller's to set.
  static func parse(_ text: String) throws(PhraseProblem) -> TemplateNode {
    var parser = TemplateParser(text)
    guard parser.scalars.count <= maximumLength else {
      throw parser.problem("the template is longer than \(maximumLength) characters", code: .limitExceeded)
    }
    let node = try parser.parseSequence(nesting: 0, isInSlot: false)
    guard let scalar = parser.next else { return node }
    switch scalar {
    case "|": throw parser.problem("| stands outside of a group", "Write (a|b), or two phrases.")
    default: throw parser.problem("\(scalar) closes nothing")
    }
  }

  private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private func problem(
    _ text: String, _ remedy: String = "", at column: Int? = nil, code: PhraseProblem.Code = .syntax
  ) -> PhraseProblem {
    PhraseProblem(severity: .error, code: code, column: column ?? index, text: text, remedy: remedy)
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }

  /// Stops before `|`, a closing bracket or the end; in a slot before `=` as well.
  private mutating func parseSequence(nesting: Int, isInSlot: Bool) throws(PhraseProblem) -> TemplateNode {
    guard nesting <= Self.maximumNesting else {
      throw problem("groups nest deeper than \(Self.maximumNesting) levels", code: .limitExceeded)
    }
    var nodes: [TemplateNode] = []
    while let scalar = next {
      switch scalar {
      case "|", ")", "]", "}": return .sequence(nodes)
      case "=" where isInSlot: return .sequence(nodes)
      case "(": nodes.append(try parseGroup(closing: ")", nesting: nesting))
      case "[": nodes.append(try parseGroup(closing: "]", nesting: nesting))
      case "{":
        guard !isInSlot else { throw problem("a slot stands inside a slot") }
        nodes.append(.slot(try parseSlot(nesting: nesting)))
      case "<", ">":
        throw problem("rules in < > are not supported", "Write the alternatives in place: (a|b).")
      case ";": throw problem("; is not supported", "Write the orders that you want as phrases of their own.")
      case _ where Self.isSpace(scalar):
        nodes.append(.space)
        index += 1
      default:
        let start = index
        var text = String.UnicodeScalarView()
        while let scalar = next, !Self.isSpace(scalar), !"|()[]{}<>;".unicodeScalars.contains(scalar),
          !(isInSlot && scalar == "=")
        {
          text.append(scalar)
          index += 1
        }
        nodes.append(.text(String(text), column: start))
      }
    }
    return .sequence(nodes)
  }

  private mutating func parseGroup(
    closing: Unicode.Scalar, nesting: Int
  ) throws(PhraseProblem) -> TemplateNode {
    let start = index
    index += 1
    var alternatives: [TemplateNode] = []
    while true {
      let alternativeStart = index
      let alternative = try parseSequence(nesting: nesting + 1, isInSlot: false)
      guard !alternative.isBlank else {
        throw problem(
          "an alternative is empty", "Write [a|b] for a part that may be left out.", at: alternativeStart)
      }
      alternatives.append(alternative)
      if next == "|" {
        index += 1
        continue
      }
      guard next == closing else {
        throw problem(
          next.map { "\($0) stands where \(closing) should" } ?? "\(closing) is missing",
          at: next == nil ? start : index)
      }
      index += 1
      if closing == "]" { alternatives.append(.sequence([])) }
      return .alternatives(alternatives)
    }
  }

  private mutating func parseSlot(nesting: Int) throws(PhraseProblem) -> TemplateSlot {
    let start = index
    index += 1
    var name = ""
    while let scalar = next, scalar.isASCII,
      scalar.properties.isAlphabetic || "0123456789_-.".unicodeScalars.contains(scalar)
    {
      name.unicodeScalars.append(scalar)
      index += 1
    }
    guard !name.isEmpty else { throw problem("a slot has no name", "Write {parameter}.", at: start) }
    var slot = TemplateSlot(name: name, column: start, content: .byParameter)
    if next == ":" {
      index += 1
      slot.content = try parseContent(nesting: nesting, slotStart: start)
    }
    guard next == "}" else {
      throw problem(
        next == nil ? "} is missing" : "a slot is written {name}, {name:a|b}, {name:*} or {name:<type>}",
        at: next == nil ? start : index)
    }
    index += 1
    return slot
  }

  private mutating func parseContent(
    nesting: Int, slotStart: Int
  ) throws(PhraseProblem) -> TemplateSlot.Content {
    if next == "*" {
      index += 1
      return .anyText
    }
    if next == "<" {
      index += 1
      var type = ""
      while let scalar = next, scalar.properties.isAlphabetic {
        type.unicodeScalars.append(scalar)
        index += 1
      }
      guard next == ">" else { throw problem("a type is written <percent>") }
      index += 1
      return .type(type)
    }
    var choices: [TemplateSlot.Choice] = []
    while true {
      let start = index
      let node = try parseSequence(nesting: nesting + 1, isInSlot: true)
      guard !node.isBlank else { throw problem("an alternative of the slot is empty", at: start) }
      var choice = TemplateSlot.Choice(node: node, plain: node.plainText, value: nil, column: start)
      if next == "=" {
        index += 1
        var value = String.UnicodeScalarView()
        while let scalar = next, scalar != "|", scalar != "}" {
          value.append(scalar)
          index += 1
        }
        choice.value = Self.trimmed(String(value))
      }
      choices.append(choice)
      guard next == "|" else { return .choices(choices) }
      index += 1
    }
  }

  private static func trimmed(_ text: String) -> String {
    var scalars = text.unicodeScalars[...]
    while let first = scalars.first, isSpace(first) { scalars.removeFirst() }
    while let last = scalars.last, isSpace(last) { scalars.removeLast() }
    return String(scalars)
  }
}

extension TemplateNode {
  /// Whether the node can hold no word and no slot.
  var isBlank: Bool {
    switch self {
    case .space: true
    case .sequence(let nodes): nodes.allSatisfy(\.isBlank)
    case .text, .alternatives, .slot: false
    }
  }

  /// The words of a node without groups and slots, single spaces between them.
  var plainText: String? {
    switch self {
    case .text(let text, _): return text
    case .space: return " "
    case .sequence(let nodes):
      var text = ""
      for node in nodes {
        guard let part = node.plainText else { return nil }
        text += part
      }
      return text.split(separator: " ").joined(separator: " ")
    case .alternatives, .slot: return nil
    }
  }
}
