import Tools

/// Reads an answer back from its tokens, as they come: text, a call begun, a call complete.
///
/// What is no call after all, such as a call object that does not parse, comes out as text. At most `maximumCallBytes`
/// of a call are kept; text waits only while it may still become the beginning of a call or the rest of a character.
public struct AnswerParser: Sendable {
  /// A call that grows longer comes out as text.
  public static let maximumCallBytes = 1 << 20

  struct Opener: Sendable {
    var bytes: [UInt8]
    /// Whether it is the beginning of the call object itself.
    var isBody: Bool
  }

  private enum State {
    /// The beginning of the answer, or behind a call: calls may begin with text here.
    case beginning
    case text
    /// Inside a list of calls, or a call object.
    case body
    /// Behind a complete call object, before its closer.
    case afterBody
    /// Between `[TOOL_CALLS]` and the next token, between `[CALL_ID]` and `[ARGS]`, behind `[ARGS]`.
    case name, id, arguments
    /// What the model thinks before it answers; it is nobody's text.
    case thinking
  }

  // What the tokens write; the format's markers write nothing.
  private let tokenBytes: ByteStrings
  private let addsSpacePrefix: Bool
  private let syntax: CallSyntax
  private let openers: [Opener]
  private let openerTokens: Set<TokenID>
  private let thinking: (open: TokenID, close: TokenID)?
  private let newID: @Sendable () -> String

  private var state = State.beginning
  private var characters = CharacterBuffer()
  private var scanner = CallScanner()
  // Bytes of the present state that have not been given out.
  private var held: [UInt8] = []
  private var name: [UInt8] = []
  private var id: [UInt8] = []
  private var dropsSpace: Bool

  init(_ template: ChatTemplate, newID: @escaping @Sendable () -> String) {
    tokenBytes = template.constraintBytes
    addsSpacePrefix = template.tokenizer.addsSpacePrefix
    syntax = template.callSyntax
    openers = Self.textOpeners(syntax)
    openerTokens = Set(([syntax.opener].compactMap { $0 } + syntax.otherOpeners).compactMap(\.token))
    let thinks = [("[THINK]", "[/THINK]"), ("<think>", "</think>")].compactMap { open, close in
      template.markers[open]?.token.flatMap { open in template.markers[close]?.token.map { (open, $0) } }
    }
    thinking = thinks.first.map { (open: $0.0, close: $0.1) }
    self.newID = newID
    dropsSpace = addsSpacePrefix
  }

  /// Texts that begin calls.
  static func textOpeners(_ syntax: CallSyntax) -> [Opener] {
    var openers = (([syntax.opener].compactMap { $0 }) + syntax.otherOpeners).filter { $0.token == nil }.map {
      Opener(bytes: Array($0.text.utf8), isBody: false)
    }
    if syntax.opener == nil { openers.append(Opener(bytes: Array("{\"name\"".utf8), isBody: true)) }
    return openers
  }

  /// Takes the next token of the answer; tokens that end a generation change nothing.
  public mutating func append(_ token: TokenID) -> [GenerationEvent] {
    guard tokenBytes.indices.contains(Int(token)) else { return [] }
    var events: [GenerationEvent] = []
    if openerTokens.contains(token) || isMark(token) {
      take(token, &events)
      dropsSpace = addsSpacePrefix
      return events
    }
    var bytes = tokenBytes[Int(token)]
    guard !bytes.isEmpty else {
      dropsSpace = addsSpacePrefix
      return []
    }
    if dropsSpace, bytes.first == UInt8(ascii: " ") { bytes = bytes.dropFirst() }
    dropsSpace = false
    for byte in bytes { take(byte, &events) }
    flushText(&events)
    return events
  }

  /// What was still waiting, when the answer is over.
  public mutating func finish() -> [GenerationEvent] {
    var events: [GenerationEvent] = []
    giveUp(&events)
    let rest = characters.finish()
    if !rest.isEmpty { events.append(.text(String(decoding: rest, as: UTF8.self))) }
    state = .beginning
    return events
  }

  // MARK: Tokens with a meaning

  private func isMark(_ token: TokenID) -> Bool {
    if token == syntax.closer?.token || token == thinking?.open || token == thinking?.close { return true }
    if case .marked(let id, let arguments) = syntax.body { return token == arguments || token == id }
    return false
  }

  private mutating func take(_ token: TokenID, _ events: inout [GenerationEvent]) {
    if openerTokens.contains(token) {
      // White space before a call is no text.
      if case .beginning = state, held.allSatisfy(Self.isSpace) { held = [] }
      giveUp(&events)
      scanner = CallScanner()
      if case .marked = syntax.body { state = .name } else { state = .body }
    } else if token == syntax.closer?.token {
      if case .afterBody = state {
        held = []
        state = .beginning
      } else {
        giveUp(&events)
      }
    } else if token == thinking?.open {
      if case .beginning = state { state = .thinking }
    } else if token == thinking?.close {
      if case .thinking = state {
        held = []
        state = .beginning
      }
    } else if case .marked(let idToken, let arguments) = syntax.body {
      takeMark(token, idToken, arguments, &events)
    }
  }

