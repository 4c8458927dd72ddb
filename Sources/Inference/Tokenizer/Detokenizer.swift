/// Tokens to text, one by one: bytes come out as soon as they are whole characters, at most three wait.
public struct Detokenizer: Sendable {
  private let tokenizer: Tokenizer
  private let showingSpecials: Bool
  private var characters = CharacterBuffer()
  // The space that encoding puts before a text is no part of it.
  private var dropsSpace: Bool

  public init(_ tokenizer: Tokenizer, showingSpecials: Bool = false) {
    self.tokenizer = tokenizer
    self.showingSpecials = showingSpecials
    dropsSpace = tokenizer.addsSpacePrefix
  }

  /// The bytes that are whole characters now; bytes that can never become one pass as they are. Ids outside the
  /// vocabulary write nothing.
  public mutating func append(_ token: TokenID) -> [UInt8] {
    guard tokenizer.tokenBytes.indices.contains(Int(token)) else { return [] }
    var bytes = tokenizer.tokenBytes[Int(token)]
    switch tokenizer.types[Int(token)] {
    case .control, .unknown, .unused:
      if showingSpecials { bytes = tokenizer.tokenNames[Int(token)] }
      dropsSpace = tokenizer.addsSpacePrefix
    default:
      if dropsSpace, bytes.first == UInt8(ascii: " ") { bytes = bytes.dropFirst() }
      dropsSpace = false
    }
    return characters.append(bytes)
  }

  /// The bytes that were waiting for the rest of their character.
  public mutating func finish() -> [UInt8] { characters.finish() }
}

/// Cuts a stream of bytes only between characters; lossless.
struct CharacterBuffer: Sendable {
  private var waiting: [UInt8] = []

  mutating func append(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    waiting.append(contentsOf: bytes)
    // Only the last three bytes can belong to a character that is not whole yet.
    var index = max(0, waiting.count - 3)
    while index > 0, index < waiting.count, waiting[index] & 0xC0 == 0x80 { index += 1 }
    while index < waiting.count {
      let part = UTF8Repair.part(of: waiting, at: index)
      if part.isOpen { break }
      index += part.length
    }
    let whole = Array(waiting[..<index])
    waiting.removeFirst(index)
    return whole
  }

  mutating func finish() -> [UInt8] {
    defer { waiting = [] }
    return waiting
  }
}
