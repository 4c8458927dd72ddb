/// Takes markup out of text as it streams in, and leaves plain text that is one line of sentences.
///
/// What it removes: Markdown (emphasis, headings, lists, quotes, rules, tables, links keep their text, fenced code goes
/// with its contents), HTML and SSML tags, a chat template's control tokens, reasoning and tool calls with their
/// contents, JSON objects, emoji and control characters. Line ends become stops or commas where a reader would pause.
///
/// The output depends on the text only, not on the pieces it came in. Memory: a few hundred scalars, however long a tag
/// or a JSON object is. Time: linear.
///
/// ```
///  scalar ─▶ input ─▶ step: text · line start · tag · element · JSON · fence · link target ─▶ emit ─▶ plain
///                       └─ waits while the scalars that decide have not come (64 at most)
/// ```
public struct MarkupFilter: Sendable {
  enum Mode: Equatable, Sendable {
    case text
    /// Inside `<…>`; what came so far is in ``collected``.
    case tag
    /// Inside an element that is dropped with its contents, up to `</name>`.
    case element(String)
    case json(depth: Int, inString: Bool, escaped: Bool)
    case fence(of: Unicode.Scalar, closing: Int, other: Bool)
    case linkTarget(depth: Int, left: Int)
  }
  enum LineKind: Sendable { case paragraph, heading, list, table }
  enum Break: Sendable { case none, soft, hard }

  var mode = Mode.text
  var input: [Unicode.Scalar] = []
  var head = 0
  var collected: [Unicode.Scalar] = []
  var atLineStart = true
  var line = LineKind.paragraph
  var pendingBreak = Break.none
  var pendingCell = false
  var brackets = 0
  var pendingSpace = false
  var lastVisible: Unicode.Scalar?
  var output: [Unicode.Scalar] = []

  public init() {}

  /// Takes the next piece and returns the plain text that is certain by now.
  public mutating func append(_ piece: String) -> String {
    for scalar in piece.unicodeScalars { append(scalar) }
    return drain()
  }

  /// Takes one scalar; what is certain by now goes to ``output``.
  mutating func append(_ scalar: Unicode.Scalar) {
    input.append(scalar)
    run(atEnd: false)
  }

  /// Ends the text and returns the rest. Afterwards the filter is as new.
  public mutating func finish() -> String {
    run(atEnd: true)
    let rest = drain()
    self = MarkupFilter()
    return rest
  }

  /// The plain text of a whole text.
  public static func plainText(of text: String) -> String {
    var filter = MarkupFilter()
    let start = filter.append(text)
    return start + filter.finish()
  }

  private mutating func drain() -> String {
    defer { output.removeAll(keepingCapacity: true) }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: output)
    return String(text)
  }

  mutating func run(atEnd: Bool) {
    while head < input.count, step(atEnd: atEnd) {}
    // Keeps the buffer short without moving it for each scalar.
    guard head == input.count || head > 4_096 else { return }
    input.removeSubrange(..<head)
    head = 0
  }

  /// Handles what stands at ``head``. False: the scalars that decide have not come.
  private mutating func step(atEnd: Bool) -> Bool {
    let scalar = input[head]
    switch mode {
    case .text: return atLineStart ? stepLineStart(scalar, atEnd: atEnd) : stepInline(scalar, atEnd: atEnd)
    case .tag: stepTag(scalar)
    case .element(let name): stepElement(scalar, name: name)
    case .json(let depth, let inString, let escaped): stepJSON(scalar, depth, inString, escaped)
    case .fence(let mark, let closing, let other): stepFence(scalar, mark, closing, other)
    case .linkTarget(let depth, let left): stepLinkTarget(scalar, depth, left)
    }
    head += 1
    return true
  }

  // MARK: What is dropped with its contents

  private mutating func stepElement(_ scalar: Unicode.Scalar, name: String) {
    // `collected` holds what may be the closing tag, from its "<".
    if scalar == "<" {
      collected = [scalar]
    } else if !collected.isEmpty {
      collected.append(scalar)
      if scalar == ">" {
        if Self.tagName(collected.dropFirst(2).dropLast()) == name, collected[1] == "/" { mode = .text }
        collected.removeAll(keepingCapacity: true)
      } else if collected.count > 40 {
        collected.removeAll(keepingCapacity: true)
      }
    }
  }

  private mutating func stepJSON(_ scalar: Unicode.Scalar, _ depth: Int, _ inString: Bool, _ escaped: Bool) {
    if inString {
      mode = .json(depth: depth, inString: escaped || scalar != "\"", escaped: !escaped && scalar == "\\")
    } else if scalar == "{" {
      mode = .json(depth: depth + 1, inString: false, escaped: false)
    } else if scalar == "}" {
      mode = depth == 1 ? .text : .json(depth: depth - 1, inString: false, escaped: false)
    } else if scalar == "\"" {
      mode = .json(depth: depth, inString: true, escaped: false)
    }
  }

  private mutating func stepFence(_ scalar: Unicode.Scalar, _ mark: Unicode.Scalar, _ closing: Int, _ other: Bool) {
    if scalar == "\n" {
      if closing >= 3, !other {
        endLine(.hard)
        mode = .text
      } else {
        mode = .fence(of: mark, closing: 0, other: false)
      }
    } else if scalar == mark {
      mode = .fence(of: mark, closing: min(closing + 1, 3), other: other)
    } else if scalar != " ", scalar != "\r" {
      mode = .fence(of: mark, closing: closing, other: true)
    }
  }

  private mutating func stepLinkTarget(_ scalar: Unicode.Scalar, _ depth: Int, _ left: Int) {
    if scalar == "(" {
      mode = .linkTarget(depth: depth + 1, left: left - 1)
    } else if scalar == ")", depth > 1 {
      mode = .linkTarget(depth: depth - 1, left: left - 1)
    } else if scalar == ")" || scalar == "\n" || left == 0 {
      mode = .text
      if scalar == "\n" { endLine(.soft) }
    } else {
      mode = .linkTarget(depth: depth, left: left - 1)
    }
  }

  // MARK: Output

  /// Ends a line; what that means for the reader is decided when the next text comes.
  mutating func endLine(_ kind: Break) {
    pendingBreak = pendingBreak == .hard || line != .paragraph ? .hard : kind
    (line, atLineStart, pendingCell) = (.paragraph, true, false)
  }

  /// A space is put out with the visible scalar after it, so that a stop can still go before it.
  mutating func emitSpace() { pendingSpace = lastVisible != nil }

  /// Puts one visible scalar out, after the pause that is due before it.
  mutating func emit(_ scalar: Unicode.Scalar) {
    if let last = lastVisible, !Self.isStop(last) {
      if pendingBreak == .hard {
        output.append(".")
      } else if pendingCell || (pendingBreak == .soft && scalar.properties.isUppercase) {
        // A line that starts with a capital is a line of its own, not a wrapped one.
        output.append(",")
      }
    }
    if pendingBreak != .none || pendingCell { emitSpace() }
    if pendingSpace { output.append(" ") }
    (pendingBreak, pendingCell, pendingSpace) = (.none, false, false)
    output.append(scalar)
    lastVisible = scalar
  }

  /// Whether what comes next starts a word.
  var isAfterSpace: Bool { pendingSpace || pendingBreak != .none || lastVisible == nil }

  static func isStop(_ scalar: Unicode.Scalar) -> Bool { ".?!,:;…。！？".unicodeScalars.contains(scalar) }
}
