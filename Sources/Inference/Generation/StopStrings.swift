/// Ends a text before the first of several strings, although it comes in pieces.
///
/// Only what may still become the beginning of a stop string is held back; everything else goes through at once. Pieces
/// are whole characters, and so is what comes out: the strings are compared byte by byte, and where one begins and ends a
/// character does too.
struct StopStrings {
  private let strings: [[UInt8]]
  private var held: [UInt8] = []
  /// A stop string was found; nothing more comes out.
  private(set) var isReached = false

  /// Empty strings are ignored.
  init(_ strings: [String]) { self.strings = strings.map { Array($0.utf8) }.filter { !$0.isEmpty } }

  /// The text that may be given out now.
  mutating func append(_ piece: String) -> String {
    if isReached { return "" }
    if strings.isEmpty { return piece }
    held += piece.utf8
    let starts = held.indices.first { start in strings.contains { held[start...].starts(with: $0) } }
    if let starts {
      isReached = true
      defer { held = [] }
      return String(decoding: held[..<starts], as: UTF8.self)
    }
    // The longest end of what is held that some string begins with.
    let waiting = held.indices.first { start in strings.contains { $0.starts(with: held[start...]) } } ?? held.endIndex
    defer { held.removeFirst(waiting) }
    return String(decoding: held[..<waiting], as: UTF8.self)
  }

  /// What was held back, when the text is over.
  mutating func finish() -> String {
    defer { held = [] }
    return isReached ? "" : String(decoding: held, as: UTF8.self)
  }
}
