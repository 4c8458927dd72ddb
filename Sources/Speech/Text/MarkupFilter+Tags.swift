extension MarkupFilter {
  /// A tag longer than this is read as text.
  private static let maximumTag = 1_024
  /// Elements whose contents are never said: a model's reasoning, its tool calls, programs.
  private static let droppedElements: Set<String> = [
    "think", "thinking", "thought", "reasoning", "scratchpad", "tool_call", "tool_calls", "tool_response", "tool",
    "tools", "function", "function_call", "function_calls", "invoke", "script", "style", "head", "svg",
  ]
  private static let breakingElements: Set<String> = [
    "p", "div", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "blockquote",
    "s", "speak",
  ]

  /// `<` begins a tag when a letter, `/`, `!`, `?` or `|` follows, else it is a sign.
  mutating func openTag(_ next: Unicode.Scalar?, atEnd: Bool) -> Bool {
    guard let next else { return false }
    let beginsTag = next.isASCII && next.properties.isAlphabetic || "/!?|｜".unicodeScalars.contains(next)
    head += 1
    if beginsTag {
      mode = .tag
      collected.removeAll(keepingCapacity: true)
    } else {
      emit("<")
    }
    return true
  }

  mutating func stepTag(_ scalar: Unicode.Scalar) {
    switch scalar {
    case ">":
      mode = .text
      closeTag()
      collected.removeAll(keepingCapacity: true)
    case "\n" where collected.first != "!", "<":
      // No tag after all: the mark goes, the words stay.
      emitCollected()
      mode = .text
      // What stands here is read again, as text.
      head -= 1
    default:
      collected.append(scalar)
      if collected.count > Self.maximumTag {
        emitCollected()
        mode = .text
      }
    }
  }

  private mutating func emitCollected() {
    for scalar in collected {
      if scalar.properties.isWhitespace || scalar == "|" {
        emitSpace()
      } else if Pictographs.kind(of: scalar) == .none {
        emit(scalar)
      }
    }
    collected.removeAll(keepingCapacity: true)
  }

  private mutating func closeTag() {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: collected)
    let content = String(text)
    let lower = content.lowercased()
    if lower.hasPrefix("http://") || lower.hasPrefix("https://") || lower.hasPrefix("mailto:") {
      emitSpace()
      for scalar in collected where scalar.value > 0x20 { emit(scalar) }
      return
    }
    let isClosing = collected.first == "/"
    let name = Self.tagName(isClosing ? collected.dropFirst() : collected[...])
    if name == "br" {
      endLine(.soft)
    } else if Self.breakingElements.contains(name) {
      // A break inside an open paragraph; the next line's own marks are not looked for.
      pendingBreak = .hard
    } else if !isClosing, collected.last != "/", Self.droppedElements.contains(name) {
      mode = .element(name)
    } else if collected.first == "|" || collected.first == "｜" {
      emitSpace()
    }
  }

  /// The name at the start of a tag's contents, in lower case: `function` of `function=set_light`.
  static func tagName(_ content: ArraySlice<Unicode.Scalar>) -> String {
    var name = String.UnicodeScalarView()
    for scalar in content.prefix(40) {
      guard isWord(scalar) || scalar == "_" || scalar == "-" else { break }
      name.append(scalar)
    }
    return String(name).lowercased()
  }
}
