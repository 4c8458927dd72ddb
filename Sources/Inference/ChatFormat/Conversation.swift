import Tools

/// Messages, grouped as templates need them.
struct Conversation {
  enum Item {
    case system(String)
    case user(String)
    case assistant(String, [ToolCall])
    /// Results of calls that came in a row.
    case results([ToolResult])
  }

  /// Neighbours of one role as one item: texts that are not empty joined by an empty line, calls and results one
  /// behind the other. The context stands before the last user text.
  private(set) var items: [Item] = []
  private(set) var firstUser: Int?
  private(set) var lastUser: Int?
  /// All system texts.
  private(set) var systemTexts: [String] = []

  init(_ messages: [ChatMessage], context: String) {
    for message in messages {
      switch (message, items.last) {
      case (.system(let text), _):
        items.append(.system(text))
        if !text.isEmpty { systemTexts.append(text) }
      case (.user(let text), .user(let before)?): items[items.count - 1] = .user(Self.joined(before, text))
      case (.user(let text), _): items.append(.user(text))
      case (.assistant(let text, let calls), .assistant(let before, let others)?):
        items[items.count - 1] = .assistant(Self.joined(before, text), others + calls)
      case (.assistant(let text, let calls), _): items.append(.assistant(text, calls))
      case (.tool(let result), .results(let others)?): items[items.count - 1] = .results(others + [result])
      case (.tool(let result), _): items.append(.results([result]))
      }
    }
    for (index, item) in items.enumerated() {
      if case .user = item {
        if firstUser == nil { firstUser = index }
        lastUser = index
      }
    }
    if let lastUser, case .user(let text) = items[lastUser] { items[lastUser] = .user(Self.joined(context, text)) }
  }

  var systemText: String { systemTexts.joined(separator: "\n\n") }

  /// Begins with an empty user message if it begins with no user message.
  mutating func beginWithUser() {
    let index = items.firstIndex { if case .system = $0 { false } else { true } }
    if let index, case .user = items[index] { return }
    items.insert(.user(""), at: index ?? items.count)
    let place = index ?? items.count - 1
    firstUser = place
    lastUser = lastUser.map { $0 + 1 } ?? place
  }

  static func joined(_ first: String, _ second: String) -> String {
    first.isEmpty ? second : second.isEmpty ? first : first + "\n\n" + second
  }

  /// What a result says, as text: a string as it is, anything else as JSON.
  static func text(_ result: ToolResult) -> String {
    if case .string(let text) = result.output { text } else { result.output.text(.spaced) }
  }

  /// Without the white space at both ends that Python's `str.strip` takes away.
  static func trimmed(_ text: String) -> String {
    let isSpace: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace || (0x1C...0x1F).contains($0.value) }
    var scalars = Substring(text).unicodeScalars
    while let first = scalars.first, isSpace(first) { scalars.removeFirst() }
    while let last = scalars.last, isSpace(last) { scalars.removeLast() }
    return String(scalars)
  }
}