  private mutating func takeMark(
    _ token: TokenID, _ idToken: TokenID?, _ arguments: TokenID, _ events: inout [GenerationEvent]
  ) {
    switch state {
    case .name where token == idToken || token == arguments:
      name = held.filter { !Self.isSpace($0) }
      held = []
      id = []
      events.append(.toolCallBegun(name: String(decoding: name, as: UTF8.self)))
      state = token == arguments ? .arguments : .id
    case .id where token == arguments:
      id = held.filter { !Self.isSpace($0) }
      held = []
      state = .arguments
    default: giveUp(&events)
    }
  }

  // MARK: Bytes

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  private mutating func take(_ byte: UInt8, _ events: inout [GenerationEvent]) {
    switch state {
    case .text: held.append(byte)
    case .beginning: takeAtBeginning(byte, &events)
    case .thinking: break
    case .name, .id:
      held.append(byte)
      if held.count > 256 { giveUp(&events) }
    case .body, .arguments: takeInBody(byte, &events)
    case .afterBody:
      held.append(byte)
      let rest = held.drop(while: Self.isSpace)
      let closer = Array((syntax.closer?.text ?? "").utf8)
      if rest.elementsEqual(closer) {
        held = []
        state = .beginning
      } else if !closer.starts(with: rest) {
        giveUp(&events)
      }
    }
  }

  private mutating func takeAtBeginning(_ byte: UInt8, _ events: inout [GenerationEvent]) {
    held.append(byte)
    let rest = held.drop(while: Self.isSpace)
    if rest.isEmpty {
      // White space waits for what it stands before, but not without end.
      if held.count > 64 { state = .text }
      return
    }
    for opener in openers where rest.starts(with: opener.bytes) {
      let start = opener.isBody ? Array(rest) : []
      held = []
      scanner = CallScanner()
      state = .body
      for byte in start { takeInBody(byte, &events) }
      return
    }
    if !openers.contains(where: { $0.bytes.starts(with: rest) }) { state = .text }
  }

  private mutating func takeInBody(_ byte: UInt8, _ events: inout [GenerationEvent]) {
    held.append(byte)
    switch scanner.append(byte) {
    case .nothing: if held.count > Self.maximumCallBytes { giveUp(&events) }
    case .name(let name):
      if case .body = state { events.append(.toolCallBegun(name: String(decoding: name, as: UTF8.self))) }
    case .object(let object): finishObject(object, &events)
    case .listEnd:
      held = []
      state = syntax.closer == nil ? .beginning : .afterBody
    case .unexpected: giveUp(&events)
    }
  }

  private mutating func finishObject(_ object: [UInt8], _ events: inout [GenerationEvent]) {
    guard let call = call(object) else { return giveUp(&events) }
    events.append(.toolCall(call))
    held = []
    switch syntax.body {
    case .list: break
    case .object: state = syntax.closer == nil ? .beginning : .afterBody
    case .marked: state = .beginning
    }
  }

  private func call(_ object: [UInt8]) -> ToolCall? {
    guard case .object(let value)? = try? JSONValue(parsing: object) else { return nil }
    if case .marked = syntax.body {
      let written = String(decoding: id, as: UTF8.self)
      return ToolCall(
        id: written.isEmpty ? newID() : written, name: String(decoding: name, as: UTF8.self), arguments: value,
        origin: .model)
    }
    guard let name = value["name"]?.stringValue,
      let arguments = (value[syntax.argumentsKey] ?? value["arguments"] ?? value["parameters"])?.objectValue
    else { return nil }
    return ToolCall(id: value["id"]?.stringValue ?? newID(), name: name, arguments: arguments, origin: .model)
  }

  // MARK: Text

  /// What was taken for the beginning of a call is text.
  private mutating func giveUp(_ events: inout [GenerationEvent]) {
    if case .thinking = state { held = [] }
    state = .text
    flushText(&events)
  }

  private mutating func flushText(_ events: inout [GenerationEvent]) {
    guard case .text = state, !held.isEmpty else { return }
    let whole = characters.append(held)
    held = []
    if !whole.isEmpty { events.append(.text(String(decoding: whole, as: UTF8.self))) }
  }
}

extension ChatTemplate {
  /// Reads one answer.
  /// - Parameter newID: makes the identity of a call where the format has none; unique for the daemon's life.
  public func answerParser(newID: @escaping @Sendable () -> String) -> AnswerParser { AnswerParser(self, newID: newID) }
}
